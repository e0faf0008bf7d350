using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>Chooses uniformly at random, without replacement.</summary>
public sealed class RandomSelection : ISelectionStrategy
{
    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        var (pool, budget, rng, _, _) = task;
        int[] indices = [.. Enumerable.Range(0, pool.Count).Where(i => !pool.IsLabelled(i))];
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
    /// <param name="chosen">Distinct images chosen so far.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="budget">Number of images to choose, at most all that are not excluded.</param>
    /// <param name="rng">Random numbers.</param>
    /// <param name="isExcluded">Whether an image cannot be chosen.</param>
    public static void Fill(List<int> chosen, int count, int budget, Rng rng, Func<int, bool> isExcluded)
    {
        if (chosen.Count >= budget)
            return;
        bool[] taken = new bool[count];
        foreach (int index in chosen)
            taken[index] = true;
        int[] others = [.. Enumerable.Range(0, count).Where(i => !taken[i] && !isExcluded(i))];
        rng.Shuffle(others.AsSpan());
        chosen.AddRange(others.AsSpan(0, budget - chosen.Count));
    }
}
