using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// MaxHerding: greedy maximisation of the generalized coverage E over x of max over chosen x′ of k(x, x′), with a
/// Gaussian kernel.
/// </summary>
/// <remarks>Bae, Noh and Sutherland 2024, "Generalized coverage for more robust low-budget active learning".</remarks>
public sealed class MaxHerding(MaxHerdingOptions? options = null) : ISelectionStrategy
{
    private readonly MaxHerdingOptions _options = options ?? new MaxHerdingOptions();

    /// <inheritdoc/>
    public SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(rng);
        _options.Validate();
        pool.RequireBudget(budget);
        double bandwidth = _options.Bandwidth ?? UsualBandwidth(pool);
        var chosen = new GreedyCoverage<GaussianSimilarity>(pool, new GaussianSimilarity(bandwidth)).Choose(
            budget,
            progress,
            cancellation
        );
        Remainder.Fill(chosen, pool.Count, budget, rng);
        return SelectionResult.Of(chosen.ToArray()) with
        {
            Remarks =
            [
                FormattableString.Invariant($"bandwidth of the Gaussian kernel: {bandwidth:G4}")
                    + (_options.Bandwidth is null ? ", half the root mean square distance of two codes" : ""),
            ],
        };
    }

    /// <summary>Half the root mean square distance of two codes, √(½·tr Σ).</summary>
    /// <remarks>
    /// The paper has unit vectors, of which two lie √2 apart on average, and the kernel exp(−‖x − x′‖²): e⁻² at that
    /// distance. This bandwidth gives codes of any scale the same.
    /// </remarks>
    internal static double UsualBandwidth(SelectionPool pool)
    {
        var codes = pool.Codes.Span;
        double variance = 0;
        for (int d = 0; d < pool.Dimensions; d++)
        {
            double mean = 0,
                sum = 0;
            for (int i = d; i < codes.Length; i += pool.Dimensions)
                mean += codes[i];
            mean /= pool.Count;
            for (int i = d; i < codes.Length; i += pool.Dimensions)
                sum += (codes[i] - mean) * (codes[i] - mean);
            variance += sum / pool.Count;
        }
        return variance > 0 ? Math.Sqrt(variance / 2) : 1;
    }
}
