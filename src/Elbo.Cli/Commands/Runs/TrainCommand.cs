using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;
using Elbo.Workflows.Selecting;

namespace Elbo.Cli.Commands.Runs;

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
                TrainOptions.List.Validate(wishes);
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
                        out last,
                        wishes.PrintEvery
                    );

                JsonObject result;
                RunFolder run;
                if (wishes.NumSeeds == 1)
                {
                    run = Train(options, out var last);
                    result = TrainingDisplay.Json(run, last);
                }
                else
                {
                    var runs = SeedSearch.Run(options, wishes.NumSeeds, wanted => Train(wanted, out _));
                    run = SeedSearch.Best(runs).Run;
                    SeedTable.Print(runs, Console.Error);
                    result = SeedTable.Json(runs);
                }
                string? chosen = selection is null
                    ? null
                    : Select(
                        run,
                        selection with
                        {
                            Seed = options.Seed,
                            Threads = options.Threads,
                        },
                        options.DeviceOptions,
                        cancellation
                    );
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

    private static string Select(
        RunFolder run,
        SelectOptions options,
        DeviceOptions device,
        CancellationToken cancellation
    )
    {
        using var loaded = LoadedRun.Open(run.Path, device: device, cancellation: cancellation);
        return SelectCommand.Choose(loaded, options, cancellation);
    }

    /// <summary>Options of the command besides those of a run.</summary>
    private sealed record TrainOptions
    {
        public string? Recipe { get; init; }

        public string? Config { get; init; }

        public int NumSeeds { get; init; } = 1;

        public int PrintEvery { get; init; } = 1;

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
                "num-seeds",
                "train this many runs with consecutive seeds from --seed, and report the one with the lowest loss on "
                    + "validation images, or on test images without them",
                o => o.NumSeeds,
                (o, v) => o with { NumSeeds = v }
            ) with
            {
                Aliases = ["seeds"],
                Group = OptionGroup.Training,
            },
            OptionOf<TrainOptions>.WholeNumber(
                "print-every",
                "epochs between the printed lines; the last epoch is always printed",
                o => o.PrintEvery,
                (o, v) => o with { PrintEvery = v }
            ) with
            {
                Letter = 'p',
                Group = OptionGroup.Output,
                Range = OptionRange.From(1, "epochs"),
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

/// <summary>Options of <c>elbo train</c> that a config file has under the same names.</summary>
internal static class TrainSettings
{
    private const string ModelOption = "--model";

    /// <summary>The options of every run and every model.</summary>
    public static DeclaredOptions Create() => new([.. RunConfig.List, .. ModelCatalog.Options]);

    /// <summary>
    /// The sections of help by group, with the options shared by all models, or those of the model given by
    /// <c>--model</c>.
    /// </summary>
    /// <param name="parsed">The command line beside <c>--help</c>.</param>
    /// <param name="own">Options that only the command has.</param>
    /// <param name="json">The line of <c>--json</c>.</param>
    public static IReadOnlyList<HelpSection> Help(
        ParseResult parsed,
        IEnumerable<OptionDescriptor> own,
        (string Left, string Right) json
    )
    {
        var chosen = Chosen(parsed);
        var all = RunConfig.List.Concat(OfModel(chosen)).Concat(own).ToLookup(o => o.Group, DeclaredOptions.Line);
        return
        [
            new HelpSection("Options", [.. all[null]]),
            new HelpSection("Data", [.. all[OptionGroup.Data]], Starts()),
            new HelpSection("Model", [.. all[OptionGroup.Model]], Note(chosen)),
            new HelpSection("Training", [.. all[OptionGroup.Training]]),
            new HelpSection("Pictures", [.. all[OptionGroup.Pictures]]),
            new HelpSection("Output", [.. all[OptionGroup.Output], json]),
        ];
    }

    private static ModelEntry? Chosen(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.First(option => option.Name == ModelOption) is { } option
        && parsed.GetResult(option) is { Implicit: false, Tokens: [var name, ..] }
            ? ModelCatalog.Get(name.Value)
            : null;

    private static IEnumerable<OptionDescriptor> OfModel(ModelEntry? chosen) =>
        chosen?.Options
        ?? ModelCatalog
            .Options.Where(option => ModelCatalog.All.All(model => Find(model, option.Name) is not null))
            .Select(Shared);

    /// <summary>An option shared by all models, with the default of each if they differ.</summary>
    private static OptionDescriptor Shared(OptionDescriptor option)
    {
        var defaults = ModelCatalog
            .All.GroupBy(model => Find(model, option.Name)!.Default)
            .Select(group => (Value: group.Key, Models: string.Join(", ", group.Select(model => model.Name))))
            .ToArray();
        return defaults.Length == 1
            ? option
            : option with
            {
                Default = string.Join("; ", defaults.Select(d => $"{d.Value} for {d.Models}")),
            };
    }

    private static OptionDescriptor? Find(ModelEntry model, string name) =>
        model.Options.FirstOrDefault(option => option.Name == name);

    /// <summary>The datasets that change defaults, and to what.</summary>
    private static string Starts() =>
        string.Join(
            ' ',
            from source in DatasetCatalog.All
            where source.StartsFrom is not null
            let options = RecipeCatalog
                .Get(source.StartsFrom!)
                .Values.Where(v => v.Key is not ("description" or "dataset"))
            select $"The defaults of {source.Name} are those of the recipe {source.StartsFrom}: "
                + $"{string.Join(", ", options.Select(v => $"{v.Key} {OptionDescriptor.ToText(v.Value)}"))}."
        );

    private static string Note(ModelEntry? chosen) =>
        chosen is null
            ? "More options of one model: elbo train --help --model NAME, "
                + $"with {string.Join(", ", ModelCatalog.All.Select(model => model.Name))}."
            : $"These are the options of {chosen.Name}: {chosen.Description}.";
}
