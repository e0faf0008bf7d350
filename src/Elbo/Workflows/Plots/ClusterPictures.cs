using Elbo.Data;
using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Projection;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>Draws the figures of a model with clusters.</summary>
/// <param name="run">The run, for titles.</param>
/// <param name="model">A model with an <see cref="IClusteringPrior"/>.</param>
/// <param name="config">Options of the run.</param>
/// <param name="test">The images to show.</param>
internal sealed class ClusterPictures(RunFolder run, GenerativeModel model, RunConfig config, ImageDataset test)
{
    private const int SamplesOfEach = 12;
    private const int AssignmentRows = 10;

    private readonly IClusteringPrior _clustering = Inference.Clustering(model);
    private int[] _assigned = [];

    /// <summary>What the images are, for titles.</summary>
    public string Subject { get; init; } = "test images";

    /// <summary>The names of the clusters.</summary>
    public ClusterNames Names { get; } = ClusterNames.Load(run, Inference.Clustering(model).Clusters);

    private int Clusters => _clustering.Clusters;

    /// <summary>Expected images of codes sampled from each cluster, with the same random numbers every time.</summary>
    public IFigure Samples()
    {
        var rng = new Rng(config.Seed).Fork("cluster samples");
        var images = new List<float>(Clusters * SamplesOfEach * model.ImageShape.PixelCount);
        for (int k = 0; k < Clusters; k++)
            images.AddRange(
                Inference.Decode(model, Inference.SampleCluster(model, k, SamplesOfEach, rng.Fork((ulong)k)))
            );
        return new ClusterFigure(
            images.ToArray(),
            model.ImageShape,
            SamplesOfEach,
            Marked(Judged),
            run.Title(test.Name, "generated images of each cluster")
        );
    }

    /// <summary>Test images, their reconstructions, and their cluster probabilities.</summary>
    public IFigure Assignments()
    {
        // Spread over the whole split, because neighbours may be similar, as in video frames.
        int rows = Math.Min(AssignmentRows, test.Count);
        int[] spread = [.. Enumerable.Range(0, rows).Select(i => (int)((long)i * test.Count / rows))];
        var images = ModelInputs.Prepare(model, config, test.ToIntensities(spread));
        return new AssignmentFigure(
            images,
            Inference.Reconstruct(model, images),
            Inference.ClusterProbabilities(model, images),
            model.ImageShape,
            Clusters,
            run.Title(test.Name, $"{Subject} and their clusters"),
            test.Labels is { } labels
                ? [.. spread.Select(i => $"{LatentPlot.WordOf(test)} {test.ClassNames[labels.Span[i]]}")]
                : null,
            [.. Enumerable.Range(0, Clusters).Select(Names.Caption)]
        )
        {
            Probabilities = _clustering.StyleDim > 0 ? "p(y|w, z)" : "p(y|z)",
        };
    }

    /// <summary>Codes z of test images, coloured by label if there are labels, and by cluster.</summary>
    /// <param name="codes">Codes (N, Z) of the first N test images.</param>
    /// <param name="projection">Projection to a plane; null uses PCA unless codes have two dimensions.</param>
    /// <param name="options">Options of t-SNE.</param>
    /// <param name="seed">Seed for t-SNE.</param>
    public IFigure Codes(
        float[] codes,
        ProjectionMethod? projection = null,
        TSneOptions? options = null,
        ulong seed = 0
    ) => ByLabelAndCluster(codes, model.LatentDim, "z", projection, options, seed);

    /// <summary>Codes w of test images, coloured by label if there are labels, and by cluster.</summary>
    /// <inheritdoc cref="Codes"/>
    public IFigure Styles(
        float[] codes,
        ProjectionMethod? projection = null,
        TSneOptions? options = null,
        ulong seed = 0
    ) => ByLabelAndCluster(codes, _clustering.StyleDim, "w", projection, options, seed);

    private IFigure ByLabelAndCluster(
        float[] codes,
        int dimensions,
        string symbol,
        ProjectionMethod? projection,
        TSneOptions? options,
        ulong seed
    )
    {
        // Three dimensions side by side are hard to compare, so they are projected to a plane.
        if (dimensions == 3)
            projection ??= ProjectionMethod.Pca;
        int count = codes.Length / dimensions;
        return Plot(codes, dimensions, symbol, projection, options, seed).BesideClusters(Assign(count), Marked(count));
    }

    /// <summary>An interactive scatter plot of codes z or w of the first images, coloured by cluster.</summary>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>).</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="symbol">Symbol of the code, <c>z</c> or <c>w</c>.</param>
    /// <param name="projection">
    /// Projection to a plane; null keeps two or three dimensions, and uses PCA otherwise.
    /// </param>
    /// <param name="options">Options of t-SNE.</param>
    /// <param name="seed">Seed for t-SNE.</param>
    public LatentPlot ByCluster(
        float[] codes,
        int dimensions,
        string symbol,
        ProjectionMethod? projection,
        TSneOptions? options,
        ulong seed
    )
    {
        int count = codes.Length / dimensions;
        return Plot(codes, dimensions, symbol, projection, options, seed).ByCluster(Assign(count), Marked(count));
    }

    /// <summary>The plot coloured by cluster if the images have no labels, else unchanged.</summary>
    public LatentPlot WithoutLabels(LatentPlot plot) =>
        test.Labels is null ? plot.ByCluster(Assign(plot.Count), Marked(plot.Count)) : plot;

    private LatentPlot Plot(
        float[] codes,
        int dimensions,
        string symbol,
        ProjectionMethod? projection,
        TSneOptions? options,
        ulong seed
    ) =>
        LatentPlot.Of(codes, dimensions, test, projection, options, seed) with
        {
            Symbol = symbol,
            Run = run.Name,
            Subject = Subject,
        };

    /// <summary>The cluster of each of the first <paramref name="count"/> test images.</summary>
    public int[] Assign(int count)
    {
        if (_assigned.Length < count)
        {
            int[] indices = [.. Enumerable.Range(0, count)];
            _assigned = ClusteringEvaluator.Assign(model, test, indices, config, new Rng(config.Seed));
        }
        return _assigned[..count];
    }

    /// <summary>The number of images that decide whether a cluster is empty, if none are drawn.</summary>
    private int Judged => config.Pictures.PointsOf(test.Count);

    /// <summary>Names of the clusters, with a mark on those to which none of the first images is assigned.</summary>
    private string[] Marked(int count)
    {
        int[] assigned = Assign(count);
        return
        [
            .. Enumerable.Range(0, Clusters).Select(k => Names.Label(k) + (assigned.Contains(k) ? "" : " (empty)")),
        ];
    }
}
