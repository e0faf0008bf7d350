namespace Elbo.Selection;

/// <summary>
/// The first round of <see cref="VoteMi"/> in one cluster: each anchor votes for the images that its own tells most of.
/// </summary>
internal static class AnchorVotes
{
    /// <summary>Counts votes.</summary>
    /// <param name="information">(members, anchors): mutual information of each image with each anchor.</param>
    /// <param name="anchors">How many anchors.</param>
    /// <param name="each">For how many images each anchor votes.</param>
    /// <returns>The votes of each member.</returns>
    public static int[] Count(double[] information, int anchors, int each)
    {
        int members = information.Length / anchors;
        int[] votes = new int[members],
            order = new int[members];
        double[] keys = new double[members];
        for (int anchor = 0; anchor < anchors; anchor++)
        {
            for (int i = 0; i < members; i++)
                (keys[i], order[i]) = (-information[(i * anchors) + anchor], i);
            SortStably(keys, order);
            for (int k = 0; k < each; k++)
                votes[order[k]]++;
        }
        return votes;
    }

    /// <summary>
    /// The anchors, and the members with the most votes, up to <paramref name="quota"/>; of equally many votes, those
    /// with more information, then those that come first.
    /// </summary>
    public static List<int> Winners(int[] votes, double[] information, ReadOnlySpan<int> anchors, int quota)
    {
        List<int> winners = [.. anchors];
        bool[] isAnchor = new bool[votes.Length];
        foreach (int anchor in anchors)
            isAnchor[anchor] = true;
        int[] order = new int[votes.Length];
        (int Votes, double Information)[] keys = new (int, double)[votes.Length];
        for (int i = 0; i < order.Length; i++)
        {
            double sum = 0;
            for (int anchor = 0; anchor < anchors.Length; anchor++)
                sum += information[(i * anchors.Length) + anchor];
            (order[i], keys[i]) = (i, (-votes[i], -sum));
        }
        SortStably(keys, order);
        foreach (int member in order)
        {
            if (winners.Count == quota)
                break;
            if (!isAnchor[member])
                winners.Add(member);
        }
        return winners;
    }

    /// <summary>Sorts by key, equal keys by index, which Array.Sort alone leaves to chance.</summary>
    private static void SortStably<TKey>(TKey[] keys, int[] order)
    {
        var comparer = Comparer<TKey>.Default;
        Array.Sort(order, (a, b) => comparer.Compare(keys[a], keys[b]) is var c && c != 0 ? c : a.CompareTo(b));
    }
}
