using System.Numerics.Tensors;
using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// Greedy facility location: each choice shortens most the way from all images to the nearest chosen one.
/// </summary>
/// <remarks>
/// Maximises Σᵢ maxⱼ (D − ‖zᵢ − zⱼ‖) with D no less than any distance, which no choice depends on. Wei, Iyer and Bilmes
/// 2015, "Submodularity in data subset selection and active learning", with distances of latent codes; Mirchandani and
/// Francis 1990 on facility location.
/// </remarks>
public sealed class FacilityLocation : ISelectionStrategy
{
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
        pool.RequireBudget(budget);
        var chosen = new GreedyCoverage<Nearness>(pool, new Nearness(pool.Diagonal())).Choose(
            budget,
            progress,
            cancellation
        );
        Remainder.Fill(chosen, pool.Count, budget, rng);
        return SelectionResult.Of(chosen.ToArray());
    }

    /// <summary>D − ‖x − c‖</summary>
    private readonly struct Nearness(float farthest) : ISimilarity
    {
        public void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result)
        {
            points.SquaredDistances(candidate, start, result);
            TensorPrimitives.Sqrt(result, result);
            TensorPrimitives.Subtract(farthest, result, result);
        }
    }
}
