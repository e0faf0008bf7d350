using Elbo.Engine;

namespace Elbo.Clustering;

/// <summary>
/// Clusters around centres, such that the squared distances of points from their centres sum up to little.
/// </summary>
/// <remarks>
/// Lloyd 1982, from the centres of k-means++ (Arthur and Vassilvitskii 2007), the best of several attempts. The same
/// points, options and random numbers give the same bits on any number of threads. Where there are fewer distinct
/// points than clusters, some clusters stay empty.
/// </remarks>
public static class KMeans
{
    /// <summary>Finds clusters.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="options">How many, and how thoroughly.</param>
    /// <param name="rng">Where attempts begin.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">The points are not whole or not finite, or an option is out of
    /// range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KMeansResult Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        KMeansOptions options,
        Rng rng,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rng);
        PointTable.Check(points, dimensions, 1, "k-means");
        options.Validate(points.Length / dimensions);
        float[] rows = points.ToArray();
        var partition = new Partition(options.Threads);
        double tolerance = options.Tolerance * MeanVariance(rows, dimensions);
        KMeansResult? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            double[] centers = CenterSeeding.PlusPlus(
                rows,
                dimensions,
                options.Clusters,
                rng.Fork((ulong)restart),
                partition,
                cancellation
            );
            var result = new Lloyd(rows, dimensions, centers, partition).Run(
                options.MaxIterations,
                tolerance,
                cancellation
            );
            if (best is null || result.Inertia < best.Inertia)
                best = result;
        }
        return best!;
    }

    private static double MeanVariance(float[] points, int dimensions)
    {
        int count = points.Length / dimensions;
        double sum = 0;
        for (int d = 0; d < dimensions; d++)
        {
            double mean = 0,
                square = 0;
            for (int i = d; i < points.Length; i += dimensions)
                mean += points[i];
            mean /= count;
            for (int i = d; i < points.Length; i += dimensions)
                square += (points[i] - mean) * (points[i] - mean);
            sum += square / count;
        }
        return sum / dimensions;
    }
}
