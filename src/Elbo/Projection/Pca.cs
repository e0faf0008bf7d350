using Elbo.Neighbours;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Elbo.Projection;

/// <summary>Principal component analysis: the directions of largest variance, in decreasing order.</summary>
/// <remarks>
/// Pearson 1901. Components are eigenvectors of the covariance matrix, in double precision. Their sign is chosen so
/// that the entry of largest magnitude is positive.
/// </remarks>
public sealed class Pca
{
    private readonly double[] _mean;

    private Pca(double[] mean, double[][] components, double[] explainedVarianceRatio) =>
        (_mean, Components, ExplainedVarianceRatio) = (mean, components, explainedVarianceRatio);

    /// <summary>Unit vectors, one entry per dimension of the points.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Components { get; }

    /// <summary>The fraction in [0, 1] of the total variance along each component; 0 if all points are equal.</summary>
    public IReadOnlyList<double> ExplainedVarianceRatio { get; }

    /// <summary>Computes the components of points.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="count">Number of components.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 2 points, the number of values is not a multiple of the dimensions, a value is not finite,
    /// or <paramref name="count"/> is not from 1 to the number of dimensions.
    /// </exception>
    public static Pca Fit(ReadOnlySpan<float> points, int dimensions, int count)
    {
        PointTable.Check(points, dimensions, 2, "a projection");
        if (count < 1 || count > dimensions)
            throw new ArgumentException(
                $"{count} components of points of {dimensions} dimensions were asked for; 1 to {dimensions} are there.",
                nameof(count)
            );
        double[] mean = PointMoments.Mean(points, dimensions);
        var covariance = DenseMatrix.OfArray(
            PointMoments.Covariance(points, dimensions, mean, (points.Length / dimensions) - 1)
        );
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

    /// <summary>
    /// Coordinates of points along the components, (N, components). The mean of the fitted points is the origin.
    /// </summary>
    /// <param name="points">Coordinates (N, dimensions), row-major.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, or a value is not finite.
    /// </exception>
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

    /// <summary>
    /// The point nearest to <paramref name="point"/> that has the given coordinates along the components: the inverse
    /// of <see cref="Project"/>, which keeps what the projection drops.
    /// </summary>
    /// <param name="point">Coordinates of a point, (dimensions).</param>
    /// <param name="coordinates">Coordinates along the components, (components).</param>
    internal float[] MoveTo(ReadOnlySpan<float> point, ReadOnlySpan<float> coordinates)
    {
        double[] moved = new double[_mean.Length];
        for (int d = 0; d < moved.Length; d++)
            moved[d] = point[d];
        for (int k = 0; k < Components.Count; k++)
        {
            double step = coordinates[k];
            for (int d = 0; d < moved.Length; d++)
                step -= (point[d] - _mean[d]) * Components[k][d];
            for (int d = 0; d < moved.Length; d++)
                moved[d] += step * Components[k][d];
        }
        return Array.ConvertAll(moved, value => (float)value);
    }

    private static double[] Oriented(double[] vector) =>
        vector.MaxBy(Math.Abs) < 0 ? [.. vector.Select(v => -v)] : vector;
}
