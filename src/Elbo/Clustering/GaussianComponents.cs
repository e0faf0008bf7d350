namespace Elbo.Clustering;

/// <summary>Weights, means and covariances of a mixture, with the factors used to evaluate its densities.</summary>
internal sealed class GaussianComponents
{
    public GaussianComponents(double[] weights, double[] means, double[] covariances)
    {
        (Weights, Means, Covariances) = (weights, means, covariances);
        Dimensions = means.Length / weights.Length;
        PrecisionFactors = [.. covariances];
        LogDeterminants = new double[Count];
        LogConstants = new double[Count];
        for (int k = 0; k < Count; k++)
        {
            var factor = PrecisionFactors.AsSpan(k * Dimensions * Dimensions, Dimensions * Dimensions);
            if (!Cholesky.TryFactor(factor, Dimensions))
                throw new InvalidOperationException($"The covariance of component {k} is not positive definite.");
            Cholesky.InvertLower(factor, Dimensions);
            for (int d = 0; d < Dimensions; d++)
                LogDeterminants[k] -= 2 * Math.Log(factor[(d * Dimensions) + d]);
            LogConstants[k] =
                Math.Log(weights[k]) - (0.5 * ((Dimensions * Math.Log(2 * Math.PI)) + LogDeterminants[k]));
        }
    }

    public int Count => Weights.Length;

    public int Dimensions { get; }

    public double[] Weights { get; }

    public double[] Means { get; }

    public double[] Covariances { get; }

    public double[] PrecisionFactors { get; }

    public double[] LogDeterminants { get; }

    /// <summary>log wₖ − ½ (d log 2π + log det Σₖ), the value of log wₖ N(x; μₖ, Σₖ) at the mean.</summary>
    public double[] LogConstants { get; }
}

/// <summary>
/// Cholesky factorisation A = L·Lᵀ of a small symmetric positive definite matrix, and the inverse of L.
/// </summary>
internal static class Cholesky
{
    /// <summary>
    /// Replaces the lower triangle of <paramref name="matrix"/>, (size, size), by L and clears the upper triangle.
    /// </summary>
    /// <returns>
    /// False if the matrix is not positive definite within rounding; its contents are then undefined.
    /// </returns>
    public static bool TryFactor(Span<double> matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[(i * size) + j];
                for (int k = 0; k < j; k++)
                    sum -= matrix[(i * size) + k] * matrix[(j * size) + k];
                if (j < i)
                    matrix[(i * size) + j] = sum / matrix[(j * size) + j];
                else if (sum > 0 && double.IsFinite(sum))
                    matrix[(i * size) + i] = Math.Sqrt(sum);
                else
                    return false;
            }
            matrix.Slice((i * size) + i + 1, size - i - 1).Clear();
        }
        return true;
    }

    /// <summary>
    /// Replaces the lower triangular <paramref name="factor"/>, (size, size), by its inverse, also lower triangular.
    /// </summary>
    public static void InvertLower(Span<double> factor, int size)
    {
        for (int column = 0; column < size; column++)
        {
            factor[(column * size) + column] = 1 / factor[(column * size) + column];
            for (int i = column + 1; i < size; i++)
            {
                double sum = 0;
                for (int k = column; k < i; k++)
                    sum -= factor[(i * size) + k] * factor[(k * size) + column];
                factor[(i * size) + column] = sum / factor[(i * size) + i];
            }
        }
    }
}
