using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>How <see cref="Dbscan"/> tells clusters from noise.</summary>
public sealed record DbscanOptions
{
    /// <summary>
    /// How far apart neighbours are at most, in units of the points; null derives it from the points, see
    /// <see cref="NeighbourDistances.Knee"/>. Default null.
    /// </summary>
    public double? Eps { get; init; }

    /// <summary>How many points, itself among them, lie within <see cref="Eps"/> of a core point; default 25.</summary>
    public int MinSamples { get; init; } = 25;

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Eps is { } eps && !(eps > 0 && double.IsFinite(eps)))
            throw new ArgumentException($"eps is {eps}; it must be more than 0.");
        if (MinSamples < 1)
            throw new ArgumentException($"min-samples is {MinSamples}; it must be 1 or more.");
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}

/// <summary>What <see cref="Dbscan"/> found.</summary>
/// <param name="Labels">The cluster of each point, from 0 in the order of their first core points; −1 for noise, which
/// is no cluster.</param>
/// <param name="Clusters">How many clusters there are; 0 where all is noise.</param>
/// <param name="Eps">How far apart neighbours were allowed to be.</param>
public sealed record DbscanResult(int[] Labels, int Clusters, double Eps);

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
