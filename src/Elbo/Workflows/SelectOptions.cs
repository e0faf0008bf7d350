using Elbo.Selection;

namespace Elbo.Workflows;

/// <summary>Which images of a run to choose for labelling, and how.</summary>
public sealed record SelectOptions
{
    /// <summary>How many images are chosen unless something else is asked for.</summary>
    public const int UsualBudget = 100;

    /// <summary><c>test</c>, <c>train</c> or, where the dataset itself has such, <c>validation</c>.</summary>
    public string Split { get; init; } = "test";

    /// <summary>A strategy of the <see cref="SelectionCatalog"/>.</summary>
    public string Strategy { get; init; } = SelectionCatalog.All[0].Name;

    /// <summary>Options of the strategy by name; those that are missing have their defaults.</summary>
    public IReadOnlyDictionary<string, double> StrategyOptions { get; init; } = new Dictionary<string, double>();

    /// <summary>How many images to choose; null takes the fraction, or 100, or all where there are fewer.</summary>
    public int? Budget { get; init; }

    /// <summary>The share of the images to choose instead, above 0 and at most 1.</summary>
    public double? Fraction { get; init; }

    /// <summary>Decides every random choice.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to compute with, 0 for one per processor; the choice does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The folder to write; null writes one into the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether a selection that is there may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether every image of the split is written as a PNG too, not the chosen ones alone.</summary>
    public bool AllImages { get; init; }

    /// <summary>Its options by name; those of the strategy are in the <see cref="SelectionCatalog"/>.</summary>
    internal static IReadOnlyList<OptionOf<SelectOptions>> List { get; } =
    [
        OptionOf<SelectOptions>.Text(
            "strategy",
            "how to choose",
            o => o.Strategy,
            (o, v) => o with { Strategy = v }
        ) with
        {
            Choices = [.. SelectionCatalog.All.Select(entry => entry.Name)],
        },
        OptionOf<SelectOptions>.WholeNumber(
            "budget",
            "how many images to choose",
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
            "the share of the images to choose instead",
            o => o.Fraction,
            (o, v) => o with { Fraction = v }
        ) with
        {
            Range = OptionRange.Share,
        },
        CommonOptions.Split<SelectOptions>(o => o.Split, (o, v) => o with { Split = v }),
        OptionOf<SelectOptions>.Flag(
            "all-images",
            "write every image of the split as a PNG too",
            o => o.AllImages,
            (o, v) => o with { AllImages = v }
        ),
        CommonOptions.Seed<SelectOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Output<SelectOptions>(
            "folder to write; otherwise one among the run's selections",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<SelectOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<SelectOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>Checks what can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the strategy lacks it.</exception>
    public void Validate()
    {
        SelectionCatalog.Get(Strategy).Create(StrategyOptions);
        if (Budget is not null && Fraction is not null)
            throw new ArgumentException("budget and fraction were both given; either says how many images are chosen.");
        List.Validate(this);
    }

    /// <summary>How many of <paramref name="count"/> images to choose.</summary>
    /// <exception cref="ArgumentException">More than there are.</exception>
    internal int BudgetOf(int count)
    {
        if (Budget > count)
            throw new ArgumentException($"budget is {Budget:N0}; the {Split} split has {count:N0} images.");
        return Budget
            ?? (
                Fraction is { } fraction ? Math.Max(1, (int)Math.Round(fraction * count)) : Math.Min(UsualBudget, count)
            );
    }
}
