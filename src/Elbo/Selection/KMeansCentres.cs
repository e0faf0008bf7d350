using Elbo.Clustering;
using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// As many k-means clusters as images are to be chosen, and of each the image nearest to its centre, the largest
/// cluster first.
/// </summary>
/// <remarks>
/// Nguyen and Smeulders 2004, "Active learning using pre-clustering", choose representatives so; k-means++ by Arthur
/// and Vassilvitskii 2007.
/// </remarks>
public sealed class KMeansCentres(KMeansCentresOptions? options = null) : ISelectionStrategy
{
    private readonly KMeansCentresOptions _options = options ?? new KMeansCentresOptions();

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
        var clusters = KMeans.Fit(
            pool.Codes.Span,
            pool.Dimensions,
            new KMeansOptions
            {
                Clusters = budget,
                Restarts = _options.Restarts,
                Threads = pool.Threads,
            },
            rng,
            cancellation
        );
        var points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        int[] chosen = new int[budget];
        bool[] taken = new bool[pool.Count];
        float[] centre = new float[pool.Dimensions],
            squares = new float[pool.Count];
        int[] order = LargestFirst(clusters.Labels, budget);
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

    private static int[] LargestFirst(int[] labels, int clusters)
    {
        int[] sizes = new int[clusters];
        foreach (int label in labels)
            sizes[label]++;
        return [.. Enumerable.Range(0, clusters).OrderByDescending(cluster => sizes[cluster])];
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
