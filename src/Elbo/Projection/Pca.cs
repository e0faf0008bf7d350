using Elbo.Neighbours;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Elbo.Projection;

/// <summary>Principal components: the directions along which points vary most, in decreasing order.</summary>
/// <remarks>
/// Pearson 1901. Eigenvectors of the covariance matrix in double precision; of either sign, the one with a positive
/// largest entry.
/// </remarks>
public sealed class Pca
{
    private readonly double[] _mean;

    private Pca(double[] mean, double[][] components, double[] explainedVarianceRatio) =>
        (_mean, Components, ExplainedVarianceRatio) = (mean, components, explainedVarianceRatio);

    /// <summary>Unit vectors of as many entries as points have dimensions.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Components { get; }

    /// <summary>The share in [0, 1] of all variance that lies along each component; 0 where nothing varies.</summary>
    public IReadOnlyList<double> ExplainedVarianceRatio { get; }

    /// <summary>Finds the components of points.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="count">How many components.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 points, they are not whole or not finite, or more
    /// components than dimensions are asked for.</exception>
    public static Pca Fit(ReadOnlySpan<float> points, int dimensions, int count)
    {
        PointTable.Check(points, dimensions, 2, "a projection");
        if (count < 1 || count > dimensions)
            throw new ArgumentException(
                $"{count} components of points of {dimensions} dimensions were asked for; 1 to {dimensions} are there.",
                nameof(count)
            );
        double[] mean = Mean(points, dimensions);
        var covariance = DenseMatrix.OfArray(Covariance(points, dimensions, mean));
        var eigen = covariance.Evd(Symmetricity.Symmetric); // values in increasing order
        double total = covariance.Trace();
        double[][] components =
        [
            .. Enumerable.Range(1, count).Select(k => Oriented(eigen.EigenVectors.Column(dimensions - k).ToArray())),
        ];
        double[] ratios =
        [
            .. Enumerable
                .Range(1, count)
                .Select(k => total > 0 ? Math.Max(0, eigen.EigenValues[dimensions - k].Real) / total : 0),
        ];
        return new Pca(mean, components, ratios);
    }

    /// <summary>Coordinates of points along the components, (N, components), their mean at the origin.</summary>
    /// <param name="points">(N, dimensions) as they were fitted.</param>
    /// <exception cref="ArgumentException">The points are not whole or not finite.</exception>
    public float[] Project(ReadOnlySpan<float> points)
    {
        int dimensions = _mean.Length,
            count = Components.Count;
        PointTable.Check(points, dimensions, 0, "a projection");
        float[] result = new float[points.Length / dimensions * count];
        for (int i = 0; i < result.Length; i++)
        {
            var point = points.Slice(i / count * dimensions, dimensions);
            var component = Components[i % count];
            double sum = 0;
            for (int d = 0; d < dimensions; d++)
                sum += (point[d] - _mean[d]) * component[d];
            result[i] = (float)sum;
        }
        return result;
    }

    private static double[] Mean(ReadOnlySpan<float> points, int dimensions)
    {
        double[] mean = new double[dimensions];
        for (int i = 0; i < points.Length; i++)
            mean[i % dimensions] += points[i];
        for (int d = 0; d < dimensions; d++)
            mean[d] /= points.Length / dimensions;
        return mean;
    }

    private static double[,] Covariance(ReadOnlySpan<float> points, int dimensions, double[] mean)
    {
        double[,] sums = new double[dimensions, dimensions];
        double[] centred = new double[dimensions];
        for (int start = 0; start < points.Length; start += dimensions)
        {
            for (int d = 0; d < dimensions; d++)
                centred[d] = points[start + d] - mean[d];
            for (int a = 0; a < dimensions; a++)
            for (int b = 0; b <= a; b++)
                sums[a, b] += centred[a] * centred[b];
        }
        int degrees = (points.Length / dimensions) - 1;
        for (int a = 0; a < dimensions; a++)
        for (int b = 0; b <= a; b++)
            sums[a, b] = sums[b, a] = sums[a, b] / degrees;
        return sums;
    }

    private static double[] Oriented(double[] vector) =>
        vector.MaxBy(Math.Abs) < 0 ? [.. vector.Select(v => -v)] : vector;
}
