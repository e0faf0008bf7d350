using Elbo.Data;
using Elbo.Figures.Plotting;
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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
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
        Product(columns, rows, (index, count) => (float)Normal.InvCDF(0, 1, (index + 0.5) / count));

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

/// <summary>
/// A figure of the learned manifold: images decoded from a regular grid of codes, each drawn at its code.
/// </summary>
/// <remarks>
/// Oriented like a scatter plot of codes: z₁ points to the right and z₂ upwards. Each image is centred on its code.
/// </remarks>
public static class ManifoldFigure
{
    private const double Side = 440;

    /// <summary>The fraction by which images fade to white under codes.</summary>
    private const double Fading = 0.65;

    private static readonly double[] QuantileTicks = [-2, -1, -0.5, 0, 0.5, 1, 2];

    /// <summary>Creates the figure from decoded images.</summary>
    /// <param name="images">
    /// Intensities in [0, 1], (rows·columns, C, H, W), in the order of <see cref="ManifoldGrid.Codes"/>: image
    /// j·columns + i is in column i from the left and row j from <b>below</b>.
    /// </param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="columns">Number of images along z₁.</param>
    /// <param name="rows">Number of images along z₂.</param>
    /// <param name="range">The largest coordinate of the codes.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="codes">Points to draw over the images, which are then faded; null for none.</param>
    /// <param name="legendTitle">Word for the classes of these points, such as <c>digit</c>.</param>
    /// <exception cref="ArgumentException">The number of values does not match rows, columns and shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not positive.</exception>
    public static Plot Create(
        ReadOnlySpan<float> images,
        ImageShape shape,
        int columns,
        int rows,
        double range,
        string title = "Learned manifold",
        ScatterSeries? codes = null,
        string legendTitle = ""
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
        double halfX = range + (columns > 1 ? ManifoldGrid.Step(columns, range) / 2 : 0);
        double halfY = range + (rows > 1 ? ManifoldGrid.Step(rows, range) / 2 : 0);
        return Assemble(
            Compose(images, shape, columns, rows),
            new DataBounds(-halfX, halfX, -halfY, halfY),
            title,
            new Axis { Label = "z₁" },
            new Axis { Label = "z₂" },
            codes,
            legendTitle
        );
    }

    /// <summary>
    /// Creates the figure from images decoded at the prior's quantiles. Its axes are linear in the prior's probability.
    /// </summary>
    /// <param name="images">
    /// Images as for the other overload, in the order of <see cref="ManifoldGrid.QuantileCodes"/>.
    /// </param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="columns">Number of images along z₁.</param>
    /// <param name="rows">Number of images along z₂.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="codes">Points to draw over the images, in latent coordinates; null for none.</param>
    /// <param name="legendTitle">Word for the classes of these points, such as <c>digit</c>.</param>
    /// <exception cref="ArgumentException">The number of values does not match rows, columns and shape.</exception>
    public static Plot CreateQuantiles(
        ReadOnlySpan<float> images,
        ImageShape shape,
        int columns,
        int rows,
        string title = "Learned manifold at the prior's quantiles",
        ScatterSeries? codes = null,
        string legendTitle = ""
    )
    {
        Tick[] ticks =
        [
            .. QuantileTicks.Select(z => new Tick(ManifoldGrid.PriorShare(z), z.ToString("0.#").Replace('-', '−'))),
        ];
        var moved = codes?.Moved(p => new(ManifoldGrid.PriorShare(p.X), ManifoldGrid.PriorShare(p.Y)));
        return Assemble(
            Compose(images, shape, columns, rows),
            new DataBounds(0, 1, 0, 1),
            title,
            new Axis { Label = "z₁", Ticks = ticks },
            new Axis { Label = "z₂", Ticks = ticks },
            moved,
            legendTitle
        );
    }

    /// <summary>
    /// Creates the image without axes, in the orientation of the figure: the last row of codes is at the top.
    /// </summary>
    /// <exception cref="ArgumentException">The number of values does not match rows, columns and shape.</exception>
    public static Bitmap Compose(ReadOnlySpan<float> images, ImageShape shape, int columns, int rows)
    {
        if (images.Length != (long)rows * columns * shape.PixelCount)
            throw new ArgumentException(
                $"got {images.Length} values; {rows}×{columns} images of {shape} need "
                    + $"{(long)rows * columns * shape.PixelCount}.",
                nameof(images)
            );
        int rowLength = columns * shape.PixelCount;
        var fromTop = new float[images.Length];
        for (int j = 0; j < rows; j++)
            images.Slice(j * rowLength, rowLength).CopyTo(fromTop.AsSpan((rows - 1 - j) * rowLength));
        return ImageGrid.Compose(fromTop, shape, rows, columns);
    }

    private static Plot Assemble(
        Bitmap picture,
        DataBounds extent,
        string title,
        Axis x,
        Axis y,
        ScatterSeries? codes,
        string legendTitle
    )
    {
        var plot = new Plot
        {
            Title = title,
            XAxis = x with { Minimum = extent.XMin, Maximum = extent.XMax, Grid = false },
            YAxis = y with { Minimum = extent.YMin, Maximum = extent.YMax, Grid = false },
            LegendTitle = legendTitle,
            Series = codes is null
                ? [new ImageSeries(picture, extent)]
                : [new ImageSeries(Fade(picture), extent), codes],
        };
        double scale = PointsPerPixel(Math.Max(picture.Width, picture.Height));
        return plot.WithArea(picture.Width * scale, picture.Height * scale);
    }

    private static Bitmap Fade(Bitmap picture)
    {
        var pale = new Bitmap(picture.Width, picture.Height, picture.Channels);
        for (int i = 0; i < pale.Pixels.Length; i++)
            pale.Pixels[i] = (byte)(255 - ((255 - picture.Pixels[i]) * (1 - Fading)));
        return pale;
    }

    // Whole multiples of half a point: at two pixels per point, every image pixel then has the same size.
    private static double PointsPerPixel(int pixels) => Math.Max(1, Math.Round(2 * Side / pixels)) / 2;
}
