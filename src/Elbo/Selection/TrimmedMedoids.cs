using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>Options of <see cref="TrimmedMedoids"/>.</summary>
public sealed record TrimmedMedoidsOptions
{
    /// <summary>
    /// The share of its cluster that an image is to be near to, above 0 and at most 1; default one half.
    /// </summary>
    public double Share { get; init; } = 0.5;

    /// <summary>
    /// The share of all images, those in the sparsest places, that are neither chosen nor looked at, from 0 to below 1;
    /// default a tenth.
    /// </summary>
    public double Outliers { get; init; } = 0.1;

    /// <summary>How sparse a place is, is said by the distance to this neighbour; default 10.</summary>
    public int Neighbours { get; init; } = 10;

    /// <summary>How often k-means begins anew; the result of the least inertia is kept. Default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (!(Share is > 0 and <= 1))
            throw new ArgumentException($"share is {Share}; it must be above 0 and at most 1.");
        if (!(Outliers is >= 0 and < 1))
            throw new ArgumentException($"outliers is {Outliers}; it must be at least 0 and below 1.");
        if (Neighbours < 1)
            throw new ArgumentException($"neighbours is {Neighbours}; it must be 1 or more.");
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
    }
}

/// <summary>
/// Without the tenth of the images that lie sparsest, as many k-means clusters as images are to be chosen, and of each
/// the image with the smallest mean distance to the nearer half of its cluster; the largest cluster first.
/// </summary>
/// <remarks>
/// <para>
/// K-means spreads the choice evenly, but gives clusters to outliers, whose squared distances weigh most: they are left
/// aside. Of a cluster, the image nearest to the centre may lie between two classes that share it; the one with the
/// nearest 20
/// neighbours (<see cref="TypiClust"/>) may lie in a dense spot at the edge and stand for few. The one that is near to
/// half of the cluster, whatever the
/// other half is, lies within the larger class, and in the middle of that.
/// </para>
/// <para>Elbo's own combination; docs/selection.md has how it compares.</para>
/// </remarks>
public sealed class TrimmedMedoids(TrimmedMedoidsOptions? options = null) : ISelectionStrategy
{
    private const int PieceSize = 32;

    private readonly TrimmedMedoidsOptions _options = options ?? new TrimmedMedoidsOptions();

    /// <inheritdoc/>
    public SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(rng);
        _options.Validate();
        pool.RequireBudget(budget);
        int[] inner = Inner(pool, budget, cancellation);
        int[] found = KMeans
            .Fit(
                pool.Rows(inner),
                pool.Dimensions,
                new KMeansOptions
                {
                    Clusters = budget,
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
        foreach (var cluster in ClusterMembers.LargestFirst(labels, budget))
        {
            chosen.Add(cluster[Medoid(pool, cluster, partition, cancellation)]);
            progress?.Report((double)chosen.Count / budget);
        }
        // Equal codes make fewer clusters than were asked for.
        Remainder.Fill(chosen, pool.Count, budget, rng.Fork("remainder"));
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

    /// <summary>All images but the outliers, and no fewer than are to be chosen, in ascending order.</summary>
    private int[] Inner(SelectionPool pool, int budget, CancellationToken cancellation)
    {
        int count = Math.Max(budget, pool.Count - (int)((_options.Outliers * pool.Count) + 1e-9));
        if (count == pool.Count)
            return [.. Enumerable.Range(0, count)];
        double[] sparsity = NeighbourDistances.Of(
            pool.Codes.Span,
            pool.Dimensions,
            _options.Neighbours,
            pool.Threads,
            cancellation
        );
        return [.. Enumerable.Range(0, pool.Count).OrderBy(i => sparsity[i]).Take(count).Order()];
    }

    /// <summary>The place in <paramref name="members"/> of the trimmed medoid; the first of several.</summary>
    private int Medoid(SelectionPool pool, List<int> members, Partition partition, CancellationToken cancellation)
    {
        float[] codes = pool.Rows(members);
        var points = new PointColumns(codes, pool.Dimensions);
        int near = Math.Max(1, (int)Math.Ceiling((_options.Share * members.Count) - 1e-9));
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

/// <summary>Tells the smallest numbers from the others without sorting them.</summary>
internal static class SmallestFirst
{
    /// <summary>
    /// Brings the <paramref name="count"/> smallest of <paramref name="values"/> to the front, in some order that
    /// follows from theirs.
    /// </summary>
    /// <remarks>Hoare 1961, "Algorithm 65: find", with the median of three as pivot. No value may be NaN.</remarks>
    public static void Arrange(Span<float> values, int count)
    {
        int low = 0,
            high = values.Length - 1;
        while (low < high && count > 0 && count < values.Length)
        {
            float pivot = MedianOfThree(values[low], values[low + ((high - low) / 2)], values[high]);
            int i = low,
                j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            // Up to j nothing is above the pivot, from i on nothing below, and what is between equals it.
            if (count - 1 <= j)
                high = j;
            else if (count - 1 >= i)
                low = i;
            else
                return;
        }
    }

    private static float MedianOfThree(float a, float b, float c) =>
        Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
