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

/// <summary>How many points each pair of cluster and class has in common.</summary>
internal sealed class ContingencyTable
{
    private readonly int[] _counts;

    /// <summary>Counts; rows and columns are the distinct numbers in increasing order.</summary>
    /// <exception cref="ArgumentException">There are no points, or not one class to each cluster.</exception>
    public ContingencyTable(ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        if (clusters.Length != classes.Length)
            throw new ArgumentException(
                $"{clusters.Length} clusters and {classes.Length} classes came; each point needs one of both.",
                nameof(classes)
            );
        if (clusters.IsEmpty)
            throw new ArgumentException("no points came; a clustering of at least one is needed.", nameof(clusters));
        int[] rows = Ranks(clusters, out int rowCount),
            columns = Ranks(classes, out int columnCount);
        (Total, RowSums, ColumnSums) = (clusters.Length, new int[rowCount], new int[columnCount]);
        _counts = new int[checked(rowCount * columnCount)];
        for (int i = 0; i < rows.Length; i++)
        {
            _counts[(rows[i] * columnCount) + columns[i]]++;
            RowSums[rows[i]]++;
            ColumnSums[columns[i]]++;
        }
    }

    /// <summary>The number of points.</summary>
    public int Total { get; }

    /// <summary>Points of each cluster; none is empty.</summary>
    public int[] RowSums { get; }

    /// <summary>Points of each class; none is empty.</summary>
    public int[] ColumnSums { get; }

    /// <summary>Points that a cluster and a class have in common.</summary>
    public int this[int cluster, int classIndex] => _counts[(cluster * ColumnSums.Length) + classIndex];

    /// <summary>The points a cluster shares with each class.</summary>
    public ReadOnlySpan<int> Row(int cluster) => _counts.AsSpan(cluster * ColumnSums.Length, ColumnSums.Length);

    /// <summary>Each number's place among the distinct numbers.</summary>
    private static int[] Ranks(ReadOnlySpan<int> labels, out int distinct)
    {
        int[] values = labels.ToArray();
        Array.Sort(values);
        distinct = 0;
        foreach (int value in values)
            if (distinct == 0 || values[distinct - 1] != value)
                values[distinct++] = value;
        int[] ranks = new int[labels.Length];
        for (int i = 0; i < ranks.Length; i++)
            ranks[i] = Array.BinarySearch(values, 0, distinct, labels[i]);
        return ranks;
    }
}

/// <summary>The pairing of rows with columns, each used once at most, of the greatest sum.</summary>
/// <remarks>
/// Kuhn 1955; shortest augmenting paths with potentials, one row after the other, O(rows²·columns): Jonker and
/// Volgenant 1987.
/// </remarks>
internal static class LinearAssignment
{
    /// <summary>
    /// The greatest sum of <paramref name="value"/> over pairs; as many pairs as the shorter side is long.
    /// </summary>
    public static long GreatestSum(int rows, int columns, Func<int, int, int> value)
    {
        if (rows > columns)
            return GreatestSum(columns, rows, (row, column) => value(column, row));
        // Numbered from 1: row 0 stands for no row, and column 0 is where each new row begins its search.
        long[] rowPotential = new long[rows + 1],
            columnPotential = new long[columns + 1],
            slack = new long[columns + 1];
        int[] rowOf = new int[columns + 1],
            previous = new int[columns + 1];
        bool[] visited = new bool[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            Array.Fill(slack, long.MaxValue);
            Array.Clear(visited);
            rowOf[0] = row;
            int column = 0;
            while (rowOf[column] != 0)
            {
                visited[column] = true;
                int next = 0,
                    from = rowOf[column];
                for (int j = 1; j <= columns; j++)
                {
                    if (visited[j])
                        continue;
                    long reduced = -value(from - 1, j - 1) - rowPotential[from] - columnPotential[j];
                    if (reduced < slack[j])
                        (slack[j], previous[j]) = (reduced, column);
                    if (next == 0 || slack[j] < slack[next])
                        next = j;
                }
                long step = slack[next];
                for (int j = 0; j <= columns; j++)
                {
                    if (visited[j])
                        (rowPotential[rowOf[j]], columnPotential[j]) = (
                            rowPotential[rowOf[j]] + step,
                            columnPotential[j] - step
                        );
                    else if (slack[j] != long.MaxValue)
                        slack[j] -= step;
                }
                column = next;
            }
            for (; column != 0; column = previous[column])
                rowOf[column] = rowOf[previous[column]];
        }
        long sum = 0;
        for (int j = 1; j <= columns; j++)
            if (rowOf[j] != 0)
                sum += value(rowOf[j] - 1, j - 1);
        return sum;
    }
}
