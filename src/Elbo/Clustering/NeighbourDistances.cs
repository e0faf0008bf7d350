using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>How far points are from their k-th nearest neighbour, which tells dense places from sparse ones.</summary>
public static class NeighbourDistances
{
    /// <summary>
    /// The distance of every point to its k-th nearest other point, in the order of the points; to the farthest other
    /// point where there are fewer.
    /// </summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="neighbour">k, 0 or more.</param>
    /// <param name="threads">Threads to compute with, 0 for one per processor; the result does not depend on
    /// it.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">The points are not whole or not finite, or k is negative.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static double[] Of(
        ReadOnlySpan<float> points,
        int dimensions,
        int neighbour,
        int threads = 0,
        CancellationToken cancellation = default
    )
    {
        PointTable.Check(points, dimensions, 1, "a neighbour's distance");
        ArgumentOutOfRangeException.ThrowIfNegative(neighbour);
        return Of(new KdTree(points, dimensions), neighbour, new Partition(threads), cancellation);
    }

    /// <summary>
    /// Where a sorted, rising curve begins to rise steeply: its value farthest below the line from its first to its
    /// last point.
    /// </summary>
    /// <remarks>
    /// Satopää et al. 2011, "Finding a 'Kneedle' in a Haystack". Few far outliers would stretch the line beyond all
    /// others, and the knee would be at them: values above the 99th percentile are left out.
    /// </remarks>
    /// <param name="sorted">At least one value, increasing.</param>
    /// <returns>A positive number, also where all values are 0.</returns>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Knee(ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("no distances came; a knee needs at least one.", nameof(sorted));
        int last = (int)((sorted.Length - 1) * 0.99),
            knee = last;
        double first = sorted[0],
            rise = sorted[last] - first,
            farthest = 0;
        for (int i = 0; i <= last; i++)
        {
            double below = ((double)i / Math.Max(1, last) * rise) - (sorted[i] - first);
            if (below > farthest)
                (knee, farthest) = (i, below);
        }
        // Copies of few places have neighbours at distance 0; what eps is then does not matter as long as there is one.
        return Math.Max(sorted[knee], float.Epsilon);
    }

    internal static double[] Of(KdTree tree, int neighbour, Partition partition, CancellationToken cancellation)
    {
        double[] distances = new double[tree.Count];
        int near = Math.Min(neighbour, tree.Count - 1);
        partition.Run(
            tree.Count,
            (first, last) =>
            {
                int[] neighbours = new int[near];
                double[] squares = new double[near];
                for (int position = first; position < last && near > 0; position++)
                {
                    tree.Nearest(tree.Point(position), tree.Order[position], neighbours, squares);
                    distances[tree.Order[position]] = Math.Sqrt(squares[^1]);
                }
            },
            cancellation: cancellation
        );
        return distances;
    }
}
