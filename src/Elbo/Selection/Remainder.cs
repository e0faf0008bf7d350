using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>What is chosen when a strategy has no reason left to prefer one image to another.</summary>
internal static class Remainder
{
    /// <summary>Fills <paramref name="chosen"/> up to the budget with others at random.</summary>
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
