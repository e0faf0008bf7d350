namespace Elbo.Clustering;

/// <summary>Clusters of any shape: wherever points lie dense, and noise in between.</summary>
/// <remarks>
/// Ester, Kriegel, Sander and Xu 1996. A core point has <see cref="DbscanOptions.MinSamples"/> points within eps; core
/// points within eps of each other share a cluster; other points belong to the first cluster that has a core point
/// within eps of them. These are the labels of scikit-learn.
/// </remarks>
public static class Dbscan
{
    /// <summary>The label of points in no cluster.</summary>
    public const int Noise = -1;

    /// <summary>Finds clusters.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="options">What is near, and what is dense; null takes the defaults.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">The points are not whole or not finite, or an option is out of
    /// range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DbscanResult Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        DbscanOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new DbscanOptions();
        options.Validate();
        PointTable.Check(points, dimensions, 1, "DBSCAN");
        var tree = new KdTree(points, dimensions);
        var partition = new Partition(options.Threads);
        double eps =
            options.Eps
            ?? NeighbourDistances.Knee(
                NeighbourDistances.Of(tree, options.MinSamples - 1, partition, cancellation).Order().ToArray()
            );
        bool[] core = CorePoints(tree, eps, options.MinSamples, partition, cancellation);
        var components = new CoreComponents(tree, core, eps);
        components.Connect(partition, cancellation);
        int[] labels = components.Label(partition, cancellation, out int clusters);
        return new DbscanResult(labels, clusters, eps);
    }

    /// <summary>Which positions of the tree have a core point.</summary>
    private static bool[] CorePoints(
        KdTree tree,
        double eps,
        int minSamples,
        Partition partition,
        CancellationToken cancellation
    )
    {
        bool[] core = new bool[tree.Count];
        partition.Run(
            tree.Count,
            (first, last) =>
            {
                for (int position = first; position < last; position++)
                {
                    var counter = new Counter(minSamples);
                    tree.Visit(tree.Point(position), eps * eps, ref counter);
                    core[position] = counter.Enough;
                }
            },
            cancellation: cancellation
        );
        return core;
    }

    /// <summary>Counts points until there are enough.</summary>
    private struct Counter(int wanted) : IBallVisitor
    {
        private int _missing = wanted;

        public readonly bool Enough => _missing == 0;

        public readonly bool Skips(int node) => false;

        public bool Visit(int position, double squaredDistance) => --_missing > 0;
    }
}
