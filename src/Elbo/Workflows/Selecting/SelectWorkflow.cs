using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Projection;
using Elbo.Selection;

namespace Elbo.Workflows.Selecting;

/// <summary>The <c>elbo select</c> command: chooses images to be labelled.</summary>
public static class SelectWorkflow
{
    /// <summary>
    /// Chooses images of a run by their latent codes, and writes a folder with tables, the images, figures and a
    /// contact sheet.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Options of the selection; null uses the defaults.</param>
    /// <param name="progress">Receives the progress of every stage.</param>
    /// <param name="cancellation">Cancels the selection. Nothing is written then.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the images do not suit the strategy.
    /// </exception>
    /// <exception cref="InvalidDataException">The labelled images are none of the run's.</exception>
    /// <exception cref="IOException">
    /// The folder exists or cannot be written, or the file of a chosen image is gone.
    /// </exception>
    /// <exception cref="OperationCanceledException">The selection was cancelled.</exception>
    public static SelectionSummary Run(
        LoadedRun run,
        SelectOptions? options = null,
        IProgress<WorkflowProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new SelectOptions();
        options.Validate();
        if (options.Codes is not null)
            throw new ArgumentException("a run and codes were both given; give one.", nameof(options));
        return Run(SelectionSource.Of(run, options.Choice, cancellation), options, progress, cancellation);
    }

    /// <summary>
    /// Chooses images by the codes in the file <see cref="SelectOptions.Codes"/>, and writes a folder with tables,
    /// figures and, if the files of the images are known, these files and a contact sheet.
    /// </summary>
    /// <param name="options">Options of the selection.</param>
    /// <param name="progress">Receives the progress of every stage.</param>
    /// <param name="cancellation">Cancels the selection. Nothing is written then.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the strategy needs decoded images.
    /// </exception>
    /// <exception cref="InvalidDataException">The codes or the labels cannot be read or do not fit.</exception>
    /// <exception cref="IOException">
    /// The folder exists or cannot be written, or the file of a chosen image is gone.
    /// </exception>
    /// <exception cref="OperationCanceledException">The selection was cancelled.</exception>
    public static SelectionSummary Run(
        SelectOptions options,
        IProgress<WorkflowProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Codes is not { } codes)
            throw new ArgumentException("neither a run nor codes were given; give one.", nameof(options));
        return Run(
            SelectionSource.Of(CodeTable.Read(codes, options.Files, cancellation)),
            options,
            progress,
            cancellation
        );
    }

    private static SelectionSummary Run(
        SelectionSource source,
        SelectOptions options,
        IProgress<WorkflowProgress>? progress,
        CancellationToken cancellation
    )
    {
        var entry = SelectionCatalog.Get(options.Strategy);
        var labels = options.Labelled is { } table
            ? LabelTable.Read(table, source.FileNames is not null, cancellation).Find(source)
            : null;
        int left = source.Count - (labels?.Images.Count ?? 0);
        if (left == 0)
            throw new ArgumentException(
                $"all {source.Count:N0} {source.Subject} are labelled; none is left to choose."
            );
        int budget = options.BudgetOf(left, source.Subject + (labels is null ? "" : " without a label"));
        using var folder = OutputFolder.Choose(
            options.Output,
            source.Folder($"{entry.Name}-{source.Name}-{budget}"),
            SelectionWriter.TableName,
            options.Overwrite
        );

        progress?.Report(
            new WorkflowProgress($"{(source.Model is null ? "comparing" : "encoding")} {source.Count:N0} images", 0)
        );
        var rng = new Rng(options.Seed);
        var pool = source.Pool([.. labels?.Images.Keys ?? []], options.Threads, cancellation);
        // Copies of labelled images are not offered, which the codes show.
        if (options.Budget is null)
            budget = Math.Min(budget, pool.Available);
        var result = entry
            .Create(options.StrategyOptions)
            .Select(
                pool,
                budget,
                rng.Fork("selection"),
                new StageProgress(progress, $"choosing {budget:N0} by {entry.Name}"),
                cancellation
            );
        progress?.Report(new WorkflowProgress("writing", 0));
        int[] random = new RandomSelection()
            .Select(pool, budget, rng.Fork("random"), cancellation: cancellation)
            .Indices();
        var writer = new SelectionWriter(source, pool, result, random, labels, entry, options, cancellation);
        writer.Write(folder.Staging, cancellation);
        folder.Complete();
        return new SelectionSummary(folder.Path, source.Subject, source.Count, result, writer.Notes());
    }
}

/// <summary>Summary of a selection.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="Subject">The images in messages, such as <c>test images</c>.</param>
/// <param name="PoolCount">Number of images, with those that are labelled already.</param>
/// <param name="Result">The choice.</param>
/// <param name="Notes">Remarks for the user, one line each.</param>
public sealed record SelectionSummary(
    string Path,
    string Subject,
    int PoolCount,
    SelectionResult Result,
    IReadOnlyList<string> Notes
);

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
    /// <summary>
    /// Maximum number of dimensions in which DBSCAN finds clusters. In more, a k-d tree saves no time, and hardly any
    /// code has another one within eps.
    /// </summary>
    private const int MostDimensions = 64;

    /// <summary>
    /// The clusters of the strategy. If it has none, those of DBSCAN: of the codes, or of their projection
    /// <paramref name="plane"/> if they have many dimensions.
    /// </summary>
    public static SelectionClusters Of(
        SelectionPool pool,
        SelectionResult result,
        string strategy,
        PlaneProjection? plane,
        CancellationToken cancellation
    )
    {
        if (result.Clusters is { } own)
            return Create(own, $"by cluster of {strategy}", "");
        var distinct = pool.Distinct;
        bool projected = plane is not null && pool.Dimensions > MostDimensions;
        var found = Dbscan.Fit(
            projected ? distinct.Rows(plane!.Coordinates, 2) : distinct.Pool.Codes.Span,
            projected ? 2 : pool.Dimensions,
            new DbscanOptions { Threads = pool.Threads },
            cancellation
        );
        int[] labels = pool.Distinct.Expand(found.Labels);
        double noise = labels.Count(label => label == Dbscan.Noise) / (double)labels.Length;
        return Create(
            labels,
            "by cluster of DBSCAN",
            FormattableString.Invariant(
                $"clusters: {found.Clusters} by DBSCAN{(projected ? " of the projection" : "")} with eps {found.Eps:G4} from the knee of neighbour "
            ) + FormattableString.Invariant($"distances, {100 * noise:F1} % noise; {strategy} chose without them.")
        );
    }

    private static SelectionClusters Create(IReadOnlyList<int> numbers, string title, string caption) =>
        new(numbers, [.. Enumerable.Range(0, numbers.Max() + 1).Select(c => c.ToString())], title, caption);
}
