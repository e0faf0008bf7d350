namespace Elbo.Evaluation;

/// <summary>Agreement between clusters and classes. Labels are arbitrary integers; only equality matters.</summary>
/// <remarks>
/// Noise, −1, counts as a cluster of its own, as in scikit-learn. Remove those points first to evaluate the others
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
        double clusterEntropy = table.RowEntropy,
            classEntropy = table.ColumnEntropy,
            information = table.MutualInformation;
        Homogeneity = classEntropy > 0 ? Math.Clamp(information / classEntropy, 0, 1) : 1;
        Completeness = clusterEntropy > 0 ? Math.Clamp(information / clusterEntropy, 0, 1) : 1;
        NormalizedMutualInformation =
            clusterEntropy + classEntropy > 0 ? Math.Clamp(2 * information / (clusterEntropy + classEntropy), 0, 1) : 1;
        AdjustedRandIndex = Rand(table);
    }

    /// <summary>Number of clusters with at least one point.</summary>
    public int Clusters { get; }

    /// <summary>Number of classes with at least one point.</summary>
    public int Classes { get; }

    /// <summary>
    /// The fraction in [0, 1] of correct points under the best one-to-one matching of clusters with classes.
    /// </summary>
    /// <remarks>
    /// If there are more clusters than classes, the points of unmatched clusters all count as wrong. Yang et al. 2010,
    /// with Kuhn's assignment algorithm.
    /// </remarks>
    public double HungarianAccuracy { get; }

    /// <summary>
    /// The fraction in [0, 1] of correct points if each cluster predicts its most frequent class; also called purity.
    /// Several clusters may predict the same class.
    /// </summary>
    public double MajorityAccuracy { get; }

    /// <summary>
    /// Mutual information of clusters and classes divided by the arithmetic mean of their entropies, in [0, 1].
    /// </summary>
    public double NormalizedMutualInformation { get; }

    /// <summary>
    /// Agreement on pairs of points, corrected for chance: 0 on average for random clusters, 1 for perfect ones (Hubert
    /// and Arabie 1985).
    /// </summary>
    public double AdjustedRandIndex { get; }

    /// <summary>
    /// The degree in [0, 1] to which each cluster contains one class only (Rosenberg and Hirschberg 2007).
    /// </summary>
    public double Homogeneity { get; }

    /// <summary>
    /// The degree in [0, 1] to which each class is in one cluster only (Rosenberg and Hirschberg 2007).
    /// </summary>
    public double Completeness { get; }

    /// <summary>Compares clusters with classes.</summary>
    /// <param name="clusters">The cluster of each point.</param>
    /// <param name="classes">The class of each point.</param>
    /// <exception cref="ArgumentException">
    /// There are no points, or the numbers of clusters and classes differ.
    /// </exception>
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

    private static double Rand(ContingencyTable table)
    {
        double together = 0,
            byCluster = Pairs(table.RowSums),
            byClass = Pairs(table.ColumnSums),
            all = Pairs([table.Total]);
        for (int cluster = 0; cluster < table.RowSums.Length; cluster++)
            together += Pairs(table.Row(cluster));
        double greatest = (byCluster + byClass) / 2;
        // Chance plays no part if both have a single group, or both have as many groups as points.
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

/// <summary>Number of points for each pair of a cluster and a class.</summary>
internal sealed class ContingencyTable
{
    private readonly int[] _counts;

    /// <summary>Counts points. Rows and columns are the distinct labels in increasing order.</summary>
    /// <exception cref="ArgumentException">
    /// There are no points, or the numbers of clusters and classes differ.
    /// </exception>
    public ContingencyTable(ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        if (clusters.Length != classes.Length)
            throw new ArgumentException(
                $"got {clusters.Length} clusters and {classes.Length} classes; each point needs one of both.",
                nameof(classes)
            );
        if (clusters.IsEmpty)
            throw new ArgumentException("got no points; a clustering of at least one is needed.", nameof(clusters));
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

    /// <summary>Number of points.</summary>
    public int Total { get; }

    /// <summary>Number of points in each cluster; at least 1.</summary>
    public int[] RowSums { get; }

    /// <summary>Number of points in each class; at least 1.</summary>
    public int[] ColumnSums { get; }

    /// <summary>Number of points in both a cluster and a class.</summary>
    public int this[int cluster, int classIndex] => _counts[(cluster * ColumnSums.Length) + classIndex];

    /// <summary>Number of points of a cluster in each class.</summary>
    public ReadOnlySpan<int> Row(int cluster) => _counts.AsSpan(cluster * ColumnSums.Length, ColumnSums.Length);

    /// <summary>Entropy of the clusters in nats.</summary>
    public double RowEntropy => Entropy(RowSums);

    /// <summary>Entropy of the classes in nats.</summary>
    public double ColumnEntropy => Entropy(ColumnSums);

    /// <summary>Mutual information of clusters and classes in nats.</summary>
    public double MutualInformation
    {
        get
        {
            double sum = 0;
            for (int cluster = 0; cluster < RowSums.Length; cluster++)
            {
                var row = Row(cluster);
                for (int label = 0; label < row.Length; label++)
                    if (row[label] > 0)
                        sum +=
                            row[label]
                            * Math.Log((double)row[label] * Total / ((double)RowSums[cluster] * ColumnSums[label]));
            }
            return sum / Total;
        }
    }

    private double Entropy(int[] counts)
    {
        double sum = 0;
        foreach (int count in counts)
            sum -= count * Math.Log(count / (double)Total);
        return sum / Total;
    }

    /// <summary>The rank of each label among the distinct labels, from 0.</summary>
    public static int[] Ranks(ReadOnlySpan<int> labels, out int distinct)
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

/// <summary>Linear assignment: pairs rows with columns, each used at most once, such that the sum is largest.</summary>
/// <remarks>
/// Kuhn 1955. Shortest augmenting paths with potentials, one row at a time, in O(rows²·columns): Jonker and Volgenant
/// 1987.
/// </remarks>
internal static class LinearAssignment
{
    /// <summary>
    /// The largest sum of <paramref name="value"/> over pairs; there are as many pairs as the shorter side has members.
    /// </summary>
    public static long GreatestSum(int rows, int columns, Func<int, int, int> value)
    {
        if (rows > columns)
            return GreatestSum(columns, rows, (row, column) => value(column, row));
        // Numbered from 1: row 0 means no row, and column 0 is where the search of each new row starts.
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
