using System.Text.Json.Nodes;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Selecting;

/// <summary>Options of a selection of images to label.</summary>
public sealed record SelectOptions
{
    /// <summary>Default number of images to choose.</summary>
    public const int UsualBudget = 100;

    /// <summary>The images to choose from.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>
    /// Path of a CSV table of the images that are labelled already, with the columns <c>label</c> and <c>file</c> or
    /// <c>index</c>; null for none. They count as chosen.
    /// </summary>
    public string? Labelled { get; init; }

    /// <summary>Path of codes that come from elsewhere; null uses those of a run.</summary>
    public string? Codes { get; init; }

    /// <summary>
    /// Path of a text file with the path of one image per line, in the order of <see cref="Codes"/>; null uses the files
    /// that the codes name, if any.
    /// </summary>
    public string? Files { get; init; }

    /// <summary>Name of a strategy in the <see cref="SelectionCatalog"/>.</summary>
    public string Strategy { get; init; } = SelectionCatalog.All[0].Name;

    /// <summary>Options of the strategy by name. Missing ones have their defaults.</summary>
    public IReadOnlyDictionary<string, double> StrategyOptions { get; init; } = new Dictionary<string, double>();

    /// <summary>Number of images to choose; null uses the fraction, or 100, or all if there are fewer.</summary>
    public int? Budget { get; init; }

