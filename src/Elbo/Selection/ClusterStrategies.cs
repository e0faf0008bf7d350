using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>Options of <see cref="KMeansCentres"/>.</summary>
public sealed record KMeansCentresOptions
{
    /// <summary>Number of runs of k-means. The result with the lowest inertia is kept. Default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Checks the range of the option.</summary>
    /// <exception cref="ArgumentException">The option is out of range.</exception>
    public void Validate()
    {
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
    }
}

/// <summary>
/// Forms as many k-means clusters as there are labelled images and images to choose. Chooses the image nearest to each
/// centre, in clusters without a labelled image first, and of these in the largest.
/// </summary>
/// <remarks>
/// Nguyen and Smeulders 2004, "Active learning using pre-clustering", choose representatives in this way. k-means++ is
/// by Arthur and Vassilvitskii 2007.
/// </remarks>
public sealed class KMeansCentres(KMeansCentresOptions? options = null) : ISelectionStrategy
{
    private readonly KMeansCentresOptions _options = options ?? new KMeansCentresOptions();

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
        int count = pool.Labelled.Count + budget;
        var clusters = KMeans.Fit(
            pool.Codes.Span,
            pool.Dimensions,
            new KMeansOptions
            {
                Clusters = count,
                Restarts = _options.Restarts,
                Threads = pool.Threads,
            },
            rng,
            cancellation
        );
        var points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        int[] chosen = new int[budget];
        bool[] taken = [.. Enumerable.Range(0, pool.Count).Select(pool.IsLabelled)];
        float[] centre = new float[pool.Dimensions],
            squares = new float[pool.Count];
        int[] order = Order(clusters.Labels, count, pool);
        for (int k = 0; k < budget; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int d = 0; d < centre.Length; d++)
                centre[d] = (float)clusters.Centers[(order[k] * centre.Length) + d];
            points.SquaredDistances(centre, 0, squares);
            chosen[k] = Nearest(squares, taken);
            taken[chosen[k]] = true;
            progress?.Report((k + 1.0) / budget);
        }
        return SelectionResult.Of(chosen) with { Clusters = clusters.Labels };
    }

    /// <summary>The clusters with the fewest labelled images first, and of these the largest.</summary>
    private static int[] Order(int[] labels, int clusters, SelectionPool pool)
    {
        int[] sizes = new int[clusters],
            labelled = new int[clusters];
        foreach (int label in labels)
            sizes[label]++;
        foreach (int index in pool.Labelled)
            labelled[labels[index]]++;
        return [.. Enumerable.Range(0, clusters).OrderBy(c => labelled[c]).ThenByDescending(c => sizes[c])];
    }

    private static int Nearest(float[] squares, bool[] taken)
    {
        int nearest = -1;
        for (int i = 0; i < squares.Length; i++)
            if (!taken[i] && (nearest < 0 || squares[i] < squares[nearest]))
                nearest = i;
        return nearest;
    }
}

/// <summary>Options of <see cref="TypiClust"/>, with the defaults of the paper.</summary>
public sealed record TypiClustOptions
{
    /// <summary>
    /// Number of nearest neighbours within the cluster that define an image's typicality; default 20.
    /// </summary>
    public int Neighbours { get; init; } = 20;

    /// <summary>Maximum number of clusters, whatever the budget; default 500.</summary>
    public int Clusters { get; init; } = 500;

    /// <summary>Clusters with at most this many images are skipped; default 5.</summary>
    public int MinClusterSize { get; init; } = 5;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (Neighbours < 1)
            throw new ArgumentException($"neighbours is {Neighbours}; it must be 1 or more.");
        if (Clusters < 1)
            throw new ArgumentException($"clusters is {Clusters}; it must be 1 or more.");
        if (MinClusterSize < 0)
            throw new ArgumentException($"min-cluster-size is {MinClusterSize}; it must be 0 or more.");
    }
}

/// <summary>
/// TypiClust: forms as many k-means clusters as there are labelled images and images to choose. Chooses from each
/// cluster without a labelled image the most typical one, with the lowest mean distance to its nearest neighbours.
/// </summary>
/// <remarks>
/// Hacohen, Dekel and Weinshall 2022, "Active learning on a budget: opposite strategies suit high and low budgets",
/// TPCRP. Typicality is the reciprocal of the mean distance to the 20 nearest neighbours within the cluster, or to half
/// the cluster if that is fewer. Larger clusters come first; clusters of at most 5 images are skipped. If the budget
/// exceeds the number of clusters, each cluster contributes several images.
/// </remarks>
public sealed class TypiClust(TypiClustOptions? options = null) : ISelectionStrategy
{
    private readonly TypiClustOptions _options = options ?? new TypiClustOptions();

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
        int count = Math.Min(pool.Labelled.Count + budget, _options.Clusters);
        int[] labels = KMeans
            .Fit(
                pool.Codes.Span,
                pool.Dimensions,
                new KMeansOptions
                {
                    Clusters = count,
                    Restarts = 1,
                    Threads = pool.Threads,
                },
                rng.Fork("clusters"),
                cancellation
            )
            .Labels;
        var members = ClusterMembers.LargestFirst(labels, count);
        // If no cluster is large enough, small clusters are used.
        var large = members.FindAll(cluster => cluster.Count > _options.MinClusterSize);
        large = ClusterMembers.UnlabelledFirst(large.Count == 0 ? members : large, pool);
        var typicality = new Typicality(pool, _options.Neighbours);
        var chosen = new List<int>(budget);
        while (chosen.Count < budget && large.Count > 0)
        {
            for (int k = 0; k < large.Count && chosen.Count < budget; k++)
            {
                int most = typicality.MostTypical(large[k], cancellation);
                chosen.Add(large[k][most]);
                large[k].RemoveAt(most);
                progress?.Report((double)chosen.Count / budget);
            }
            large.RemoveAll(cluster => cluster.Count == 0);
        }
        return SelectionResult.Of(chosen.ToArray()) with { Clusters = labels };
    }
}

