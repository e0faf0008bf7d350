using System.Globalization;
using Elbo.Engine;

namespace Elbo.Projection;

/// <summary>Methods that project latent codes to a plane.</summary>
public enum ProjectionMethod
{
    /// <summary>Principal component analysis: the two directions of largest variance. Linear.</summary>
    Pca,

    /// <summary>t-SNE: preserves neighbourhoods. Nonlinear; distances between groups have little meaning.</summary>
    Tsne,
}

/// <summary>Codes projected to a plane, with the texts for a plot.</summary>
/// <param name="Coordinates">(N, 2), row-major.</param>
/// <param name="AxisLabels">Labels of the two axes.</param>
/// <param name="Name">Short name for a title: PCA or t-SNE.</param>
/// <param name="Caption">One or two sentences on the method and its result.</param>
public sealed record PlaneProjection(float[] Coordinates, IReadOnlyList<string> AxisLabels, string Name, string Caption)
{
    /// <summary>The components of a projection by PCA; null for another.</summary>
    internal Pca? Components { get; init; }

    /// <summary>Projects codes to a plane.</summary>
    /// <param name="method">The method.</param>
    /// <param name="codes">Finite codes (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="options">Options of t-SNE; null uses the defaults.</param>
    /// <param name="seed">Seed for t-SNE's initial positions.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, there are too few codes, PCA
    /// gets codes of one dimension, or an option is out of range.
    /// </exception>
    public static PlaneProjection Create(
        ProjectionMethod method,
        ReadOnlySpan<float> codes,
        int dimensions,
        TSneOptions? options = null,
        ulong seed = 0
    ) => Create(method, codes, dimensions, options, seed, progress: null, default);

    /// <summary>As the public method, with progress from 0 to 1 and cancellation of t-SNE.</summary>
    internal static PlaneProjection Create(
        ProjectionMethod method,
        ReadOnlySpan<float> codes,
        int dimensions,
        TSneOptions? options,
        ulong seed,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        Require.Defined(method);
        return method == ProjectionMethod.Pca
            ? ByPca(codes, dimensions)
            : ByTSne(codes, dimensions, options ?? new TSneOptions(), seed, progress, cancellation);
    }

    private static PlaneProjection ByPca(ReadOnlySpan<float> codes, int dimensions)
    {
        if (dimensions < 2)
            throw new ArgumentException(
                $"PCA of {dimensions} dimension was asked for; a plane needs codes of 2 or more.",
                nameof(dimensions)
            );
        return Of(Pca.Fit(codes, dimensions, 2), codes, dimensions);
    }

    /// <summary>Projects codes to the first two components of <paramref name="pca"/>, which has two.</summary>
    internal static PlaneProjection Of(Pca pca, ReadOnlySpan<float> codes, int dimensions)
    {
        string[] labels =
        [
            .. pca.ExplainedVarianceRatio.Select((ratio, k) => $"PC {k + 1} ({Percent(ratio)} of variance)"),
        ];
        string caption =
            $"PCA of {dimensions} latent dimensions: the plane keeps {Percent(pca.ExplainedVarianceRatio.Sum())} "
            + "of the variance of the codes.";
        return new PlaneProjection(pca.Project(codes), labels, "PCA", caption) { Components = pca };
    }

    private static PlaneProjection ByTSne(
        ReadOnlySpan<float> codes,
        int dimensions,
        TSneOptions options,
        ulong seed,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var result = TSne.Fit(codes, dimensions, options, new Rng(seed).Fork("t-SNE"), progress, cancellation);
        string caption =
            $"t-SNE of {dimensions} latent dimension{(dimensions == 1 ? "" : "s")}, perplexity "
            + $"{options.Perplexity}, seed {seed}: KL divergence "
            + $"{result.Divergence.ToString("F3", CultureInfo.InvariantCulture)} nats. Neighbours are kept; "
            + "distances between groups and sizes of groups mean little.";
        return new PlaneProjection(result.Coordinates, ["t-SNE 1", "t-SNE 2"], "t-SNE", caption);
    }

    private static string Percent(double ratio) => (100 * ratio).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
