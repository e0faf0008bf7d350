using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>Options of <see cref="TrimmedMedoids"/>.</summary>
public sealed record TrimmedMedoidsOptions
{
    /// <summary>
    /// The fraction of its cluster that a chosen image must be near to, above 0 and at most 1; default 0.5.
    /// </summary>
    public double NearFraction { get; init; } = 0.5;

    /// <summary>
    /// The fraction of all images, those in the sparsest regions, that is ignored; from 0 to below 1. Default 0.1.
    /// </summary>
    public double OutlierFraction { get; init; } = 0.1;

    /// <summary>The distance to this neighbour measures how sparse a region is; default 10.</summary>
    public int Neighbours { get; init; } = 10;

    /// <summary>Number of runs of k-means. The result with the lowest inertia is kept. Default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (!(NearFraction is > 0 and <= 1))
            throw new ArgumentException($"near-fraction is {NearFraction}; it must be above 0 and at most 1.");
        if (!(OutlierFraction is >= 0 and < 1))
            throw new ArgumentException($"outlier-fraction is {OutlierFraction}; it must be at least 0 and below 1.");
        if (Neighbours < 1)
            throw new ArgumentException($"neighbours is {Neighbours}; it must be 1 or more.");
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
    }
}

/// <summary>
/// Trimmed medoids: ignores the images in the sparsest regions, and forms as many k-means clusters as there are labelled
/// images and images to choose. Chooses from each cluster without a labelled image, the largest first, the one with the
/// lowest mean distance to the nearer half of its cluster.
/// </summary>
/// <remarks>
/// <para>
/// K-means spreads the choice evenly, but gives clusters to outliers, because their squared distances dominate;
/// outliers are therefore ignored. The image nearest to a centre may lie between two classes that share the cluster.
/// The image with the nearest 20 neighbours (<see cref="TypiClust"/>) may lie in a dense spot at the edge and represent
/// few images. The image that is near to half of its cluster lies in the middle of the cluster's larger class, whatever
/// the other half contains.
/// </para>
/// <para>Elbo's own combination; docs/selection.md compares it with the others.</para>
/// </remarks>
public sealed class TrimmedMedoids(TrimmedMedoidsOptions? options = null) : ISelectionStrategy
{
    private const int PieceSize = 32;

    private readonly TrimmedMedoidsOptions _options = options ?? new TrimmedMedoidsOptions();

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
        int count = pool.Labelled.Count + budget;
        int[] inner = Inner(pool, count, cancellation);
        int[] found = KMeans
            .Fit(
                pool.Rows(inner),
                pool.Dimensions,
                new KMeansOptions
                {
                    Clusters = count,
                    Restarts = _options.Restarts,
                    Threads = pool.Threads,
                },
                rng.Fork("clusters"),
                cancellation
            )
            .Labels;
        int[] labels = new int[pool.Count];
        Array.Fill(labels, Dbscan.Noise);
        for (int k = 0; k < inner.Length; k++)
            labels[inner[k]] = found[k];
        var partition = new Partition(pool.Threads);
        var chosen = new List<int>(budget);
        var clusters = ClusterMembers.UnlabelledFirst(ClusterMembers.LargestFirst(labels, count), pool);
        foreach (var cluster in clusters.Take(budget))
        {
            chosen.Add(cluster[Medoid(pool, cluster, partition, cancellation)]);
            progress?.Report((double)chosen.Count / budget);
        }
        int aside = pool.Count - inner.Length;
        return SelectionResult.Of(chosen.ToArray()) with
        {
            Clusters = labels,
            Remarks =
                aside == 0
                    ? []
                    :
                    [
                        FormattableString.Invariant(
                            $"{aside:N0} {(aside == 1 ? "image" : "images")} in the sparsest places "
                        ) + FormattableString.Invariant($"{(aside == 1 ? "was" : "were")} left aside."),
                    ],
        };
    }

    /// <summary>All images except the outliers, in ascending order. Labelled images are none.</summary>
    private int[] Inner(SelectionPool pool, int fewest, CancellationToken cancellation)
    {
        int count = Math.Max(fewest, pool.Count - (int)((_options.OutlierFraction * pool.Count) + 1e-9));
        if (count == pool.Count)
            return [.. Enumerable.Range(0, count)];
        double[] sparsity = NeighbourDistances.Of(
            pool.Codes.Span,
            pool.Dimensions,
            _options.Neighbours,
            pool.Threads,
            cancellation
        );
        return
        [
            .. Enumerable.Range(0, pool.Count).OrderBy(i => pool.IsLabelled(i) ? 0 : sparsity[i]).Take(count).Order(),
        ];
    }

    /// <summary>The position in <paramref name="members"/> of the trimmed medoid. Ties go to the first.</summary>
    private int Medoid(SelectionPool pool, List<int> members, Partition partition, CancellationToken cancellation)
    {
        float[] codes = pool.Rows(members);
        var points = new PointColumns(codes, pool.Dimensions);
        int near = Math.Max(1, (int)Math.Ceiling((_options.NearFraction * members.Count) - 1e-9));
        double[] sums = new double[members.Count];
        partition.Run(
            members.Count,
            (first, last) =>
            {
                float[] squares = new float[members.Count];
                for (int k = first; k < last; k++)
                {
                    points.SquaredDistances(codes.AsSpan(k * pool.Dimensions, pool.Dimensions), 0, squares);
                    SmallestFirst.Arrange(squares, near);
                    for (int i = 0; i < near; i++)
                        sums[k] += Math.Sqrt(squares[i]);
                }
            },
            PieceSize,
            cancellation
        );
        int best = 0;
        for (int k = 1; k < sums.Length; k++)
            if (sums[k] < sums[best])
                best = k;
        return best;
    }
}
