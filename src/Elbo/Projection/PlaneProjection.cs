using System.Globalization;
using Elbo.Engine;

namespace Elbo.Projection;

/// <summary>How codes of many dimensions are brought to a plane.</summary>
public enum ProjectionMethod
{
    /// <summary>The two directions in which codes vary most; linear.</summary>
    Pca,

    /// <summary>Neighbours stay neighbours; not linear, and distances between groups mean little.</summary>
    Tsne,
}

/// <summary>Codes brought to a plane, and what a reader of the plot has to know about it.</summary>
/// <param name="Coordinates">(N, 2), row by row.</param>
/// <param name="AxisLabels">Names of the two axes.</param>
/// <param name="Name">The method in a word, for a title: PCA, t-SNE.</param>
/// <param name="Caption">The method and its figures as a sentence or two.</param>
public sealed record PlaneProjection(float[] Coordinates, IReadOnlyList<string> AxisLabels, string Name, string Caption)
{
    /// <summary>Projects codes.</summary>
    /// <param name="method">How.</param>
    /// <param name="codes">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a code.</param>
    /// <param name="options">For t-SNE; null takes the defaults.</param>
    /// <param name="seed">For t-SNE: where points begin.</param>
    /// <exception cref="ArgumentException">The codes are not whole, not finite or too few; PCA is asked of a single
    /// dimension; an option is out of range.</exception>
    public static PlaneProjection Create(
        ProjectionMethod method,
        ReadOnlySpan<float> codes,
        int dimensions,
        TSneOptions? options = null,
        ulong seed = 0
    ) =>
        method == ProjectionMethod.Pca
            ? ByPca(codes, dimensions)
            : ByTSne(codes, dimensions, options ?? new TSneOptions(), seed);

    private static PlaneProjection ByPca(ReadOnlySpan<float> codes, int dimensions)
    {
        if (dimensions < 2)
            throw new ArgumentException(
                $"PCA of {dimensions} dimension was asked for; a plane needs codes of 2 or more.",
                nameof(dimensions)
            );
        var pca = Pca.Fit(codes, dimensions, 2);
        string[] labels =
        [
            .. pca.ExplainedVarianceRatio.Select((ratio, k) => $"PC {k + 1} ({Percent(ratio)} of variance)"),
        ];
        string caption =
            $"PCA of {dimensions} latent dimensions: the plane keeps {Percent(pca.ExplainedVarianceRatio.Sum())} "
            + "of the variance of the codes.";
        return new PlaneProjection(pca.Project(codes), labels, "PCA", caption);
    }

    private static PlaneProjection ByTSne(ReadOnlySpan<float> codes, int dimensions, TSneOptions options, ulong seed)
    {
        var result = TSne.Fit(codes, dimensions, options, new Rng(seed).Fork("t-SNE"));
        string caption =
            $"t-SNE of {dimensions} latent dimension{(dimensions == 1 ? "" : "s")}, perplexity "
            + $"{options.Perplexity}, seed {seed}: KL divergence "
            + $"{result.Divergence.ToString("F3", CultureInfo.InvariantCulture)} nats. Neighbours are kept; "
            + "distances between groups and sizes of groups mean little.";
        return new PlaneProjection(result.Coordinates, ["t-SNE 1", "t-SNE 2"], "t-SNE", caption);
    }

    private static string Percent(double ratio) => (100 * ratio).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
