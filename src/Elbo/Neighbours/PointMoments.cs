namespace Elbo.Neighbours;

/// <summary>Mean and covariance of points, summed in double precision in the order of the points.</summary>
internal static class PointMoments
{
    /// <summary>The mean of each coordinate of points (N, <paramref name="dimensions"/>), row-major.</summary>
    public static double[] Mean(ReadOnlySpan<float> points, int dimensions)
    {
        double[] mean = new double[dimensions];
        for (int i = 0; i < points.Length; i++)
            mean[i % dimensions] += points[i];
        for (int d = 0; d < dimensions; d++)
            mean[d] /= points.Length / dimensions;
        return mean;
    }

    /// <summary>
    /// The covariance matrix of points: sums of products of deviations from <paramref name="mean"/>, divided by
    /// <paramref name="degrees"/>. N − 1 gives the unbiased estimate, N the covariance of the points themselves.
    /// </summary>
    public static double[,] Covariance(ReadOnlySpan<float> points, int dimensions, double[] mean, int degrees)
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
        for (int a = 0; a < dimensions; a++)
        for (int b = 0; b <= a; b++)
            sums[a, b] = sums[b, a] = sums[a, b] / degrees;
        return sums;
    }
}