    /// <summary>Fraction of the images to choose instead of a number, above 0 and at most 1.</summary>
    public double? Fraction { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The choice does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Folder to write; null writes to the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing selection may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether to write every image as a PNG, not only the chosen ones.</summary>
    public bool AllImages { get; init; }

    /// <summary>The options by name. Those of strategies are in the <see cref="SelectionCatalog"/>.</summary>
    internal static IReadOnlyList<OptionOf<SelectOptions>> List { get; } =
    [
        OptionOf<SelectOptions>.Text(
            "strategy",
            "selection strategy",
            o => o.Strategy,
            (o, v) => o with { Strategy = v }
        ) with
        {
            Choices = [.. SelectionCatalog.All.Select(entry => entry.Name)],
        },
        OptionOf<SelectOptions>.WholeNumber(
            "budget",
            "number of images to choose",
            o => o.Budget,
            (o, v) => o with { Budget = v }
        ) with
        {
            Letter = 'n',
            Default = $"{UsualBudget}",
            Range = OptionRange.From(1, "images"),
        },
        OptionOf<SelectOptions>.Number(
            "fraction",
            "fraction of the images to choose, instead of a number",
            o => o.Fraction,
            (o, v) => o with { Fraction = v }
        ) with
        {
            Range = OptionRange.Share,
        },
        .. ImageChoice.List.Select(option =>
            option.Within<SelectOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<SelectOptions>.Folder(
            "labelled",
            "CSV table of the images that are labelled already, such as labels.csv of a selection with its labels filled "
                + "in; they count as chosen",
            o => o.Labelled,
            (o, v) => o with { Labelled = v }
        ) with
        {
            ValueName = "FILE",
        },
        OptionOf<SelectOptions>.Folder(
            "codes",
            "codes that come from elsewhere, instead of a run: a .npy or .npz file with an array (N, D), or a CSV table with "
                + "a column per dimension",
            o => o.Codes,
            (o, v) => o with { Codes = v }
        ) with
        {
            ValueName = "FILE",
        },
        OptionOf<SelectOptions>.Folder(
            "files",
            "with --codes: text file with the path of one image per line, in the order of the codes",
            o => o.Files,
            (o, v) => o with { Files = v }
        ) with
        {
            ValueName = "LIST",
        },
        OptionOf<SelectOptions>.Flag(
            "all-images",
            "also write every image as a PNG",
            o => o.AllImages,
            (o, v) => o with { AllImages = v }
        ),
        CommonOptions.Seed<SelectOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Output<SelectOptions>(
            "folder to write; by default one in the run's folder selections",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<SelectOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<SelectOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>Checks everything that can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the strategy does not have it.</exception>
    public void Validate()
    {
        Require.Given(Strategy, "strategy");
        Require.Given(StrategyOptions, "the options of the strategy");
        Require.Given(Choice, "the choice of images");
        var strategy = SelectionCatalog.Get(Strategy).Create(StrategyOptions);
        strategy.Validate();
        if (Codes is not null && strategy.NeedsDecoder)
            throw new ArgumentException(
                $"{Strategy} compares the images that a model decodes from the codes; it needs a run, not only codes."
            );
        if (Budget is not null && Fraction is not null)
            throw new ArgumentException("budget and fraction were both given; either says how many images are chosen.");
        if (Codes is null && Files is not null)
            throw new ArgumentException("files was given without codes; it names the images of codes.");
        if (Codes is not null && (Choice.Images ?? Choice.Split) is not null)
            throw new ArgumentException(
                $"{(Choice.Images is null ? "split" : "images")} was given with codes; these are of all the images to "
                    + "choose from. Name their files with files."
            );
        if (Codes is not null && AllImages)
            throw new ArgumentException("all-images was given with codes; it needs the images of a run.");
        Choice.Validate();
        List.Validate(this);
    }

    /// <summary>The number of images to choose from <paramref name="count"/>.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="subject">The images in messages.</param>
    /// <exception cref="ArgumentException">The number is larger than <paramref name="count"/>.</exception>
    internal int BudgetOf(int count, string subject)
    {
        if (Budget > count)
            throw new ArgumentException($"budget is {Budget:N0}; there are {count:N0} {subject}.");
        return Budget
            ?? (
                Fraction is { } fraction ? Math.Max(1, (int)Math.Round(fraction * count)) : Math.Min(UsualBudget, count)
            );
    }
}

/// <summary>
/// The object <c>select</c> of a recipe or a config file: options of a selection that follows training.
/// </summary>
internal static class SelectSettings
{
    /// <summary>Name of the object.</summary>
    public const string Key = RunSettings.SelectionKey;

    /// <summary>
    /// The options in <see cref="SelectOptions.List"/> that a file can set; the others follow from the run.
    /// </summary>
    private static readonly string[] Names = ["strategy", "split", "budget", "fraction", "all-images"];

    /// <summary>Reads the selection of a layer of options; null if it has none.</summary>
    /// <param name="values">The layer.</param>
    /// <param name="source">Source of the layer, for messages.</param>
    /// <exception cref="ArgumentException">An option is unknown, of the wrong type or out of range.</exception>
    public static SelectOptions? Read(JsonObject values, string source)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!values.TryGetPropertyValue(Key, out var node))
            return null;
        if (node is not JsonObject given)
            throw new ArgumentException(
                $"{source}: {Key} must be an object of options, as in {{ \"strategy\": \"random\" }}."
            );
        try
        {
            var options = SelectOptions.List.Read(new SelectOptions(), Part(given, Names.Contains));
            options = options with { StrategyOptions = ReadStrategy(options.Strategy, Part(given, IsOfStrategy)) };
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{source}: {Key}: {e.Message}", e);
        }
    }

    /// <summary>Reads the options of a strategy, for <see cref="SelectOptions.StrategyOptions"/>.</summary>
    /// <exception cref="ArgumentException">An option belongs to no strategy, or has the wrong type.</exception>
    public static IReadOnlyDictionary<string, double> ReadStrategy(string strategy, JsonObject given)
    {
        var result = new Dictionary<string, double>();
        foreach (var (name, value) in SelectionCatalog.Options.WithoutAliases(given))
        {
            var own = SelectionCatalog.Get(strategy).Options;
            var option =
                own.Concat(SelectionCatalog.Options).FirstOrDefault(option => option.Name == name)
                ?? throw NearestName.Unknown("option", name, [.. Names, .. own.Select(option => option.Name)]);
            option.Check(value);
            result[name] = OptionFormat.Double.Read(name, value);
        }
        return result;
    }

    private static bool IsOfStrategy(string name) => !Names.Contains(name);

    private static JsonObject Part(JsonObject values, Func<string, bool> chosen) =>
        new(values.Where(v => chosen(v.Key)).Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone())));
}
