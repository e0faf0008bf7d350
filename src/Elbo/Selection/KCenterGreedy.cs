using System.Numerics.Tensors;
using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// K-center greedy, or core-set selection: each choice is the image farthest from all chosen ones; the first is random.
/// </summary>
/// <remarks>
/// Sener and Savarese 2018, "Active learning for convolutional neural networks: a core-set approach", algorithm 1; the
/// farthest-first traversal of Gonzalez 1985.
/// </remarks>
public sealed class KCenterGreedy : ISelectionStrategy
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
        var points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        float[] distances = new float[pool.Count],
            nearest = new float[pool.Count];
        Array.Fill(nearest, float.PositiveInfinity);
        int[] chosen = new int[budget];
        int next = rng.Next(pool.Count);
        for (int k = 0; k < budget; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            chosen[k] = next;
            points.SquaredDistances(pool.Code(next), 0, distances);
            TensorPrimitives.Min(nearest, distances, nearest);
            // Below every distance, so that of images with equal codes those are taken that are not chosen yet.
            nearest[next] = -1;
            next = TensorPrimitives.IndexOfMax<float>(nearest);
            progress?.Report((k + 1.0) / budget);
        }
        return SelectionResult.Of(chosen);
    }
}
