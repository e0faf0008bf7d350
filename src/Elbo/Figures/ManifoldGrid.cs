using MathNet.Numerics.Distributions;

namespace Elbo.Figures;

/// <summary>
/// Regularly spaced codes in a two-dimensional latent space, in the order that <see cref="ManifoldFigure"/> expects.
/// </summary>
public static class ManifoldGrid
{
    /// <summary>Codes (rows·columns, 2) over the square ±<paramref name="range"/>, limits included.</summary>
    /// <param name="columns">Steps along z₁, which varies fastest.</param>
    /// <param name="rows">Steps along z₂. The first row is the lowest.</param>
    /// <param name="range">The largest coordinate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the range is not positive.</exception>
    public static float[] Codes(int columns, int rows, float range)
    {
        Require.Positive(range);
        return Product(columns, rows, (index, count) => Coordinate(index, count, range));
    }

    /// <summary>
    /// Codes (rows·columns, 2) at the quantiles (i + ½) / count of the prior N(0, 1) in both directions. Each code
    /// represents an equal fraction of the prior.
    /// </summary>
    /// <remarks>Kingma and Welling 2014, appendix A, figure 4.</remarks>
    /// <param name="columns">Steps along z₁, which varies fastest.</param>
    /// <param name="rows">Steps along z₂. The first row is the lowest.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public static float[] QuantileCodes(int columns, int rows) =>
        Product(columns, rows, (index, count) => (float)Quantile(index, count));

    /// <summary>The quantile of the prior N(0, 1) at which image <paramref name="index"/> of a side lies.</summary>
    internal static double Quantile(int index, int count) => Normal.InvCDF(0, 1, (index + 0.5) / count);

    /// <summary>
    /// The cumulative distribution function of the prior N(0, 1) at <paramref name="coordinate"/>, in [0, 1].
    /// </summary>
    internal static double PriorShare(double coordinate) => Normal.CDF(0, 1, coordinate);

    /// <summary>
    /// The distance between neighbouring codes along a side of <paramref name="count"/> codes; for a single code, the
    /// side of the square.
    /// </summary>
    internal static double Step(int count, double range) => 2 * range / Math.Max(1, count - 1);

    private static float[] Product(int columns, int rows, Func<int, int, float> coordinate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Array.MaxLength / 2 / columns);
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
