using System.Numerics.Tensors;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>Options of <see cref="KMeans"/>.</summary>
/// <remarks>
/// Defaults are those of scikit-learn's KMeans, with the 10 restarts that were its default before version 1.4.
/// </remarks>
public sealed record KMeansOptions
{
    /// <summary>Number of clusters K, from 1 to the number of points; default 10.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>
    /// Number of runs with other initial centres. The result with the lowest inertia is kept. Default 10.
    /// </summary>
    public int Restarts { get; init; } = 10;

    /// <summary>Maximum number of iterations of a run; default 300.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// A run stops when the squared movement of the centres in an iteration is at most this fraction of the variance of
    /// the points; 0 continues until no point changes its cluster. Default 1e-4.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks the range of every option for this number of points.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
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

/// <summary>Result of <see cref="KMeans"/>.</summary>
/// <param name="Centers">Cluster centres (K, dimensions), row-major.</param>
/// <param name="Labels">Index of the nearest centre of each point, from 0.</param>
/// <param name="Inertia">Sum of squared distances of points from their centres.</param>
/// <param name="Iterations">Number of iterations of the best run.</param>
public sealed record KMeansResult(double[] Centers, int[] Labels, double Inertia, int Iterations);

/// <summary>
/// k-means clustering: finds centres that minimise the sum of squared distances of points from their nearest centre.
/// </summary>
/// <remarks>
/// Lloyd 1982, initialised by k-means++ (Arthur and Vassilvitskii 2007); the best of several runs. The same points,
/// options and random numbers give the same bits for any number of threads. If there are fewer distinct points than
/// clusters, some clusters stay empty.
/// </remarks>
public static class KMeans
{
    /// <summary>Clusters points.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="options">Number of clusters, restarts and stopping rule.</param>
    /// <param name="rng">Random numbers for the initial centres.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, or an option is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
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

/// <summary>Chooses initial centres for k-means.</summary>
internal static class CenterSeeding
{
    private const int PieceSize = 8 * ColumnBlock.Capacity;

    /// <summary>
    /// Chooses points one at a time, with probability proportional to the squared distance from the nearest centre
    /// already chosen.
    /// </summary>
    /// <remarks>
    /// k-means++, Arthur and Vassilvitskii 2007. Each time the best of 2 + ⌊log K⌋ candidates is kept, as in their
    /// section 6 and in scikit-learn. If all points lie on centres, the remaining centres are chosen uniformly.
    /// </remarks>
    /// <returns>Centres (K, dimensions), row-major.</returns>
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

    /// <summary>The candidate with the lowest resulting sum of squared distances, and those distances.</summary>
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
