using Elbo.Figures.Interactive;
using Elbo.Models.Priors;
using Elbo.Projection;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;

namespace Elbo.Studio.Pages.Explore;

/// <summary>What a map shows, as the page's URL says it.</summary>
/// <param name="Split">Name of the split.</param>
/// <param name="Points">The most points; 0 for all.</param>
/// <param name="Projection">The projection; null shows two dimensions unchanged, and uses PCA otherwise.</param>
internal sealed record MapChoice(string Split, int Points, ProjectionMethod? Projection)
{
    /// <summary>The test images, as <c>elbo plot</c> draws them on a page.</summary>
    public static MapChoice Usual { get; } = new("test", LatentPlot.PageCount, null);
}

/// <summary>Codes of images in a plane.</summary>
/// <param name="Choice">What it shows.</param>
/// <param name="Split">The images and their codes.</param>
/// <param name="Plane">Codes of positions, and positions of codes.</param>
/// <param name="Scatter">The scatter plot.</param>
internal sealed record LatentMap(MapChoice Choice, EncodedSplit Split, LatentPlane Plane, InteractiveScatter Scatter)
{
    /// <summary>The images and their codes.</summary>
    public EncodedImages Encoded => Split.Encoded;

    /// <summary>Mean code of the images, (Z).</summary>
    public float[] Mean => Array.ConvertAll(Split.Statistics.Means, mean => (float)mean);

    /// <summary>The projections that codes of so many dimensions can have; null for none.</summary>
    public static IReadOnlyList<ProjectionMethod?> Projections(int dimensions) =>
        [
            .. dimensions == 2 ? (ProjectionMethod?[])[null] : [],
            .. Enum.GetValues<ProjectionMethod>()
                .Where(method => dimensions > 1 || method != ProjectionMethod.Pca)
                .Cast<ProjectionMethod?>(),
        ];

    /// <summary>Encodes images and projects their codes.</summary>
    /// <exception cref="ArgumentException">The codes cannot be projected in this way.</exception>
    public static LatentMap Create(
        ExploredRun run,
        MapChoice choice,
        IProgress<string> progress,
        CancellationToken cancellation
    )
    {
        var split = run.Encode(choice.Split, choice.Points, progress, cancellation);
        int dimensions = split.Encoded.Dimensions;
        var method = choice.Projection ?? Projections(dimensions)[0];
        var plane = method is { } chosen ? Project(run, split.Encoded, chosen, progress, cancellation) : null;
        return run.Work(loaded => new LatentMap(
            choice,
            split,
            LatentPlane.Of(split.Encoded.Codes, dimensions, plane),
            Plot(loaded, split, plane).ToInteractive()
        ));
    }

    private static PlaneProjection Project(
        ExploredRun run,
        EncodedImages encoded,
        ProjectionMethod method,
        IProgress<string> progress,
        CancellationToken cancellation
    ) =>
        PlaneProjection.Create(
            method,
            encoded.Codes,
            encoded.Dimensions,
            new TSneOptions { Threads = run.Threads },
            seed: 0,
            new Percent(progress, $"t-SNE of {encoded.Count:N0} codes"),
            cancellation
        );

    private static LatentPlot Plot(LoadedRun run, EncodedSplit split, PlaneProjection? plane)
    {
        var images = split.Encoded.Images;
        var plot = (
            plane is null
                ? LatentPlot.Of(split.Encoded.Codes, split.Encoded.Dimensions, images)
                : LatentPlot.Of(plane, images)
        ) with
        {
            Run = run.Folder.Name,
            Subject = ImageChoice.OfSplit(split.Split).Subject,
        };
        return run.Model.Prior is IClusteringPrior
            ? new ClusterPictures(run.Folder, run.Model, run.Config, images).WithoutLabels(plot)
            : plot;
    }

    /// <summary>Reports a message when the percentage changes.</summary>
    private sealed class Percent(IProgress<string> progress, string message) : IProgress<double>
    {
        private int _last = -1;

        public void Report(double value)
        {
            if ((int)(100 * value) is var percent && percent != _last)
                progress.Report($"{message}, {_last = percent} %");
        }
    }
}
