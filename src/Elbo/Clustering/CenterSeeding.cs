using System.Numerics.Tensors;
using Elbo.Engine;

namespace Elbo.Clustering;

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
