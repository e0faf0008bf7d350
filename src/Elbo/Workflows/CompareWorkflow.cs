using Elbo.Figures;
using Elbo.Formats;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Which strategies to compare on a run, and how thoroughly.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Strategies of the <see cref="SelectionCatalog"/>, with their default options; null takes all.</summary>
    public IReadOnlyList<string>? Strategies { get; init; }

    /// <summary>How many images are labelled, ascending.</summary>
    public IReadOnlyList<int> Budgets { get; init; } = [10, 20, 50, 100, 200, 500];

    /// <summary>How often everything is done, each time with another pool and other chance.</summary>
    public int Repeats { get; init; } = 10;

    /// <summary>
    /// How many training images, drawn anew each time, there are to choose from; all where there are fewer.
    /// </summary>
    public int Pool { get; init; } = 10_000;

    /// <summary>Decides every random choice.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The folder to write; null writes one into the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether a comparison that is there may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Checks what can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or a strategy is unknown.</exception>
    public void Validate()
    {
        foreach (string name in Strategies ?? [])
            SelectionCatalog.Get(name);
        if (Strategies is { Count: 0 })
            throw new ArgumentException("no strategies came; name one or more.");
        if (Budgets.Count == 0 || Budgets[0] < 1 || Budgets.Zip(Budgets.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException(
                $"budgets are {string.Join(',', Budgets)}; they must be 1 or more and ascending, as in 10,50,100."
            );
        if (Repeats < 2)
            throw new ArgumentException($"repeats is {Repeats}; a band needs 2 or more.");
        if (Pool < Budgets[^1])
            throw new ArgumentException($"pool is {Pool:N0}; it must hold the largest budget, {Budgets[^1]:N0}.");
        if (Threads is < 0 or > 1024)
            throw new ArgumentException($"threads is {Threads}; it must be from 0 to 1024.");
    }
}

/// <summary>
/// What <c>elbo select --compare</c> does: labels only what each strategy chooses, and classifies the test images.
/// </summary>
public static class CompareWorkflow
{
    /// <summary>The table of means, which every folder of a comparison has.</summary>
    private const string TableName = "comparison.csv";

    /// <summary>
    /// Chooses of training images with every strategy, budget and repeat, fits both classifiers to the chosen codes and
    /// labels, and writes tables and a figure.
    /// </summary>
    /// <param name="run">The run; its images have labels.</param>
    /// <param name="options">What to compare; null takes the defaults.</param>
    /// <param name="progress">Told of every stage.</param>
    /// <param name="cancellation">Ends the work early; nothing is left of it then.</param>
    /// <returns>
    /// The folder that was written, and every result, in the order of strategies, classifiers and budgets.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of range, or the images have no labels or are too
    /// few.</exception>
    /// <exception cref="IOException">The folder exists or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (string Path, IReadOnlyList<StrategyAccuracy> Results) Run(
        LoadedRun run,
        ComparisonOptions? options = null,
        IProgress<SelectionProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new ComparisonOptions();
        options.Validate();
        var (train, test) = run.Data;
        if (train.Labels is null || test.Labels is null)
            throw new ArgumentException(
                $"the images of {run.Folder.Path} have no labels; a comparison classifies by them."
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
        progress?.Report(new SelectionProgress($"encoding {train.Count + test.Count:N0} images", 0));
        var trainCodes = ModelInputs.Codes(run.Model, run.Config, train, train.Count, cancellation);
        var testCodes = ModelInputs.Codes(run.Model, run.Config, test, test.Count, cancellation);
        var comparison = new StrategyComparison(run.Model, train, trainCodes, test, testCodes, options);
        var results = comparison.Run(progress, cancellation);
        Write(folder.Staging, train.Name, run.Model.LatentDim, results);
        folder.Complete();
        return (folder.Path, results);
    }

    private static void Write(string folder, string dataset, int latentDim, IReadOnlyList<StrategyAccuracy> results)
    {
        var means = new DataTable("strategy", "classifier", "budget", "mean", "deviation", "low", "high", "repeats");
        var all = new DataTable("strategy", "classifier", "budget", "repeat", "accuracy");
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
                result.Accuracies.Count
            );
            for (int k = 0; k < result.Accuracies.Count; k++)
                all.Add(result.Strategy, result.Classifier, result.Budget, k + 1, Round(result.Accuracies[k]));
        }
        Csv.Save(Path.Combine(folder, TableName), means);
        Csv.Save(Path.Combine(folder, "repeats.csv"), all);
        var classifiers = results.Select(result => result.Classifier).Distinct().ToArray();
        var figure = new FigureRow([
            .. classifiers.Select(
                (classifier, k) =>
                    AccuracyCurves.Create(
                        Curves(results, classifier),
                        $"{dataset}, {latentDim} latent dimensions: {classifier}",
                        legend: k == classifiers.Length - 1
                    )
            ),
        ]);
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
