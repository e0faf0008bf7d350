namespace Elbo.Evaluation;

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
