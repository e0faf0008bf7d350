using System.CommandLine;
using System.CommandLine.Completions;
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
        var recipe = new Option<string?>("--recipe")
        {
            Description = "options from a recipe; 'elbo recipes' lists them",
            HelpName = "NAME",
            CompletionSources = { _ => RecipeCatalog.All.Select(entry => new CompletionItem(entry.Name)) },
        };
        var config = new Option<string?>("--config")
        {
            Description = "options from a JSON file, such as the config.json of a run",
            HelpName = "FILE",
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "folder above the run folder",
            DefaultValueFactory = _ => "runs",
            HelpName = "DIR",
        };
        var seeds = RunArguments.Number(
            "--seeds",
            "train so often, with seeds from --seed on, and name the run of the lowest loss on validation "
                + "images, or where there are none on test images",
            1
        );
        var (overwrite, json) = (RunArguments.Overwrite(), RunArguments.Json());
        var settings = TrainSettings.Create();
        var command = new Command(
            "train",
            "Train a model and write a run folder; without options, a small one on drawn digits"
        )
        {
            recipe,
            config,
        };
        foreach (var setting in settings)
            command.Options.Add(setting.Option);
        command.Options.Add(seeds);
        command.Options.Add(output);
        command.Options.Add(overwrite);
        command.Options.Add(json);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var layers = new List<(string, JsonObject)>();
                if (parsed.GetValue(recipe) is { } name)
                    layers.Add(($"recipe {name}", RecipeCatalog.Get(name).Values));
                if (parsed.GetValue(config) is { } file)
                    layers.Add((file, RunSettings.ReadFile(file)));
                layers.Add(("the command line", TrainSettings.Read(settings, parsed)));
                var options = RunSettings.Combine(layers);
                var selection = layers
                    .Select(layer => SelectSettings.Read(layer.Item2, layer.Item1))
                    .LastOrDefault(wanted => wanted is not null);
                RunFolder Train(RunConfig wanted, out IReadOnlyList<EpochMetrics> last) =>
                    TrainingDisplay.Show(
                        (observer, data) =>
                            TrainWorkflow.Start(
                                wanted,
                                parsed.GetRequiredValue(output),
                                parsed.GetValue(overwrite),
                                DataLocation.FromEnvironment(options.DataDir),
                                observer,
                                data,
                                cancellation
                            ),
                        out last
                    );

                JsonObject result;
                RunFolder run;
                if (parsed.GetValue(seeds) == 1)
                {
                    run = Train(options, out var last);
                    result = TrainingDisplay.Json(run, last);
                }
                else
                {
                    var runs = SeedSearch.Run(options, parsed.GetValue(seeds), wanted => Train(wanted, out _));
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
        return HelpWithExample.Add(command, "elbo train --dataset mnist --latent-dim 20 --epochs 10 --name first");
    }

    private static string Select(RunFolder run, SelectOptions options, CancellationToken cancellation)
    {
        using var loaded = LoadedRun.Open(run.Path, threads: options.Threads);
        return SelectCommand.Choose(loaded, options, cancellation);
    }
}
