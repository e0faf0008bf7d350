using Elbo.Data;
using Elbo.Figures.Plotting;
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

/// <summary>
/// The learned manifold: images decoded from a regular grid of latent points, shown where those points lie.
/// </summary>
/// <remarks>
/// Oriented like a scatter of codes: z₁ grows to the right and z₂ upwards. Each image is centred on its code.
/// </remarks>
public static class ManifoldFigure
{
    private const double Side = 440;

    /// <summary>How far images go towards white where codes are drawn over them.</summary>
    private const double Fading = 0.65;

    private static readonly double[] QuantileTicks = [-2, -1, -0.5, 0, 0.5, 1, 2];

    /// <summary>The figure of already decoded images.</summary>
    /// <param name="images">Floats in [0, 1], (rows·columns, C, H, W), in the order of
    /// <see cref="ManifoldGrid.Codes"/>: image j·columns + i is at column i from the left and row j from
    /// <b>below</b>.</param>
    /// <param name="shape">Size of one image.</param>
    /// <param name="columns">Images along z₁.</param>
    /// <param name="rows">Images along z₂.</param>
    /// <param name="range">The codes' largest coordinate.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="codes">Points to draw over the images, which are then paler; null draws none.</param>
    /// <param name="legendTitle">What the classes of these points are, such as <c>digit</c>.</param>
    /// <exception cref="ArgumentException">The images are not rows·columns of that shape.</exception>
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
    /// The figure of images decoded at the prior's quantiles; its axes are as wide as what the prior gives there.
    /// </summary>
    /// <param name="images">As of the other figure, in the order of <see cref="ManifoldGrid.QuantileCodes"/>.</param>
    /// <param name="shape">Size of one image.</param>
    /// <param name="columns">Images along z₁.</param>
    /// <param name="rows">Images along z₂.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="codes">Points to draw over the images, in latent coordinates; null draws none.</param>
    /// <param name="legendTitle">What the classes of these points are, such as <c>digit</c>.</param>
    /// <exception cref="ArgumentException">The images are not rows·columns of that shape.</exception>
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

    /// <summary>The bare picture in the figure's orientation: the last row of codes at the top.</summary>
    /// <exception cref="ArgumentException">The images are not rows·columns of that shape.</exception>
    public static Bitmap Compose(ReadOnlySpan<float> images, ImageShape shape, int columns, int rows)
    {
        if (images.Length != (long)rows * columns * shape.PixelCount)
            throw new ArgumentException(
                $"{images.Length} values came; {rows}×{columns} images of {shape} need "
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

    // Whole half points: at two pixels a point every pixel of the picture is as large as every other.
    private static double PointsPerPixel(int pixels) => Math.Max(1, Math.Round(2 * Side / pixels)) / 2;
}
