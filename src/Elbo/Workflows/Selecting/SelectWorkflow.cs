using Elbo.Clustering;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Selecting;

/// <summary>The <c>elbo select</c> command: chooses images to be labelled.</summary>
public static class SelectWorkflow
{
    /// <summary>
    /// Chooses images by their latent codes and writes a folder with a table, the images, figures and a contact sheet.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Options of the selection; null uses the defaults.</param>
    /// <param name="progress">Receives the progress of every stage.</param>
    /// <param name="cancellation">Cancels the selection. Nothing is written then.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the images do not suit the strategy.
    /// </exception>
    /// <exception cref="IOException">The folder exists or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The selection was cancelled.</exception>
    public static SelectionSummary Run(
        LoadedRun run,
        SelectOptions? options = null,
        IProgress<SelectionProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new SelectOptions();
        options.Validate();
        var entry = SelectionCatalog.Get(options.Strategy);
        var strategy = entry.Create(options.StrategyOptions);
        var images = run.Images(options.Choice, cancellation);
        int budget = options.BudgetOf(images.Count);
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Selection($"{entry.Name}-{options.Choice.Name}-{budget}"),
            SelectionWriter.TableName,
            options.Overwrite
        );

        progress?.Report(new SelectionProgress($"encoding {images.Count:N0} images", 0));
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, images.Count, cancellation);
        var rng = new Rng(options.Seed);
        var pool = Pool(run.Model, images, codes, options.Threads);
        var result = strategy.Select(
            pool,
            budget,
            rng.Fork("selection"),
            new StageProgress(progress, $"choosing {budget:N0} by {entry.Name}"),
            cancellation
        );
        progress?.Report(new SelectionProgress("writing", 0));
        int[] random = new RandomSelection()
            .Select(pool, budget, rng.Fork("random"), cancellation: cancellation)
            .Indices();
        var writer = new SelectionWriter(run, images, pool, result, random, entry, options, cancellation);
        writer.Write(folder.Staging, cancellation);
        folder.Complete();
        return new SelectionSummary(folder.Path, images.Count, result, writer.Notes());
    }

    /// <summary>Creates the pool for a strategy. The model decodes on this thread.</summary>
    internal static SelectionPool Pool(GenerativeModel model, ImageDataset images, float[] codes, int threads) =>
        new(codes, model.LatentDim)
        {
            Contents = EqualRows.First(images.Count, i => images.Image(i)),
            Decode = z => Inference.Decode(model, z),
            Threads = threads,
        };
}

/// <summary>Summary of a selection.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="PoolCount">Number of images to choose from.</param>
/// <param name="Result">The choice.</param>
/// <param name="Notes">Remarks for the user, one line each.</param>
public sealed record SelectionSummary(string Path, int PoolCount, SelectionResult Result, IReadOnlyList<string> Notes);

/// <summary>Progress of a selection.</summary>
/// <param name="Stage">Current stage: <c>encoding 10,000 images</c>.</param>
/// <param name="Share">Completed fraction of the stage, in [0, 1].</param>
public readonly record struct SelectionProgress(string Stage, double Share);

/// <summary>Forwards the progress of a stage.</summary>
internal sealed class StageProgress(IProgress<SelectionProgress>? progress, string stage) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new SelectionProgress(stage, value));
}

/// <summary>The clusters shown in a selection's table and figures.</summary>
/// <param name="Numbers">Cluster of every image of the pool, or −1 for noise.</param>
/// <param name="Names">Names of the clusters.</param>
/// <param name="Title">Text for a figure's title.</param>
/// <param name="Caption">Remark for the user; empty for none.</param>
internal sealed record SelectionClusters(
    IReadOnlyList<int> Numbers,
    IReadOnlyList<string> Names,
    string Title,
    string Caption
)
{
    /// <summary>The clusters of the strategy, or those of DBSCAN if it has none.</summary>
    public static SelectionClusters Of(
        SelectionPool pool,
        SelectionResult result,
        string strategy,
        CancellationToken cancellation
    )
    {
        if (result.Clusters is { } own)
            return Create(own, $"by cluster of {strategy}", "");
        var different = pool.Distinct.Pool;
        var found = Dbscan.Fit(
            different.Codes.Span,
            different.Dimensions,
            new DbscanOptions { Threads = pool.Threads },
            cancellation
        );
        int[] labels = pool.Distinct.Expand(found.Labels);
        double noise = labels.Count(label => label == Dbscan.Noise) / (double)labels.Length;
        return Create(
            labels,
            "by cluster of DBSCAN",
            FormattableString.Invariant(
                $"clusters: {found.Clusters} by DBSCAN with eps {found.Eps:G4} from the knee of neighbour "
            ) + FormattableString.Invariant($"distances, {100 * noise:F1} % noise; {strategy} chose without them.")
        );
    }

    private static SelectionClusters Create(IReadOnlyList<int> numbers, string title, string caption) =>
        new(numbers, [.. Enumerable.Range(0, numbers.Max() + 1).Select(c => c.ToString())], title, caption);
}
