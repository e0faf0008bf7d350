namespace Elbo.Selection;

/// <summary>The images of each cluster.</summary>
internal static class ClusterMembers
{
    /// <summary>
    /// The clusters that have any, the largest first, of equal ones that with the first image; the images of each in
    /// ascending order.
    /// </summary>
    /// <param name="labels">The cluster of each image, from 0; negative for images of none.</param>
    /// <param name="clusters">How many clusters there may be.</param>
    public static List<List<int>> LargestFirst(ReadOnlySpan<int> labels, int clusters)
    {
        var members = new List<List<int>>(clusters);
        for (int cluster = 0; cluster < clusters; cluster++)
            members.Add([]);
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] >= 0)
                members[labels[i]].Add(i);
        members.RemoveAll(cluster => cluster.Count == 0);
        members.Sort((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a[0].CompareTo(b[0]));
        return members;
    }
}
