using Elbo.Selection;

namespace Elbo.Workflows;

/// <summary>Options of a comparison of selection strategies.</summary>
public sealed record ComparisonOptions
{
    /// <summary>
    /// Names of strategies in the <see cref="SelectionCatalog"/>, used with default options; null means all.
    /// </summary>
    public IReadOnlyList<string>? Strategies { get; init; }

    /// <summary>Numbers of images to label, ascending.</summary>
    public IReadOnlyList<int> Budgets { get; init; } = [10, 20, 50, 100, 200, 500];

    /// <summary>Number of repetitions, each with another pool and other random numbers.</summary>
    public int Repeats { get; init; } = 10;

    /// <summary>
    /// Number of training images to choose from, sampled for each repetition; all if there are fewer.
    /// </summary>
    public int Pool { get; init; } = 10_000;

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Folder to write; null writes to the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing comparison may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ComparisonOptions>> List { get; } =
    [
        OptionOf<ComparisonOptions>.Texts(
            "strategies",
            "with --compare: strategies, such as k-medoids,random; otherwise all",
            o => o.Strategies,
            (o, v) => o with { Strategies = v }
        ),
        OptionOf<ComparisonOptions>.WholeNumbers(
            "budgets",
            "with --compare: numbers of images to label",
            o => o.Budgets,
            (o, v) => o with { Budgets = v }
        ) with
        {
            Example = "10,50,100",
        },
        OptionOf<ComparisonOptions>.WholeNumber(
            "repeats",
            "with --compare: repetitions, each with another pool and other random numbers",
            o => o.Repeats,
            (o, v) => o with { Repeats = v }
        ),
        OptionOf<ComparisonOptions>.WholeNumber(
            "pool",
            "with --compare: number of training images to choose from",
            o => o.Pool,
            (o, v) => o with { Pool = v }
        ),
        CommonOptions.Seed<ComparisonOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Output<ComparisonOptions>(
            "folder to write; otherwise one among the run's selections",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<ComparisonOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<ComparisonOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>Checks everything that can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or a strategy is unknown.</exception>
    public void Validate()
    {
        foreach (string name in Strategies ?? [])
            SelectionCatalog.Get(name);
        if (Strategies is { Count: 0 })
            throw new ArgumentException("got no strategies; name one or more.");
        if (Budgets.Count == 0 || Budgets[0] < 1 || Budgets.Zip(Budgets.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException(
                $"budgets are {string.Join(',', Budgets)}; they must be 1 or more and ascending, as in 10,50,100."
            );
        if (Repeats < 2)
            throw new ArgumentException($"repeats is {Repeats}; a band needs 2 or more.");
        if (Pool < Budgets[^1])
            throw new ArgumentException($"pool is {Pool:N0}; it must hold the largest budget, {Budgets[^1]:N0}.");
        List.Validate(this);
    }
}
