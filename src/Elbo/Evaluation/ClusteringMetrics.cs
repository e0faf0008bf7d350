namespace Elbo.Evaluation;

/// <summary>How well clusters match classes. Numbers may be any; only which points share one matters.</summary>
/// <remarks>
/// Noise, −1, counts as one cluster more, as in scikit-learn; leave those points out beforehand to judge the others
/// alone.
/// </remarks>
public sealed record ClusteringMetrics
{
    private ClusteringMetrics(ContingencyTable table)
    {
        (Clusters, Classes) = (table.RowSums.Length, table.ColumnSums.Length);
        HungarianAccuracy =
            LinearAssignment.GreatestSum(Clusters, Classes, (cluster, label) => table[cluster, label])
            / (double)table.Total;
        MajorityAccuracy = Majority(table);
        double clusterEntropy = Entropy(table.RowSums, table.Total),
            classEntropy = Entropy(table.ColumnSums, table.Total),
            information = Information(table);
        Homogeneity = classEntropy > 0 ? Math.Clamp(information / classEntropy, 0, 1) : 1;
        Completeness = clusterEntropy > 0 ? Math.Clamp(information / clusterEntropy, 0, 1) : 1;
        NormalizedMutualInformation =
            clusterEntropy + classEntropy > 0 ? Math.Clamp(2 * information / (clusterEntropy + classEntropy), 0, 1) : 1;
        AdjustedRandIndex = Rand(table);
    }

    /// <summary>Clusters that have a point.</summary>
    public int Clusters { get; }

    /// <summary>Classes that have a point.</summary>
    public int Classes { get; }

    /// <summary>
    /// The share in [0, 1] of points that are right when clusters are matched with classes one to one, as well as they
    /// can be.
    /// </summary>
    /// <remarks>
    /// Where clusters outnumber classes, those that are left without a class are wrong altogether. Yang et al. 2010, by
    /// Kuhn's assignment.
    /// </remarks>
    public double HungarianAccuracy { get; }

    /// <summary>
    /// The share in [0, 1] of points that are right when each cluster takes its commonest class, as several clusters
    /// may. Also called purity.
    /// </summary>
    public double MajorityAccuracy { get; }

    /// <summary>
    /// Mutual information of clusters and classes over the arithmetic mean of their entropies, in [0, 1].
    /// </summary>
    public double NormalizedMutualInformation { get; }

    /// <summary>
    /// Agreement about pairs of points, corrected for chance: 0 on average for random clusters, 1 for perfect ones
    /// (Hubert and Arabie 1985).
    /// </summary>
    public double AdjustedRandIndex { get; }

    /// <summary>Whether each cluster has one class only, in [0, 1] (Rosenberg and Hirschberg 2007).</summary>
    public double Homogeneity { get; }

    /// <summary>Whether each class is in one cluster only, in [0, 1] (Rosenberg and Hirschberg 2007).</summary>
    public double Completeness { get; }

    /// <summary>Compares clusters with classes.</summary>
    /// <param name="clusters">The cluster of each point.</param>
    /// <param name="classes">Its class.</param>
    /// <exception cref="ArgumentException">There are no points, or not one class to each cluster.</exception>
    public static ClusteringMetrics Of(ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes) =>
        new(new ContingencyTable(clusters, classes));

    private static double Majority(ContingencyTable table)
    {
        long right = 0;
        for (int cluster = 0; cluster < table.RowSums.Length; cluster++)
        {
            int most = 0;
            foreach (int count in table.Row(cluster))
                most = Math.Max(most, count);
            right += most;
        }
        return right / (double)table.Total;
    }

    private static double Entropy(int[] counts, int total)
    {
        double sum = 0;
        foreach (int count in counts)
            sum -= count * Math.Log(count / (double)total);
        return sum / total;
    }

    private static double Information(ContingencyTable table)
    {
        double sum = 0;
        for (int cluster = 0; cluster < table.RowSums.Length; cluster++)
        {
            var row = table.Row(cluster);
            for (int label = 0; label < row.Length; label++)
                if (row[label] > 0)
                    sum +=
                        row[label]
                        * Math.Log(
                            (double)row[label]
                                * table.Total
                                / ((double)table.RowSums[cluster] * table.ColumnSums[label])
                        );
        }
        return sum / table.Total;
    }

    private static double Rand(ContingencyTable table)
    {
        double together = 0,
            byCluster = Pairs(table.RowSums),
            byClass = Pairs(table.ColumnSums),
            all = Pairs([table.Total]);
        for (int cluster = 0; cluster < table.RowSums.Length; cluster++)
            together += Pairs(table.Row(cluster));
        double greatest = (byCluster + byClass) / 2;
        // Nothing is left to chance where both have one group, or both as many as points.
        double expected = all > 0 ? byCluster * byClass / all : 0;
        return greatest == expected ? 1 : (together - expected) / (greatest - expected);
    }

    private static double Pairs(ReadOnlySpan<int> counts)
    {
        double sum = 0;
        foreach (int count in counts)
            sum += (double)count * (count - 1) / 2;
        return sum;
    }
}
