using Elbo.Evaluation;
using Elbo.Models.Priors;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows.Exploring;

/// <summary>The <c>elbo cluster</c> command: sorts images into clusters by their latent codes.</summary>
public static class ClusterWorkflow
{
    /// <summary>Maximum number of codes for a silhouette, which takes quadratic time.</summary>
    private const int MostForSilhouette = 5_000;

    /// <summary>
    /// Clusters images and writes a folder with a table, figures and, on request, the images of each cluster.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Images, method and destination; null uses the defaults.</param>
    /// <param name="cancellation">Cancels the command. Nothing is written then.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range or does not apply to the method, the model has no clusters, or there are more clusters
    /// than images.
    /// </exception>
    /// <exception cref="IOException">The folder exists or cannot be written, or a file cannot be copied.</exception>
    /// <exception cref="OperationCanceledException">The command was cancelled.</exception>
    public static ClusterSummary Run(
        LoadedRun run,
        ClusterOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new ClusterOptions();
        options.Validate();
        bool has = run.Model.Prior is IClusteringPrior;
        var method = options.Method ?? (has ? ClusterMethod.Model : ClusterMethod.Kmeans);
        // An option of another method than the default one, such as --eps, is an error and not ignored.
        options.RequireSuited(method);
        if (method == ClusterMethod.Model && !has)
            throw new ArgumentException(
                $"{run.Folder.Path} is of {run.Config.Model}, whose prior has no clusters; give --method kmeans, "
                    + "mixture or dbscan, or train a model with --prior mixture or vade."
            );
        var images = run.Images(options.Choice, cancellation);
        options.RequireEnough(images);
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Findings("clusters", $"{OptionName.Name(method)}-{options.Choice.Name}"),
            ClusterWriter.TableName,
            options.Overwrite
        );
        var encoded = EncodedImages.Of(run, images, cancellation);
        var clusters = ImageClusters.Find(run, encoded, method, options, cancellation);
        var summary = new ClusterSummary(folder.Path, clusters.Count, clusters.Labels)
        {
            Agreement = Agreement(encoded, clusters.Labels, withNoise: true),
            AgreementWithoutNoise = clusters.Labels.Contains(-1)
                ? Agreement(encoded, clusters.Labels, withNoise: false)
                : null,
            Silhouette = SilhouetteOf(encoded, clusters, options.Threads),
            Caption = clusters.Caption,
        };
        var writer = new ClusterWriter(run, encoded, clusters, summary, method, options);
        summary = summary with { Remarks = writer.Write(folder.Staging, cancellation) };
        folder.Complete();
        return summary;
    }

    private static ClusteringMetrics? Agreement(EncodedImages images, int[] clusters, bool withNoise)
    {
        if (images.Images.Labels is not { } labels)
            return null;
        int[] counted = [.. Enumerable.Range(0, clusters.Length).Where(i => withNoise || clusters[i] >= 0)];
        return counted.Length == 0
            ? null
            : ClusteringMetrics.Of(
                [.. counted.Select(i => clusters[i])],
                [.. counted.Select(i => (int)labels.Span[i])]
            );
    }

    /// <summary>
    /// The silhouette of the images in clusters, of some of them if there are many; null if undefined.
    /// </summary>
    private static double? SilhouetteOf(EncodedImages images, ImageClusters clusters, int threads)
    {
        int[] members = [.. Enumerable.Range(0, images.Count).Where(i => clusters.Labels[i] >= 0)];
        int[] chosen = [.. Thinning.Evenly(members.Length, MostForSilhouette).Select(i => members[i])];
        int[] labels = [.. chosen.Select(i => clusters.Labels[i])];
        int distinct = labels.Distinct().Count();
        return distinct >= 2 && distinct < labels.Length
            ? Silhouette.Mean(images.Rows(chosen), images.Dimensions, labels, threads)
            : null;
    }
}

/// <summary>Result of <see cref="ClusterWorkflow"/>.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="Clusters">Number of clusters.</param>
/// <param name="Assignment">The cluster of each image, from 0; −1 for noise.</param>
public sealed record ClusterSummary(string Path, int Clusters, IReadOnlyList<int> Assignment)
{
    /// <summary>
    /// Agreement with the labels, where noise is a cluster of its own; null if labels are unknown.
    /// </summary>
    public ClusteringMetrics? Agreement { get; init; }

    /// <summary>Agreement with the labels of the images that are not noise; null without noise or labels.</summary>
    public ClusteringMetrics? AgreementWithoutNoise { get; init; }

    /// <summary>
    /// Mean silhouette of up to 5,000 codes that are not noise, in [−1, 1]; null for fewer than two clusters.
    /// </summary>
    public double? Silhouette { get; init; }

    /// <summary>How the clusters were found, in a line.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Remarks on the files, one line each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
