using Elbo.Neighbours;

namespace Elbo.Evaluation;

/// <summary>Silhouette coefficient: how much nearer points are to their own cluster than to the next one.</summary>
/// <remarks>
/// Rousseeuw 1987: (b − a) / max(a, b), where a is the mean distance to the other points of the same cluster and b the
/// lowest mean distance to the points of another cluster; 0 for the only point of a cluster. All pairs are compared, so
/// the time is quadratic in the number of points.
/// </remarks>
public static class Silhouette
{
    /// <summary>The mean over all points, in [−1, 1].</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="clusters">The cluster of each point. Remove noise first.</param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, the numbers of points and
    /// clusters differ, or there are fewer than 2 clusters or as many as points.
    /// </exception>
    public static double Mean(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<int> clusters, int threads = 0)
    {
        double sum = 0;
        foreach (double value in Of(points, dimensions, clusters, threads))
            sum += value;
        return sum / clusters.Length;
    }

    /// <summary>The silhouette of each point, in [−1, 1].</summary>
    /// <inheritdoc cref="Mean"/>
    public static double[] Of(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<int> clusters, int threads = 0)
    {
        PointTable.Check(points, dimensions, 3, "a silhouette");
        if (clusters.Length != points.Length / dimensions)
            throw new ArgumentException(
                $"got {clusters.Length} clusters with {points.Length / dimensions} points; each point needs one.",
                nameof(clusters)
            );
        int[] order = Grouped(clusters, out var starts);
        if (starts.Count - 1 < 2 || starts.Count - 1 == clusters.Length)
            throw new ArgumentException(
                $"got {starts.Count - 1} clusters of {clusters.Length} points; a silhouette needs from 2 to "
                    + $"{clusters.Length - 1}.",
                nameof(clusters)
            );
        float[] grouped = new float[points.Length];
        for (int i = 0; i < order.Length; i++)
            points.Slice(order[i] * dimensions, dimensions).CopyTo(grouped.AsSpan(i * dimensions));
        double[] result = new double[order.Length];
        new Partition(threads).Run(
            order.Length,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    result[order[i]] = Of(grouped, dimensions, starts, i);
            }
        );
        return result;
    }

    /// <summary>
    /// The silhouette of point <paramref name="index"/>, where cluster c holds points starts[c] to starts[c + 1] − 1.
    /// </summary>
    private static double Of(float[] points, int dimensions, List<int> starts, int index)
    {
        var point = points.AsSpan(index * dimensions, dimensions);
        double own = 0,
            next = double.PositiveInfinity;
        for (int cluster = 0; cluster < starts.Count - 1; cluster++)
        {
            int size = starts[cluster + 1] - starts[cluster];
            bool inside = index >= starts[cluster] && index < starts[cluster + 1];
            if (inside && size == 1)
                return 0;
            double sum = SumOfDistances(point, points.AsSpan(starts[cluster] * dimensions, size * dimensions));
            if (inside)
                own = sum / (size - 1);
            else
                next = Math.Min(next, sum / size);
        }
        double greater = Math.Max(own, next);
        return greater > 0 ? (next - own) / greater : 0;
    }

    private static double SumOfDistances(ReadOnlySpan<float> point, ReadOnlySpan<float> others)
    {
        double sum = 0;
        for (int start = 0; start < others.Length; start += point.Length)
        {
            var other = others.Slice(start, point.Length);
            double square = 0;
            for (int d = 0; d < point.Length; d++)
            {
                double difference = point[d] - other[d];
                square += difference * difference;
            }
            sum += Math.Sqrt(square);
        }
        return sum;
    }

    /// <summary>
    /// Point indices ordered by cluster, and the start of each cluster, followed by the number of points.
    /// </summary>
    private static int[] Grouped(ReadOnlySpan<int> clusters, out List<int> starts)
    {
        int[] keys = clusters.ToArray(),
            order = new int[keys.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(keys, order);
        starts = [];
        for (int i = 0; i < keys.Length; i++)
            if (i == 0 || keys[i] != keys[i - 1])
                starts.Add(i);
        starts.Add(keys.Length);
        return order;
    }
}
