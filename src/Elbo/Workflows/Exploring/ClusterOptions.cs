using Elbo.Clustering;
using Elbo.Data;

namespace Elbo.Workflows.Exploring;

/// <summary>Methods that sort images into clusters by their latent codes.</summary>
public enum ClusterMethod
{
    /// <summary>k-means.</summary>
    Kmeans,

    /// <summary>A Gaussian mixture with full covariances.</summary>
    Mixture,

    /// <summary>DBSCAN: dense regions of any shape; images between them are noise.</summary>
    Dbscan,

    /// <summary>The clusters of the model's own prior.</summary>
    Model,
}

/// <summary>Options of <see cref="ClusterWorkflow"/>.</summary>
public sealed record ClusterOptions
{
    /// <summary>The images.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>
    /// The method; null is <see cref="ClusterMethod.Model"/> if the model's prior has clusters, else k-means.
    /// </summary>
    public ClusterMethod? Method { get; init; }

    /// <summary>
    /// For k-means and the mixture: number of clusters; null is the number of classes, or without labels the number
    /// with the largest silhouette (k-means) or the lowest BIC (mixture).
    /// </summary>
    public int? Clusters { get; init; }

    /// <summary>For DBSCAN: the largest distance between neighbours; null derives it from the codes.</summary>
    public double? Eps { get; init; }

    /// <summary>For DBSCAN: number of codes within <see cref="Eps"/> that makes a core point.</summary>
    public int MinSamples { get; init; } = new DbscanOptions().MinSamples;

    /// <summary>Whether to write the images too, in a folder per cluster.</summary>
    public bool Folders { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Folder to write; null chooses one in the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing folder may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ClusterOptions>> List { get; } =
    [
        OptionOf<ClusterOptions>.OneOf<ClusterMethod>(
            "method",
            "how to cluster the codes; by default model if the run's prior has clusters, else kmeans",
            o => o.Method,
            (o, v) => o with { Method = v }
        ),
        .. ImageChoice.List.Select(option =>
            option.Within<ClusterOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<ClusterOptions>.WholeNumber(
            "clusters",
            "for kmeans and mixture: number of clusters; by default the number of classes, or without labels that of "
                + "2 to 20 with the largest silhouette (kmeans) or the lowest BIC (mixture)",
            o => o.Clusters,
            (o, v) => o with { Clusters = v }
        ) with
        {
            Letter = 'k',
            Range = OptionRange.From(1),
        },
        OptionOf<ClusterOptions>.Number(
            "eps",
            "for dbscan: largest distance between neighbours; by default the knee of the neighbours' distances",
            o => o.Eps,
            (o, v) => o with { Eps = v }
        ) with
        {
            Range = OptionRange.Positive,
        },
        OptionOf<ClusterOptions>.WholeNumber(
            "min-samples",
            "for dbscan: codes within eps, itself included, that make a code a core point",
            o => o.MinSamples,
            (o, v) => o with { MinSamples = v }
        ) with
        {
            Range = OptionRange.From(1),
        },
        OptionOf<ClusterOptions>.Flag(
            "folders",
            "also write the images into a folder per cluster: copies of the files, or PNGs if there are no files",
            o => o.Folders,
            (o, v) => o with { Folders = v }
        ),
        CommonOptions.Seed<ClusterOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Output<ClusterOptions>(
            "folder to write; by default one in the run's folder clusters",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<ClusterOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<ClusterOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>Checks everything that can be checked without the images.</summary>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or does not apply to the method given.
    /// </exception>
    public void Validate()
    {
        Require.Given(Choice, "the choice of images");
        List.Validate(this);
        Choice.Validate();
        if (Method is { } method)
            RequireSuited(method);
    }

    /// <summary>Checks that no option of another method is set.</summary>
    internal void RequireSuited(ClusterMethod method)
    {
        string given = $"was given with --method {OptionName.Name(method)}";
        if (Clusters is not null && method is not (ClusterMethod.Kmeans or ClusterMethod.Mixture))
            throw new ArgumentException($"--clusters {given}; it is for kmeans and mixture.");
        if (method != ClusterMethod.Dbscan && (Eps is not null || MinSamples != new ClusterOptions().MinSamples))
            throw new ArgumentException($"--{(Eps is null ? "min-samples" : "eps")} {given}; it is for dbscan.");
    }

    /// <summary>Checks the number of clusters against the images.</summary>
    internal void RequireEnough(ImageDataset images)
    {
        if (Clusters > images.Count)
            throw new ArgumentException(
                $"clusters is {Clusters:N0}; there are {images.Count:N0} {Choice.Subject}, and each cluster needs one."
            );
    }
}
