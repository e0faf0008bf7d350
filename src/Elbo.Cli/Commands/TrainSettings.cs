using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>The options of <c>elbo train</c> that a config file has under the same names.</summary>
internal static class TrainSettings
{
    /// <summary>One option, and how its value looks in JSON.</summary>
    public sealed record Setting(Option Option, Func<ParseResult, JsonNode?> Read);

    /// <summary>All of them, with the defaults of <see cref="RunConfig"/>.</summary>
    public static IReadOnlyList<Setting> Create()
    {
        var d = new RunConfig();
        return
        [
            Text(
                "--model",
                "model; 'elbo models' lists them",
                d.Model,
                choices: [.. ModelCatalog.All.Select(m => m.Name)]
            ),
            Text(
                "--dataset",
                "dataset; 'elbo datasets' lists them",
                d.Dataset,
                choices: [.. Data.DatasetCatalog.All.Select(s => s.Name)]
            ),
            Text(
                "--data-dir",
                "folder of the dataset's files; otherwise $ELBO_DATA, then the cache folder, then a download",
                null,
                path: true
            ),
            Text(
                "--images",
                "with the dataset image-folder: folder of PNG, JPEG, WebP, BMP, GIF and TIFF files, a folder in it "
                    + "for each class or all in one",
                null,
                path: true
            ),
            Word(
                "--image-size",
                "the size these are brought to, as 64 or 64x48 (width first), covering it and cut evenly (the "
                    + "size that all share)",
                "SIZE"
            ),
            Word("--colour", "what these become: grey or rgb (grey where all are grey, else rgb)", "NAME"),
            Word(
                "--background",
                "what transparent ones lie on: white, black or #rrggbb (white where their visible pixels are dark on "
                    + "average, else black)",
                "COLOUR"
            ),
            Flag("--strict", "make a file that cannot be read an error instead of skipping it"),
            Number<float>("--test-fraction", "share of these kept for testing (0.1)", []),
            .. ModelCatalog.Options.Select(OfModels),
            Number("--beta", "weight of the KL divergence", d.Beta),
            Number("--kl-warmup", "epochs over which that weight rises from 0", d.KlWarmup),
            Name("--noise", "noise on the encoder's input in training; the target stays clean", d.Noise),
            Number<float>(
                "--noise-factor",
                "standard deviation of gaussian noise (0.7), or the share of pixels changed by dropout (0.5) or "
                    + "salt-pepper (0.3)",
                []
            ),
            Name("--binarize", "how images become black and white", d.Binarize),
            Number("--epochs", "passes over the training images", d.Epochs, "-e"),
            Number("--batch-size", "images per step", d.BatchSize, "-b"),
            Number("--learning-rate", "step size of the optimiser", d.LearningRate, "-l"),
            Text(
                "--optimizer",
                $"{string.Join(", ", Training.Optimizers.OptimizerCatalog.All.Select(o => o.Name))}",
                d.Optimizer
            ),
            Text(
                "--schedule",
                $"{string.Join(", ", Training.Schedules.ScheduleCatalog.All.Select(o => o.Name))}",
                d.Schedule
            ),
            Number<int>(
                "--schedule-period",
                "step schedule: epochs from one reduction of the learning rate to the next (10)",
                []
            ),
            Wholes(
                "--schedule-milestones",
                "step schedule: epochs after each of which the learning rate is reduced once, instead of a period",
                "a number of epochs",
                "6,12"
            ),
            Number<float>(
                "--schedule-factor",
                "what a reduction multiplies the learning rate by (step and plateau 0.1, exponential 0.95)",
                []
            ),
            Number<int>(
                "--schedule-patience",
                "plateau schedule: epochs without a better training loss that are let pass (10)",
                []
            ),
            Number("--clip-norm", "largest L2 norm of a step's gradient; 0 does not clip", d.ClipNorm),
            Number(
                "--early-stopping",
                "epochs without improvement of the validation loss before training stops; 0 never stops",
                d.EarlyStopping
            ),
            Number(
                "--early-stopping-delta",
                "by how many nats that loss has to fall below the best to be an improvement",
                d.EarlyStoppingDelta
            ),
            Number("--validation-fraction", "share of the training images kept for validation", d.ValidationFraction),
            Number("--seed", "decides every random choice", d.Seed),
            Number(
                "--threads",
                "threads to compute with; 0 takes one per processor. Results do not depend on it",
                d.Threads
            ),
            Number("--checkpoint-every", "epochs between checkpoints", d.CheckpointEvery),
            Number("--keep-checkpoints", "how many checkpoints are kept, the newest; 0 keeps all", d.KeepCheckpoints),
            Number("--image-every", "epochs between pictures; 0 draws only the last", d.ImageEvery),
            Name("--tensorboard", "what is written to events/ for TensorBoard", d.Tensorboard),
            Text("--name", "name of the run folder (from model, dataset and latent size)", null),
        ];
    }

