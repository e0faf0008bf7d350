namespace Elbo.Visualization;

/// <summary>Regularly spaced codes of a two-dimensional latent space, in the order in which <see cref="ManifoldFigure"/> takes their images.</summary>
public static class ManifoldGrid
{
    /// <summary>Codes (rows·columns, 2) over the square ±<paramref name="range"/>, ends included.</summary>
    /// <param name="columns">Steps along z₁, which grows fastest.</param>
    /// <param name="rows">Steps along z₂; the first row is the lowest.</param>
    /// <param name="range">Largest coordinate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the range is not positive.</exception>
    public static float[] Codes(int columns, int rows, float range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
        var codes = new float[rows * columns * 2];
        for (int j = 0; j < rows; j++)
            for (int i = 0; i < columns; i++)
            {
                codes[2 * ((j * columns) + i)] = Coordinate(i, columns, range);
                codes[(2 * ((j * columns) + i)) + 1] = Coordinate(j, rows, range);
            }
        return codes;
    }

    /// <summary>Distance between neighbouring codes along a side of <paramref name="count"/>; the whole square for a single one.</summary>
    internal static double Step(int count, double range) => 2 * range / Math.Max(1, count - 1);

    private static float Coordinate(int index, int count, float range) => count == 1 ? 0 : (float)(-range + (index * Step(count, range)));
}
