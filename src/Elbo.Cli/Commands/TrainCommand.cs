using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Data;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo train</c></summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var (settings, own) = (TrainSettings.Create(), new DeclaredOptions(TrainOptions.List));
        var json = RunArguments.Json();
        var command = new Command(
            "train",
            "Train a model and write a run folder; without options, a small one on synthetic digits"
        );
        own.AddTo(command);
        settings.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var wishes = TrainOptions.List.Read(new TrainOptions(), own.Read(parsed));
                var layers = new List<(string, JsonObject)>();
                if (wishes.Recipe is { } name)
                    layers.Add(($"recipe {name}", RecipeCatalog.Get(name).Values));
                if (wishes.Config is { } file)
                    layers.Add((file, RunSettings.ReadFile(file)));
                layers.Add(("the command line", settings.Read(parsed)));
                var options = RunSettings.Combine(layers);
                var selection = layers
                    .Select(layer => SelectSettings.Read(layer.Item2, layer.Item1))
                    .LastOrDefault(wanted => wanted is not null);
                RunFolder Train(RunConfig wanted, out IReadOnlyList<EpochMetrics> last) =>
                    TrainingDisplay.Show(
                        (observer, data) =>
                            TrainWorkflow.Start(
                                wanted,
                                wishes.Output,
                                wishes.Overwrite,
                                DataLocation.FromEnvironment(options.DataDir),
                                observer,
                                data,
                                cancellation
                            ),
                        out last
                    );

                JsonObject result;
                RunFolder run;
                if (wishes.Seeds == 1)
                {
                    run = Train(options, out var last);
                    result = TrainingDisplay.Json(run, last);
                }
                else
                {
                    var runs = SeedSearch.Run(options, wishes.Seeds, wanted => Train(wanted, out _));
                    run = SeedSearch.Best(runs).Run;
                    SeedTable.Print(runs, Console.Error);
                    result = SeedTable.Json(runs);
                }
                string? chosen = selection is null
                    ? null
                    : Select(run, selection with { Seed = options.Seed, Threads = options.Threads }, cancellation);
                if (chosen is not null)
                    result["selection"] = chosen;
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(result.ToJsonString());
                }
                else
                {
                    Console.WriteLine(run.Path);
                    if (chosen is not null)
                        Console.WriteLine(chosen);
                }
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(
            command,
            "elbo train --dataset mnist --latent-dim 20 --epochs 10 --name first",
            parsed => TrainSettings.Help(parsed, TrainOptions.List, HelpPage.Line(json))
        );
    }

    private static string Select(RunFolder run, SelectOptions options, CancellationToken cancellation)
    {
        using var loaded = LoadedRun.Open(run.Path, threads: options.Threads);
        return SelectCommand.Choose(loaded, options, cancellation);
    }

    /// <summary>Options of the command besides those of a run.</summary>
    private sealed record TrainOptions
    {
        public string? Recipe { get; init; }

        public string? Config { get; init; }

        public int Seeds { get; init; } = 1;

        public string Output { get; init; } = "runs";

        public bool Overwrite { get; init; }

        public static IReadOnlyList<OptionOf<TrainOptions>> List { get; } =
        [
            OptionOf<TrainOptions>.Text(
                "recipe",
                "options from a recipe; 'elbo recipes' lists them",
                o => o.Recipe,
                (o, v) => o with { Recipe = v }
            ) with
            {
                Choices = [.. RecipeCatalog.All.Select(recipe => recipe.Name)],
            },
            OptionOf<TrainOptions>.Text(
                "config",
                "options from a JSON file, such as the config.json of a run",
                o => o.Config,
                (o, v) => o with { Config = v }
            ) with
            {
                ValueName = "FILE",
            },
            OptionOf<TrainOptions>.WholeNumber(
                "seeds",
                "train this many runs with consecutive seeds from --seed, and report the one with the lowest loss on "
                    + "validation images, or on test images without them",
                o => o.Seeds,
                (o, v) => o with { Seeds = v }
            ) with
            {
                Group = OptionGroup.Training,
            },
            CommonOptions.Output<TrainOptions>(
                "parent folder of the run folder",
                o => o.Output,
                (o, v) => o with { Output = v }
            ) with
            {
                ValueName = "DIR",
                Group = OptionGroup.Output,
            },
            CommonOptions.Overwrite<TrainOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }) with
            {
                Group = OptionGroup.Output,
            },
        ];
    }
}