/// <summary>Typicality of images within their cluster.</summary>
/// <param name="pool">All codes.</param>
/// <param name="neighbours">Number of neighbours to average over, at most half the cluster.</param>
internal sealed class Typicality(SelectionPool pool, int neighbours)
{
    private readonly Partition _partition = new(pool.Threads);

    /// <summary>
    /// The position in <paramref name="members"/> of the image with the lowest mean distance to its nearest neighbours.
    /// Ties go to the first.
    /// </summary>
    public int MostTypical(IReadOnlyList<int> members, CancellationToken cancellation)
    {
        float[] codes = pool.Rows(members);
        var points = new PointColumns(codes, pool.Dimensions);
        int count = Math.Min(neighbours, members.Count / 2);
        if (count == 0)
            return 0;
        double[] means = new double[members.Count];
        _partition.Run(
            members.Count,
            (first, last) =>
            {
                float[] squares = new float[members.Count],
                    nearest = new float[count];
                for (int k = first; k < last; k++)
                {
                    points.SquaredDistances(codes.AsSpan(k * pool.Dimensions, pool.Dimensions), 0, squares);
                    squares[k] = float.PositiveInfinity;
                    means[k] = MeanOfNearest(squares, nearest);
                }
            },
            pieceSize: 32,
            cancellation
        );
        int best = 0;
        for (int k = 1; k < means.Length; k++)
            if (means[k] < means[best])
                best = k;
        return best;
    }

    /// <summary>
    /// Mean of the square roots of the smallest values, which are kept in ascending order during one pass.
    /// </summary>
    private static double MeanOfNearest(float[] squares, float[] nearest)
    {
        Array.Fill(nearest, float.PositiveInfinity);
        foreach (float square in squares)
        {
            if (!(square < nearest[^1]))
                continue;
            int place = nearest.Length - 1;
            for (; place > 0 && nearest[place - 1] > square; place--)
                nearest[place] = nearest[place - 1];
            nearest[place] = square;
        }
        double sum = 0;
        foreach (float square in nearest)
            sum += Math.Sqrt(square);
        return sum / nearest.Length;
    }
}

/// <summary>Groups images by cluster.</summary>
internal static class ClusterMembers
{
    /// <summary>
    /// The non-empty clusters, largest first; of equally large ones, the one with the lowest image index first. The
    /// images of each are in ascending order.
    /// </summary>
    /// <param name="labels">The cluster of each image, from 0; negative for images without a cluster.</param>
    /// <param name="clusters">Upper limit of the number of clusters.</param>
    public static List<List<int>> LargestFirst(ReadOnlySpan<int> labels, int clusters)
    {
        var members = new List<List<int>>(clusters);
        for (int cluster = 0; cluster < clusters; cluster++)
            members.Add([]);
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] >= 0)
                members[labels[i]].Add(i);
        members.RemoveAll(cluster => cluster.Count == 0);
        members.Sort((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a[0].CompareTo(b[0]));
        return members;
    }

    /// <summary>
    /// The clusters without their labelled images, those with the fewest of them first and otherwise in the same order.
    /// Clusters of nothing else are left out.
    /// </summary>
    public static List<List<int>> UnlabelledFirst(List<List<int>> clusters, SelectionPool pool) =>
        [
            .. clusters
                .OrderBy(cluster => cluster.Count(pool.IsLabelled))
                .Select(cluster => cluster.FindAll(i => !pool.IsLabelled(i)))
                .Where(cluster => cluster.Count > 0),
        ];

    /// <summary>
    /// Parts a cluster by k-means until no part has more than <paramref name="most"/> images. The images of each part
    /// are in ascending order.
    /// </summary>
    public static IEnumerable<List<int>> Parts(
        SelectionPool pool,
        List<int> cluster,
        int most,
        Rng rng,
        CancellationToken cancellation
    )
    {
        if (cluster.Count <= most)
            return [cluster];
        int[] labels = KMeans
            .Fit(
                pool.Rows(cluster),
                pool.Dimensions,
                new KMeansOptions
                {
                    Clusters = (cluster.Count + most - 1) / most,
                    Restarts = 1,
                    Threads = pool.Threads,
                },
                rng,
                cancellation
            )
            .Labels;
        // k-means does not part equal codes, so they are halved.
        if (labels.AsSpan().IndexOfAnyExcept(labels[0]) < 0)
            for (int i = 0; i < labels.Length; i++)
                labels[i] = 2 * i / labels.Length;
        return LargestFirst(labels, labels.Max() + 1)
            .SelectMany(
                (part, index) =>
                    Parts(pool, [.. part.Select(i => cluster[i])], most, rng.Fork((ulong)index), cancellation)
            );
    }
}
