using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>Chooses uniformly at random, without replacement.</summary>
public sealed class RandomSelection : ISelectionStrategy
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
        int[] indices = new int[pool.Count];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = i;
        // The first steps of Fisher and Yates's shuffle: what follows them would not be looked at.
        for (int i = 0; i < budget; i++)
        {
            int j = i + rng.Next(indices.Length - i);
            (indices[i], indices[j]) = (indices[j], indices[i]);
        }
        return SelectionResult.Of(indices.AsSpan(0, budget));
    }
}
