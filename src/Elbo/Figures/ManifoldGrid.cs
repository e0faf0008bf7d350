using MathNet.Numerics.Distributions;

namespace Elbo.Figures;

/// <summary>
/// Regularly spaced codes of a two-dimensional latent space, in the order in which <see cref="ManifoldFigure"/> takes
/// their images.
/// </summary>
public static class ManifoldGrid
{
    /// <summary>Codes (rows·columns, 2) over the square ±<paramref name="range"/>, ends included.</summary>
    /// <param name="columns">Steps along z₁, which grows fastest.</param>
    /// <param name="rows">Steps along z₂; the first row is the lowest.</param>
    /// <param name="range">Largest coordinate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the range is not positive.</exception>
    public static float[] Codes(int columns, int rows, float range)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
        return Product(columns, rows, (index, count) => Coordinate(index, count, range));
    }

    /// <summary>
    /// Codes (rows·columns, 2) at the quantiles (i + ½) / count of the prior N(0, 1) in both directions: each stands
    /// for an equal share of what the prior gives.
    /// </summary>
    /// <remarks>Kingma and Welling 2014, appendix A: figure 4.</remarks>
    /// <param name="columns">Steps along z₁, which grows fastest.</param>
    /// <param name="rows">Steps along z₂; the first row is the lowest.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public static float[] QuantileCodes(int columns, int rows) =>
        Product(columns, rows, (index, count) => (float)Normal.InvCDF(0, 1, (index + 0.5) / count));

    /// <summary>The share of the prior N(0, 1) below <paramref name="coordinate"/>, in [0, 1].</summary>
    internal static double PriorShare(double coordinate) => Normal.CDF(0, 1, coordinate);

    /// <summary>
    /// Distance between neighbouring codes along a side of <paramref name="count"/>; the whole square for a single one.
    /// </summary>
    internal static double Step(int count, double range) => 2 * range / Math.Max(1, count - 1);

    private static float[] Product(int columns, int rows, Func<int, int, float> coordinate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var codes = new float[rows * columns * 2];
        for (int j = 0; j < rows; j++)
        for (int i = 0; i < columns; i++)
        {
            codes[2 * ((j * columns) + i)] = coordinate(i, columns);
            codes[(2 * ((j * columns) + i)) + 1] = coordinate(j, rows);
        }
        return codes;
    }

    private static float Coordinate(int index, int count, float range) =>
        count == 1 ? 0 : (float)(-range + (index * Step(count, range)));
}
