using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>Chooses uniformly at random, without replacement.</summary>
public sealed class RandomSelection : ISelectionStrategy
{
    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        var (pool, budget, rng, _, _) = task;
        int[] indices = new int[pool.Count];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = i;
        // Only the first steps of a Fisher–Yates shuffle are needed.
        for (int i = 0; i < budget; i++)
        {
            int j = i + rng.Next(indices.Length - i);
            (indices[i], indices[j]) = (indices[j], indices[i]);
        }
        return SelectionResult.Of(indices.AsSpan(0, budget));
    }
}

/// <summary>Chooses the remaining images when a strategy does not prefer any of them.</summary>
internal static class Remainder
{
    /// <summary>Fills <paramref name="chosen"/> up to the budget with other images, at random.</summary>
    public static void Fill(List<int> chosen, int count, int budget, Rng rng)
    {
        if (chosen.Count >= budget)
            return;
        bool[] taken = new bool[count];
        foreach (int index in chosen)
            taken[index] = true;
        int[] others = new int[count - chosen.Count];
        for (int i = 0, k = 0; i < count; i++)
            if (!taken[i])
                others[k++] = i;
        rng.Shuffle(others.AsSpan());
        chosen.AddRange(others.AsSpan(0, budget - chosen.Count));
    }
}
