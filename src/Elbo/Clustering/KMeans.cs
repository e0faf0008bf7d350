using System.Numerics.Tensors;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>How <see cref="KMeans"/> looks for clusters.</summary>
/// <remarks>Defaults are those of scikit-learn's KMeans, which until 1.4 also tried 10 times.</remarks>
public sealed record KMeansOptions
{
    /// <summary>How many clusters, from 1 to the number of points; default 10.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>How often it begins anew; the result of the least inertia is kept. Default 10.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>Steps of each attempt at most; default 300.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// An attempt ends when centres move less than this share of the points' spread in a step; 0 goes on until no point
    /// changes its cluster. Default 1e-4.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option for so many points.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate(int points)
    {
        if (Clusters < 1 || Clusters > points)
            throw new ArgumentException(
                $"{Clusters} clusters of {points} points were asked for; it must be from 1 to the number of points."
            );
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
        if (MaxIterations < 1)
            throw new ArgumentException($"{MaxIterations} iterations of k-means were asked for; it must be 1 or more.");
        if (!(Tolerance >= 0 && double.IsFinite(Tolerance)))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be 0 or more.");
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}

/// <summary>What <see cref="KMeans"/> found.</summary>
/// <param name="Centers">(K, dimensions), row by row.</param>
/// <param name="Labels">The cluster of each point, that of its nearest centre, from 0.</param>
/// <param name="Inertia">The sum of squared distances of points from their centres.</param>
/// <param name="Iterations">Steps of the attempt that was kept.</param>
public sealed record KMeansResult(double[] Centers, int[] Labels, double Inertia, int Iterations);

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

/// <summary>First centres for k-means.</summary>
internal static class CenterSeeding
{
    private const int PieceSize = 8 * ColumnBlock.Capacity;

    /// <summary>
    /// Points chosen one after the other, each with a probability proportional to its squared distance from the centres
    /// there are.
    /// </summary>
    /// <remarks>
    /// k-means++, Arthur and Vassilvitskii 2007; each time the best of 2 + ⌊log K⌋ candidates is kept, as their section
    /// 6 and scikit-learn do. When all points lie on centres, the rest are chosen uniformly.
    /// </remarks>
    /// <returns>(K, dimensions), row by row.</returns>
    public static double[] PlusPlus(
        float[] points,
        int dimensions,
        int clusters,
        Rng rng,
        Partition partition,
        CancellationToken cancellation
    )
    {
        int count = points.Length / dimensions,
            trials = 2 + (int)Math.Log(clusters);
        double[] centers = new double[clusters * dimensions],
            nearest = new double[count];
        Array.Fill(nearest, double.PositiveInfinity);
        int[] candidates = [rng.Next(count)];
        for (int chosen = 0; chosen < clusters; chosen++)
        {
            var (best, distances) = Best(points, dimensions, candidates, nearest, partition, cancellation);
            nearest = distances;
            for (int d = 0; d < dimensions; d++)
                centers[(chosen * dimensions) + d] = points[(candidates[best] * dimensions) + d];
            candidates = Draw(nearest, trials, rng);
        }
        return centers;
    }

    /// <summary>The candidate that leaves the least sum of squared distances, and the distances it leaves.</summary>
    private static (int Best, double[] Distances) Best(
        float[] points,
        int dimensions,
        int[] candidates,
        double[] nearest,
        Partition partition,
        CancellationToken cancellation
    )
    {
        double[][] centers =
        [
            .. candidates.Select(c =>
                points.AsSpan(c * dimensions, dimensions).ToArray().Select(v => (double)v).ToArray()
            ),
        ];
        double[][] distances = [.. candidates.Select(_ => new double[nearest.Length])];
        double[] sums = new double[(nearest.Length + PieceSize - 1) / PieceSize * candidates.Length];
        partition.Run(
            nearest.Length,
            (first, last) =>
            {
                using var block = new ColumnBlock(dimensions);
                for (int start = first; start < last; start += ColumnBlock.Capacity)
                {
                    int size = Math.Min(ColumnBlock.Capacity, last - start);
                    block.Load(points, start, size);
                    for (int c = 0; c < centers.Length; c++)
                    {
                        var row = distances[c].AsSpan(start, size);
                        block.SquaredDistances(centers[c], row);
                        TensorPrimitives.Min(row, nearest.AsSpan(start, size), row);
                        sums[(first / PieceSize * centers.Length) + c] += TensorPrimitives.Sum<double>(row);
                    }
                }
            },
            PieceSize,
            cancellation
        );
        double[] totals = new double[candidates.Length];
        for (int i = 0; i < sums.Length; i++)
            totals[i % totals.Length] += sums[i];
        int best = Array.IndexOf(totals, totals.Min());
        return (best, distances[best]);
    }

    private static int[] Draw(double[] weights, int draws, Rng rng)
    {
        double total = 0;
        foreach (double weight in weights)
            total += weight;
        int[] drawn = new int[draws];
        for (int t = 0; t < draws; t++)
        {
            double rest = (rng.NextUInt32() + 0.5) / (1L << 32) * total;
            int i = rng.Next(weights.Length);
            if (total > 0)
                for (i = 0; i < weights.Length - 1 && (rest -= weights[i]) > 0; i++) { }
            drawn[t] = i;
        }
        return drawn;
    }
}
