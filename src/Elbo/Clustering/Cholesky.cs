namespace Elbo.Clustering;

/// <summary>The factorisation A = L·Lᵀ of a small symmetric positive definite matrix, and the inverse of L.</summary>
internal static class Cholesky
{
    /// <summary>
    /// Replaces the lower triangle of <paramref name="matrix"/>, (size, size), by L, and clears the rest.
    /// </summary>
    /// <returns>
    /// False if the matrix is not positive definite within rounding; its contents are then of no use.
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
    /// Replaces the lower triangular <paramref name="factor"/>, (size, size), by its inverse, which is lower triangular
    /// too.
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
