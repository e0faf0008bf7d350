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

    /// <summary>Checks what can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the strategy lacks it.</exception>
    public void Validate()
    {
        SelectionCatalog.Get(Strategy).Create(StrategyOptions);
        if (Budget is not null && Fraction is not null)
            throw new ArgumentException("budget and fraction were both given; either says how many images are chosen.");
        if (Budget is < 1)
            throw new ArgumentException($"budget is {Budget}; it must be 1 or more images.");
        if (Fraction is { } fraction && !(fraction is > 0 and <= 1))
            throw new ArgumentException($"fraction is {fraction}; it must be above 0 and at most 1.");
        if (Threads is < 0 or > 1024)
            throw new ArgumentException($"threads is {Threads}; it must be from 0 to 1024.");
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
