using Elbo.Neighbours;

namespace Elbo.Projection;

/// <summary>
/// Joint probabilities p(i, j) of pairs of neighbouring points, as a sparse symmetric matrix with sum 1.
/// </summary>
/// <remarks>
/// van der Maaten 2014, section 3: Gaussian similarities to the 3·perplexity nearest neighbours, symmetrised. The width
/// of each point's Gaussian is chosen so that the entropy equals the logarithm of the perplexity. Neighbours are exact.
/// </remarks>
internal sealed class Affinities
{
    private const double EntropyTolerance = 1e-5;
    private const int MostSteps = 100;

    private Affinities(int[] starts, int[] columns, double[] values) =>
        (Starts, Columns, Values) = (starts, columns, values);

    /// <summary>Row i has entries Starts[i] to Starts[i + 1] − 1.</summary>
    public int[] Starts { get; }

    /// <summary>Column of each entry, increasing within a row.</summary>
    public int[] Columns { get; }

    /// <summary>Value p of each entry.</summary>
    public double[] Values { get; }

    /// <summary>Number of points.</summary>
    public int Count => Starts.Length - 1;

    public static Affinities Of(float[] points, int dimensions, double perplexity, Partition partition)
    {
        int count = points.Length / dimensions,
            near = Math.Min(count - 1, (int)(3 * perplexity));
        int[] neighbours = new int[count * near];
        double[] similarities = new double[count * near];
        var tree = new KdTree(points, dimensions);
        partition.Run(
            count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                {
                    tree.Nearest(
                        points.AsSpan(i * dimensions, dimensions),
                        i,
                        neighbours.AsSpan(i * near, near),
                        similarities.AsSpan(i * near, near)
                    );
                    DistancesToSimilarities(similarities.AsSpan(i * near, near), Math.Log(perplexity));
                }
            }
        );
        return Symmetric(neighbours, similarities, count, near);
    }

    /// <summary>
    /// Converts squared distances to p(j|i) = exp(−β·d²)/Σ, with β chosen to give the requested entropy.
    /// </summary>
    private static void DistancesToSimilarities(Span<double> row, double entropy)
    {
        Span<double> weights = row.Length <= 1024 ? stackalloc double[row.Length] : new double[row.Length];
        double nearest = double.PositiveInfinity;
        foreach (double d in row)
            nearest = Math.Min(nearest, d);
        double beta = 1,
            low = 0,
            high = double.PositiveInfinity;
        for (int step = 0; step < MostSteps; step++)
        {
            double sum = 0,
                weighted = 0;
            for (int k = 0; k < row.Length; k++)
            {
                weights[k] = Math.Exp(-beta * (row[k] - nearest));
                sum += weights[k];
                weighted += weights[k] * (row[k] - nearest);
            }
            for (int k = 0; k < row.Length; k++)
                weights[k] /= sum;
            double excess = Math.Log(sum) + (beta * weighted / sum) - entropy;
            if (Math.Abs(excess) < EntropyTolerance)
                break;
            if (excess > 0)
                (low, beta) = (beta, double.IsInfinity(high) ? beta * 2 : (beta + high) / 2);
            else
                (high, beta) = (beta, (beta + low) / 2);
        }
        weights.CopyTo(row);
    }

    /// <summary>
    /// p(i, j) = (p(j|i) + p(i|j)) / 2N. A neighbour in either direction gives an entry in both rows.
    /// </summary>
    private static Affinities Symmetric(int[] neighbours, double[] similarities, int count, int near)
    {
        int[] starts = new int[count + 1];
        for (int e = 0; e < neighbours.Length; e++)
        {
            starts[(e / near) + 1]++;
            starts[neighbours[e] + 1]++;
        }
        for (int i = 0; i < count; i++)
            starts[i + 1] += starts[i];
        int[] columns = new int[starts[count]],
            next = starts[..count];
        double[] values = new double[starts[count]];
        for (int e = 0; e < neighbours.Length; e++)
        {
            int i = e / near,
                j = neighbours[e];
            (columns[next[i]], values[next[i]++]) = (j, similarities[e] / (2 * count));
            (columns[next[j]], values[next[j]++]) = (i, similarities[e] / (2 * count));
        }
        int kept = 0,
            start = 0;
        for (int i = 0; i < count; i++)
        {
            int end = starts[i + 1];
            Array.Sort(columns, values, start, end - start);
            starts[i] = kept;
            for (int k = start; k < end; k++)
            {
                if (kept > starts[i] && columns[kept - 1] == columns[k])
                    values[kept - 1] += values[k];
                else
                    (columns[kept], values[kept++]) = (columns[k], values[k]);
            }
            start = end;
        }
        starts[count] = kept;
        return new Affinities(starts, columns[..kept], values[..kept]);
    }
}
