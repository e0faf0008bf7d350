using System.Numerics.Tensors;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>Distances of points to their k-th nearest neighbours, a measure of local density.</summary>
public static class NeighbourDistances
{
    /// <summary>Maximum number of dimensions in which a k-d tree saves time.</summary>
    private const int MostTreeDimensions = 64;

    /// <summary>
    /// The distance of every point to its k-th nearest other point, in the order of the points. With fewer than k other
    /// points, the distance to the farthest.
    /// </summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="neighbour">Rank k of the neighbour, 0 or more.</param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, or k is negative.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
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
        var partition = new Partition(threads);
        return dimensions <= MostTreeDimensions
            ? Of(new KdTree(points, dimensions), neighbour, partition, cancellation)
            : OfAllPairs(points.ToArray(), dimensions, neighbour, partition, cancellation);
    }

    /// <summary>
    /// The knee of a sorted, increasing curve: the value farthest below the line from its first to its last point.
    /// </summary>
    /// <remarks>
    /// Satopää et al. 2011, "Finding a 'Kneedle' in a Haystack". Values above the 99th percentile are ignored, because
    /// a few far outliers would stretch the line and attract the knee. Values of 0 are ignored too, so the knee of
    /// neighbour distances is never below the least distance between two different points.
    /// </remarks>
    /// <param name="sorted">At least one value, in increasing order.</param>
    /// <returns>A positive number, even if all values are 0.</returns>
    /// <exception cref="ArgumentException">
    /// There are no values, one is not finite, or they are not in increasing order.
    /// </exception>
    public static double Knee(ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("got no distances; a knee needs at least one.", nameof(sorted));
        for (int i = 0; i < sorted.Length; i++)
            if (!double.IsFinite(sorted[i]) || (i > 0 && sorted[i] < sorted[i - 1]))
                throw new ArgumentException(
                    $"distance {i} is {sorted[i]}; a knee needs finite distances in increasing order.",
                    nameof(sorted)
                );
        // Points with copies have neighbours at distance 0, which do not say anything about the scale of the others.
        int copies = 0;
        while (copies < sorted.Length - 1 && sorted[copies] == 0)
            copies++;
        sorted = sorted[copies..];
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
        // If all points are equal, any positive eps is suitable.
        return Math.Max(sorted[knee], float.Epsilon);
    }

    /// <summary>Computes all distances, which is faster than a tree with many dimensions.</summary>
    private static double[] OfAllPairs(
        float[] points,
        int dimensions,
        int neighbour,
        Partition partition,
        CancellationToken cancellation
    )
    {
        int count = points.Length / dimensions,
            near = Math.Min(neighbour, count - 1);
        var columns = new PointColumns(points, dimensions);
        double[] distances = new double[count];
        partition.Run(
            count,
            (first, last) =>
            {
                float[] squares = new float[count];
                for (int i = first; i < last; i++)
                {
                    columns.SquaredDistances(points.AsSpan(i * dimensions, dimensions), 0, squares);
                    // The point itself is the nearest.
                    SmallestFirst.Arrange(squares, near + 1);
                    distances[i] = Math.Sqrt(TensorPrimitives.Max<float>(squares.AsSpan(0, near + 1)));
                }
            },
            cancellation: cancellation
        );
        return distances;
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
