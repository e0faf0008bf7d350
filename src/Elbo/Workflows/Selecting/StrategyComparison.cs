using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Selection;

namespace Elbo.Workflows.Selecting;

/// <summary>
/// Measures the accuracy on test images if only the training images chosen by a strategy are labelled.
/// </summary>
internal sealed class StrategyComparison(
    GenerativeModel model,
    ImageDataset train,
    float[] trainCodes,
    ImageDataset test,
    float[] testCodes,
    ComparisonOptions options
)
{
    private static readonly string[] Classifiers = ["1-NN", "logistic regression"];

    private readonly int _classes = Math.Max(train.ClassNames.Count, test.ClassNames.Count);
    private readonly int[] _testLabels = test.LabelIndices();
    private readonly int[] _trainLabels = train.LabelIndices();

    /// <summary>Runs every strategy with every budget for every repetition.</summary>
    public IReadOnlyList<StrategyAccuracy> Run(IProgress<WorkflowProgress>? progress, CancellationToken cancellation)
    {
        SelectionEntry[] strategies =
        [
            .. options.Strategies is { } names ? names.Select(SelectionCatalog.Get).Distinct() : SelectionCatalog.All,
        ];
        var accuracies = new double[strategies.Length, Classifiers.Length, options.Budgets.Count, options.Repeats];
        var classes = new int[strategies.Length, options.Budgets.Count, options.Repeats];
        for (int s = 0; s < strategies.Length; s++)
        for (int repeat = 0; repeat < options.Repeats; repeat++)
        {
            progress?.Report(new WorkflowProgress($"comparing {strategies[s].Name}", (double)repeat / options.Repeats));
            // All strategies choose from the same pools.
            var rng = new Rng(options.Seed).Fork((ulong)repeat);
            int[] members = new RandomSelection()
                .Choose(
                    new SelectionTask(
                        new SelectionPool(trainCodes, model.LatentDim),
                        Math.Min(options.Pool, train.Count),
                        rng.Fork("pool")
                    )
                )
                .Indices();
            var choices = Choices(strategies[s], members, rng.Fork("selection"), cancellation);
            for (int b = 0; b < choices.Count; b++)
            {
                var (nearest, regression) = Classify(choices[b]);
                (accuracies[s, 0, b, repeat], accuracies[s, 1, b, repeat]) = (nearest, regression);
                classes[s, b, repeat] = choices[b].Select(i => _trainLabels[i]).Distinct().Count();
            }
        }
        return
        [
            .. from s in Enumerable.Range(0, strategies.Length)
            from c in Enumerable.Range(0, Classifiers.Length)
            from b in Enumerable.Range(0, options.Budgets.Count)
            select new StrategyAccuracy(
                strategies[s].Name,
                Classifiers[c],
                options.Budgets[b],
                [.. Enumerable.Range(0, options.Repeats).Select(repeat => accuracies[s, c, b, repeat])],
                [.. Enumerable.Range(0, options.Repeats).Select(repeat => classes[s, b, repeat])]
            ),
        ];
    }

    /// <summary>The chosen training images for each budget.</summary>
    private List<int[]> Choices(SelectionEntry entry, int[] members, Rng rng, CancellationToken cancellation)
    {
        var pool = new SelectionPool(Rows(trainCodes, members), model.LatentDim)
        {
            Decode = z => Inference.Decode(model, z),
            Threads = options.Threads,
        };
        int[] Choose(int budget) =>
            [
                .. entry
                    .Create()
                    .Select(pool, budget, rng.Fork((ulong)budget), cancellation: cancellation)
                    .Indices()
                    .Select(i => members[i]),
            ];
        if (!entry.IsIncremental)
            return [.. options.Budgets.Select(Choose)];
        int[] most = Choose(options.Budgets[^1]);
        return [.. options.Budgets.Select(budget => most[..budget])];
    }

    private (double NearestNeighbour, double LogisticRegression) Classify(int[] labelled)
    {
        float[] codes = Rows(trainCodes, labelled);
        int[] labels = [.. labelled.Select(i => _trainLabels[i])];
        return (
            Accuracy(new NearestNeighbourClassifier(codes, model.LatentDim, labels).Predict(testCodes)),
            Accuracy(LogisticRegression.Fit(codes, model.LatentDim, labels, _classes).Predict(testCodes))
        );

        double Accuracy(int[] predicted) => ClassificationMetrics.Accuracy(predicted, _testLabels);
    }

    private float[] Rows(float[] codes, int[] indices)
    {
        float[] rows = new float[indices.Length * model.LatentDim];
        for (int k = 0; k < indices.Length; k++)
            codes.AsSpan(indices[k] * model.LatentDim, model.LatentDim).CopyTo(rows.AsSpan(k * model.LatentDim));
        return rows;
    }
}

/// <summary>Accuracy on test images with labels for the images chosen by a strategy.</summary>
/// <param name="Strategy">Name of the strategy.</param>
/// <param name="Classifier"><c>1-NN</c> or <c>logistic regression</c>.</param>
/// <param name="Budget">Number of labelled images.</param>
/// <param name="Accuracies">Fraction of correctly classified test images, in [0, 1], for each repetition.</param>
/// <param name="Classes">Number of different classes among the labelled images, for each repetition.</param>
public sealed record StrategyAccuracy(
    string Strategy,
    string Classifier,
    int Budget,
    IReadOnlyList<double> Accuracies,
    IReadOnlyList<int> Classes
)
{
    /// <summary>The mean accuracy over all repetitions.</summary>
    public double Mean => Accuracies.Average();

    /// <summary>The sample standard deviation over the repetitions, with n − 1 degrees of freedom.</summary>
    public double Deviation
    {
        get
        {
            double mean = Mean;
            return Math.Sqrt(Accuracies.Sum(a => (a - mean) * (a - mean)) / (Accuracies.Count - 1));
        }
    }

    /// <summary>Half the width of the 95 % confidence interval of the mean, from Student's t distribution.</summary>
    public double HalfWidth =>
        MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, Accuracies.Count - 1, 0.975)
        * Deviation
        / Math.Sqrt(Accuracies.Count);
}
