using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>Options of <see cref="Dbscan"/>.</summary>
public sealed record DbscanOptions
{
    /// <summary>
    /// The largest distance between neighbours, in units of the points; null derives it from the points, see
    /// <see cref="NeighbourDistances.Knee"/>. Default null.
    /// </summary>
    public double? Eps { get; init; }

    /// <summary>
    /// Number of points within <see cref="Eps"/>, itself included, that makes a point a core point; default 25.
    /// </summary>
    public int MinSamples { get; init; } = 25;

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
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

/// <summary>Result of <see cref="Dbscan"/>.</summary>
/// <param name="Labels">
/// The cluster of each point, numbered from 0 in the order of their first core points; −1 for noise.
/// </param>
/// <param name="Clusters">Number of clusters; 0 if all points are noise.</param>
/// <param name="Eps">The largest distance between neighbours that was used.</param>
public sealed record DbscanResult(int[] Labels, int Clusters, double Eps);

/// <summary>Density-based clustering: dense regions of any shape are clusters, the points between them noise.</summary>
/// <remarks>
/// Ester, Kriegel, Sander and Xu 1996. A core point has at least <see cref="DbscanOptions.MinSamples"/> points within
/// eps. Core points within eps of each other share a cluster. Any other point belongs to the first cluster with a core
/// point within eps of it. The labels equal those of scikit-learn.
/// </remarks>
public static class Dbscan
{
    /// <summary>The label of points without a cluster.</summary>
    public const int Noise = -1;

    /// <summary>Clusters points.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="options">Neighbour distance and density threshold; null uses the defaults.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, or an option is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
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
                NeighbourDistances
                    .Of(tree, Math.Max(1, options.MinSamples - 1), partition, cancellation)
                    .Order()
                    .ToArray()
            );
        bool[] core = CorePoints(tree, eps, options.MinSamples, partition, cancellation);
        var components = new CoreComponents(tree, core, eps);
        components.Connect(partition, cancellation);
        int[] labels = components.Label(partition, cancellation, out int clusters);
        return new DbscanResult(labels, clusters, eps);
    }

    /// <summary>Whether each position of the tree holds a core point.</summary>
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

    /// <summary>Counts points up to a given number.</summary>
    private struct Counter(int wanted) : IBallVisitor
    {
        private int _missing = wanted;

        public readonly bool Enough => _missing == 0;

        public readonly bool Skips(int node) => false;

        public bool Visit(int position, double squaredDistance) => --_missing > 0;
    }
}
