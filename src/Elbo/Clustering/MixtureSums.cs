namespace Elbo.Clustering;

/// <summary>
/// Weighted sums over points from which a mixture's next parameters follow; positions are relative to the present
/// means, so that little cancels.
/// </summary>
internal sealed class MixtureSums(int components, int dimensions)
{
    /// <summary>Σ r, (K).</summary>
    public double[] Sizes { get; } = new double[components];

    /// <summary>Σ r·(x − μ), (K, dimensions).</summary>
    public double[] First { get; } = new double[components * dimensions];

    /// <summary>Σ r·(x − μ)(x − μ)ᵀ, (K, dimensions·(dimensions + 1)/2): lower triangles, row by row.</summary>
    public double[] Second { get; } = new double[components * dimensions * (dimensions + 1) / 2];

    /// <summary>Σ log p(x).</summary>
    public double LogLikelihood { get; set; }

    /// <summary>Adds another piece of the points.</summary>
    public void Add(MixtureSums other)
    {
        LogLikelihood += other.LogLikelihood;
        for (int i = 0; i < Sizes.Length; i++)
            Sizes[i] += other.Sizes[i];
        for (int i = 0; i < First.Length; i++)
            First[i] += other.First[i];
        for (int i = 0; i < Second.Length; i++)
            Second[i] += other.Second[i];
    }
}