    /// <summary>Those that were given, by their names in files.</summary>
    public static JsonObject Read(IReadOnlyList<Setting> settings, ParseResult parsed) =>
        new(
            settings
                .Where(s => parsed.GetResult(s.Option) is { Implicit: false })
                .Select(s => KeyValuePair.Create(s.Option.Name.TrimStart('-'), s.Read(parsed)))
        );

    private static Setting Text(
        string name,
        string description,
        string? value,
        bool path = false,
        params string[] choices
    )
    {
        var option = new Option<string?>(name)
        {
            Description = value is null ? description : $"{description} ({value})",
            HelpName = path ? "DIR" : "NAME",
        };
        option.CompletionSources.Add(choices);
        return new Setting(
            option,
            parsed =>
                parsed.GetRequiredValue(option) is not { } text ? null
                : !path ? text
                : text.Length > 0 ? Path.GetFullPath(text)
                : throw new ArgumentException($"{name} is empty; give a folder.")
        );
    }

    private static Setting Word(string name, string description, string helpName)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        return new Setting(option, parsed => JsonValue.Create(parsed.GetRequiredValue(option)));
    }

    private static Setting Flag(string name, string description)
    {
        var option = new Option<bool>(name) { Description = description };
        return new Setting(option, parsed => JsonValue.Create(parsed.GetValue(option)));
    }

    private static Setting Number<T>(string name, string description, T value, params string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        Number<T>(name, $"{description} ({value.ToString(null, CultureInfo.InvariantCulture)})", aliases);

    private static Setting Number<T>(string name, string description, string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var option = RunArguments.OptionalNumber<T>(name, description, aliases);
        return new Setting(option, parsed => JsonValue.Create(parsed.GetRequiredValue(option)!.Value));
    }

    private static Setting Name<T>(string name, string description, T value)
        where T : struct, Enum =>
        Word(
            name,
            $"{description}: {string.Join(", ", OptionName.Names<T>())} ({OptionName.Name(value)})",
            "NAME",
            text => JsonValue.Create(text)
        );

    /// <summary>
    /// An option of one model or several; help says of which where it is not all, and the default of each where they
    /// differ.
    /// </summary>
    private static Setting OfModels(ModelOption option)
    {
        string name = $"--{option.Name}";
        ModelEntry[] models = [.. ModelCatalog.All.Where(m => m.Options.Any(o => o.Name == option.Name))];
        var defaults = models
            .Select(m => (Model: m.Name, Value: m.Options.First(o => o.Name == option.Name).Default))
            .Where(d => d.Value.Length > 0)
            .ToArray();
        string description =
            models.Length == ModelCatalog.All.Count
                ? option.Description
                : $"{string.Join(", ", models.Select(m => m.Name))}: {option.Description}";
        if (option.Choices.Count > 0)
            description += $": {string.Join(", ", option.Choices)}";
        if (defaults.Length > 0)
            description += defaults.All(d => d.Value == defaults[0].Value)
                ? $" ({defaults[0].Value})"
                : $" ({string.Join("; ", defaults.Select(d => $"{d.Model} {d.Value}"))})";
        string[] aliases = option.Letter is { } letter ? [$"-{letter}"] : [];
        return option.Kind switch
        {
            OptionKind.WholeNumber => Number<int>(name, description, aliases),
            OptionKind.Number => Number<float>(name, description, aliases),
            OptionKind.Flag => Flag(name, description),
            OptionKind.Name => Word(name, description, "NAME", text => JsonValue.Create(text)),
            OptionKind.Names => Word(
                name,
                description,
                "A,B,…",
                text => new JsonArray([.. text.Split(',').Select(part => (JsonNode?)JsonValue.Create(part.Trim()))])
            ),
            _ => Wholes(name, description, "a layer's width", "512,128,64"),
        };
    }

    private static Setting Word(string name, string description, string helpName, Func<string, JsonNode?> read)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        return new Setting(option, parsed => read(parsed.GetRequiredValue(option)));
    }

    private static Setting Wholes(string name, string description, string what, string example)
    {
        return Word(
            name,
            description,
            "N,N,…",
            text => new JsonArray([.. text.Split(',').Select(part => (JsonNode?)JsonValue.Create(Whole(part)))])
        );

        int Whole(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new ArgumentException($"{name}: '{text}' is not {what}; give whole numbers, as in {example}.");
    }
}
