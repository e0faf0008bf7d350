using Elbo.Models.Priors;
using Elbo.Training.Runs;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Exploring;

/// <summary>Options of <see cref="LabelClustersWorkflow"/>.</summary>
public sealed record LabelClustersOptions
{
    /// <summary>Whether to remove all names before new ones are given.</summary>
    public bool Clear { get; init; }

    /// <summary>The images that are counted.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<LabelClustersOptions>> List { get; } =
    [
        OptionOf<LabelClustersOptions>.Flag(
            "clear",
            "remove all names, before new ones are given",
            o => o.Clear,
            (o, v) => o with { Clear = v }
        ),
        .. ImageChoice.List.Select(option =>
            option.Within<LabelClustersOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
    ];
}

/// <summary>The <c>elbo label-clusters</c> command: gives names to the clusters of a model, and lists them.</summary>
public static class LabelClustersWorkflow
{
    /// <summary>
    /// Stores names, draws the run's figures of clusters and its report again if names changed, and lists the clusters.
    /// </summary>
    /// <param name="run">The run, with the weights of its saved model.</param>
    /// <param name="names">Names such as <c>3=smile</c>; <c>3=</c> removes one. Empty changes nothing.</param>
    /// <param name="options">Options; null uses the defaults.</param>
    /// <param name="notes">Receives remarks for the user, one line each.</param>
    /// <param name="cancellation">Cancels the command.</param>
    /// <exception cref="ArgumentException">
    /// The model has no clusters, a name has the wrong form, or a cluster does not exist or is given twice.
    /// </exception>
    /// <exception cref="InvalidDataException">The stored names are damaged.</exception>
    /// <exception cref="IOException">A file cannot be written, or, if no name is given, the images are missing.</exception>
    /// <exception cref="OperationCanceledException">The command was cancelled.</exception>
    public static IReadOnlyList<NamedCluster> Run(
        LoadedRun run,
        IReadOnlyList<string> names,
        LabelClustersOptions? options = null,
        IProgress<string>? notes = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(names);
        options ??= new LabelClustersOptions();
        options.Choice.Validate();
        if (run.Model.Prior is not IClusteringPrior prior)
            throw new ArgumentException(
                $"{run.Folder.Path} is of {run.Config.Model}, whose prior has no clusters to name. 'elbo cluster "
                    + $"{run.Folder.Path}' sorts its images into clusters."
            );
        (int, string?)[] changes = [.. names.Select(ClusterNames.Parse)];
        var none = ClusterNames.None(prior.Clusters);
        // Names that are removed anyway may be damaged.
        var before = options.Clear ? none : ClusterNames.Load(run.Folder, prior.Clusters);
        var after = before.With(changes);
        if (changes.Length == 0 && !options.Clear)
            return List(run, after, options, cancellation);
        after.Save(run.Folder);
        try
        {
            if (Redraw(run))
                notes?.Report("the figures of clusters and the report of the run have these names.");
            return List(run, after, options, cancellation);
        }
        catch (IOException e)
        {
            notes?.Report($"the names are stored, but the figures and the sizes need the images: {e.Message}");
            return NamedCluster.Of(after, null, []);
        }
    }

    /// <summary>Draws the run's figures and its page again, and returns whether it has any.</summary>
    private static bool Redraw(LoadedRun run)
    {
        bool drawn = File.Exists(run.Folder.Plot("clusters.png"));
        if (drawn)
            new RunPictures(run.Folder, run.Config, run.Model, run.Data.Test).RedrawClusters();
        bool reported = File.Exists(run.Folder.Report);
        if (reported)
            ReportWorkflow.Run(run.Folder);
        return drawn || reported;
    }

    private static IReadOnlyList<NamedCluster> List(
        LoadedRun run,
        ClusterNames names,
        LabelClustersOptions options,
        CancellationToken cancellation
    )
    {
        var images = run.Images(options.Choice, cancellation);
        var pictures = new ClusterPictures(run.Folder, run.Model, run.Config, images);
        return NamedCluster.Of(
            names,
            pictures.Assign(images.Count),
            images.Labels is null ? [] : [.. Enumerable.Range(0, images.Count).Select(i => images.ClassName(i)!)]
        );
    }
}

/// <summary>A cluster of a model.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Name">Its name; null if it has none.</param>
/// <param name="Images">Number of images assigned to it; null if they were not counted.</param>
/// <param name="Class">The most frequent class of these images; null without labels or images.</param>
/// <param name="Share">Fraction of these images that have this class.</param>
public sealed record NamedCluster(int Number, string? Name, int? Images, string? Class, double Share)
{
    /// <summary>The clusters in order.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="clusters">The cluster of each image; null if unknown.</param>
    /// <param name="classes">The class of each image; empty without labels.</param>
    internal static IReadOnlyList<NamedCluster> Of(
        ClusterNames names,
        IReadOnlyList<int>? clusters,
        IReadOnlyList<string> classes
    )
    {
        var members = Enumerable.Range(0, clusters?.Count ?? 0).ToLookup(i => clusters![i]);
        return
        [
            .. Enumerable
                .Range(0, names.Count)
                .Select(k =>
                {
                    int size = members[k].Count();
                    var most = classes.Count == 0 ? null : members[k].GroupBy(i => classes[i]).MaxBy(g => g.Count());
                    return new NamedCluster(
                        k,
                        names[k],
                        clusters is null ? null : size,
                        most?.Key,
                        most is null ? 0 : (double)most.Count() / size
                    );
                }),
        ];
    }
}
