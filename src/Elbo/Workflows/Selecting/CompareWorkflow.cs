using Elbo.Figures;
using Elbo.Formats;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Selecting;

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
            "with --compare: strategies, such as k-medoids,random; by default all",
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
            "with --compare: number of repetitions, each with another pool and other random numbers",
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
            "folder to write; by default one in the run's folder selections",
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
        Require.Given(Budgets, "budgets");
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

/// <summary>
/// The <c>elbo select --compare</c> command: labels only the images that a strategy chooses, and classifies the test
/// images.
/// </summary>
public static class CompareWorkflow
{
    /// <summary>The table of means in every comparison folder.</summary>
    private const string TableName = "comparison.csv";

    /// <summary>
    /// Chooses training images with every strategy, budget and repeat, fits both classifiers to their codes and labels,
    /// and writes tables and a figure.
    /// </summary>
    /// <param name="run">A run whose images have labels.</param>
    /// <param name="options">What to compare; null uses the defaults.</param>
    /// <param name="progress">Receives the progress of every stage.</param>
    /// <param name="cancellation">Cancels the comparison. Nothing is written then.</param>
    /// <returns>The path of the folder, and all results in the order of strategies, classifiers and budgets.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or there are no labels or too few images.
    /// </exception>
    /// <exception cref="IOException">The folder exists or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The comparison was cancelled.</exception>
    public static (string Path, IReadOnlyList<StrategyAccuracy> Results) Run(
        LoadedRun run,
        ComparisonOptions? options = null,
        IProgress<WorkflowProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new ComparisonOptions();
        options.Validate();
        if (run.Model.IsConditional)
            throw new ArgumentException(
                $"the model of {run.Folder.Path} is conditional on labels, so its codes know the labels that a "
                    + "comparison leaves out. Compare strategies with a run without --condition."
            );
        var (train, test) = run.Data;
        if (train.Labels is null || test.Labels is null)
            throw new ArgumentException(
                $"the {(train.Labels is null ? "" : "test ")}images of {run.Folder.Path} have no labels; a comparison "
                    + "classifies by them."
            );
        if (train.Count < options.Budgets[^1])
            throw new ArgumentException(
                $"the largest budget is {options.Budgets[^1]:N0}; there are {train.Count:N0} training images."
            );
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Selection("comparison"),
            TableName,
            options.Overwrite
        );
        progress?.Report(new WorkflowProgress($"encoding {train.Count + test.Count:N0} images", 0));
        var trainCodes = ModelInputs.Codes(run.Model, run.Config, train, train.Count, cancellation);
        var testCodes = ModelInputs.Codes(run.Model, run.Config, test, test.Count, cancellation);
        var comparison = new StrategyComparison(run.Model, train, trainCodes, test, testCodes, options);
        var results = comparison.Run(progress, cancellation);
        Write(folder.Staging, run.Folder.Title(train.Name, "few labels, chosen in different ways"), results);
        folder.Complete();
        return (folder.Path, results);
    }

    private static void Write(string folder, string title, IReadOnlyList<StrategyAccuracy> results)
    {
        var means = new DataTable(
            "strategy",
            "classifier",
            "budget",
            "mean",
            "deviation",
            "low",
            "high",
            "repeats",
            "classes"
        );
        var all = new DataTable("strategy", "classifier", "budget", "repeat", "accuracy", "classes");
        foreach (var result in results)
        {
            means.Add(
                result.Strategy,
                result.Classifier,
                result.Budget,
                Round(result.Mean),
                Round(result.Deviation),
                Round(result.Mean - result.HalfWidth),
                Round(result.Mean + result.HalfWidth),
                result.Accuracies.Count,
                Round(result.Classes.Average())
            );
            for (int k = 0; k < result.Accuracies.Count; k++)
                all.Add(
                    result.Strategy,
                    result.Classifier,
                    result.Budget,
                    k + 1,
                    Round(result.Accuracies[k]),
                    result.Classes[k]
                );
        }
        Csv.Save(Path.Combine(folder, TableName), means);
        Csv.Save(Path.Combine(folder, "repeats.csv"), all);
        var classifiers = results.Select(result => result.Classifier).Distinct().ToArray();
        var figure = new FigureGrid(
            [
                .. classifiers.Select(
                    (classifier, k) =>
                        AccuracyCurves.Create(
                            Curves(results, classifier),
                            classifier,
                            legend: k == classifiers.Length - 1
                        )
                ),
            ],
            title
        );
        foreach (string ending in FigureWriter.Endings)
            FigureWriter.Save(figure, Path.Combine(folder, "comparison" + ending));
    }

    private static AccuracyCurve[] Curves(IReadOnlyList<StrategyAccuracy> results, string classifier) =>
        [
            .. results
                .Where(result => result.Classifier == classifier)
                .GroupBy(result => result.Strategy)
                .Select(group => new AccuracyCurve(
                    group.Key,
                    [.. group.Select(r => r.Budget)],
                    [.. group.Select(r => r.Mean)],
                    [.. group.Select(r => r.HalfWidth)]
                )),
        ];

    private static double Round(double share) => Math.Round(share, 5);
}
