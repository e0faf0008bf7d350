using System.Globalization;
using Elbo.Data;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>
/// A figure of the learned manifold: images decoded from a regular grid of codes, each drawn at its code.
/// </summary>
/// <remarks>
/// Oriented like a scatter plot of codes: z₁ points to the right and z₂ upwards. Each image is centred on its code.
/// </remarks>
public static class ManifoldFigure
{
    private const double Side = 440;

    /// <summary>The shortest side, in points, beside which a tick label fits.</summary>
    private const double ShortestSide = 24;

    private const double PointsPerQuantileTick = 36;

    /// <summary>The fraction by which images fade to white under codes.</summary>
    private const double Fading = 0.65;

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
        Require.Positive(range);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(legendTitle);
        return Assemble(
            Compose(images, shape, columns, rows),
            title,
            Linear(AxisLabel(1), columns, range),
            Linear(AxisLabel(2), rows, range),
            codes,
            legendTitle
        );
    }

    /// <summary>Creates the figure of a plane through any two latent dimensions.</summary>
    /// <param name="images">
    /// Images (N, C, H, W) in row-major order from the <b>top</b> left. Cells beyond N stay empty.
    /// </param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="columns">Number of images along the first dimension.</param>
    /// <param name="rows">Number of images along the second dimension.</param>
    /// <param name="range">The largest coordinate of the codes.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="dimensions">The two dimensions, counted from 1.</param>
    internal static Plot CreatePlane(
        ReadOnlySpan<float> images,
        ImageShape shape,
        int columns,
        int rows,
        double range,
        string title,
        (int X, int Y) dimensions
    ) =>
        Assemble(
            ImageGrid.Compose(images, shape, rows, columns),
            title,
            Linear(AxisLabel(dimensions.X), columns, range),
            Linear(AxisLabel(dimensions.Y), rows, range)
        );

    /// <summary>Creates the figure of a line along one latent dimension: a row of images over one axis.</summary>
    /// <param name="images">Images (N, C, H, W) from left to right.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="range">The largest coordinate of the codes.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="dimension">The dimension, counted from 1.</param>
    internal static Plot CreateLine(
        ReadOnlySpan<float> images,
        ImageShape shape,
        double range,
        string title,
        int dimension
    )
    {
        int count = images.Length / shape.PixelCount;
        return Assemble(
            ImageGrid.Compose(images, shape, 1, count),
            title,
            Linear(AxisLabel(dimension), count, range),
            new Axis
            {
                Minimum = -1,
                Maximum = 1,
                Ticks = [],
            }
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
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(legendTitle);
        var picture = Compose(images, shape, columns, rows);
        double scale = PointsPerPixel(picture);
        var moved = codes?.Moved(p => new(ManifoldGrid.PriorShare(p.X), ManifoldGrid.PriorShare(p.Y)));
        return Assemble(
            picture,
            title,
            Quantiles(AxisLabel(1), columns, picture.Width * scale),
            Quantiles(AxisLabel(2), rows, picture.Height * scale),
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
        shape.Require();
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (images.Length != (Int128)rows * columns * shape.PixelCount)
            throw new ArgumentException(
                $"got {images.Length} values; {rows}×{columns} images of {shape} need "
                    + $"{(Int128)rows * columns * shape.PixelCount}.",
                nameof(images)
            );
        int rowLength = columns * shape.PixelCount;
        var fromTop = new float[images.Length];
        for (int j = 0; j < rows; j++)
            images.Slice(j * rowLength, rowLength).CopyTo(fromTop.AsSpan((rows - 1 - j) * rowLength));
        return ImageGrid.Compose(fromTop, shape, rows, columns);
    }

    /// <summary>The label of a latent dimension, counted from 1: <c>z₁₀</c>.</summary>
    private static string AxisLabel(int dimension) =>
        "z"
        + string.Concat(dimension.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('₀' + (digit - '0'))));

    /// <summary>An axis along a side of images, each centred on its code; a single one fills it.</summary>
    private static Axis Linear(string label, int count, double range)
    {
        double half = range + (count > 1 ? ManifoldGrid.Step(count, range) / 2 : 0);
        return new Axis
        {
            Label = label,
            Minimum = -half,
            Maximum = half,
        };
    }

    /// <summary>
    /// An axis of equal shares of the prior. Every tick is at an image and has its code, the quantile itself.
    /// </summary>
    private static Axis Quantiles(string label, int count, double length)
    {
        int step = Math.Max(1, (int)Math.Ceiling(count * PointsPerQuantileTick / length));
        int first = (count - 1) % step / 2;
        return new Axis
        {
            Label = label,
            Minimum = 0,
            Maximum = 1,
            Ticks =
            [
                .. Enumerable
                    .Range(0, ((count - 1 - first) / step) + 1)
                    .Select(i => first + (i * step))
                    .Select(i => new Tick(
                        (i + 0.5) / count,
                        ManifoldGrid.Quantile(i, count).ToString("0.##", CultureInfo.InvariantCulture).Replace('-', '−')
                    )),
            ],
        };
    }

    private static Plot Assemble(
        Bitmap picture,
        string title,
        Axis x,
        Axis y,
        ScatterSeries? codes = null,
        string legendTitle = ""
    )
    {
        var extent = new DataBounds(x.Minimum!.Value, x.Maximum!.Value, y.Minimum!.Value, y.Maximum!.Value);
        var plot = new Plot
        {
            Title = title,
            XAxis = x with { Grid = false },
            YAxis = y with { Grid = false },
            LegendTitle = legendTitle,
            Series = codes is null
                ? [new ImageSeries(picture, extent)]
                : [new ImageSeries(Fade(picture), extent), codes],
        };
        double scale = PointsPerPixel(picture);
        plot = plot.WithArea(picture.Width * scale, picture.Height * scale);
        // A narrow figure is widened for its title, with the images in the middle.
        double titled = Math.Min(Side, PlotStyle.Title.Measure(title) + (2 * PlotStyle.Margin));
        return plot.Width >= titled
            ? plot
            : plot with
            {
                Width = titled,
                AreaAspect = (double)picture.Width / picture.Height,
            };
    }

    private static Bitmap Fade(Bitmap picture)
    {
        var pale = new Bitmap(picture.Width, picture.Height, picture.Channels);
        for (int i = 0; i < pale.Pixels.Length; i++)
            pale.Pixels[i] = (byte)(255 - ((255 - picture.Pixels[i]) * (1 - Fading)));
        return pale;
    }

    // Whole multiples of half a point: at two pixels per point, every image pixel then has the same size.
    private static double PointsPerPixel(Bitmap picture)
    {
        double usual = Math.Round(2 * Side / Math.Max(picture.Width, picture.Height));
        double least = Math.Ceiling(2 * ShortestSide / Math.Min(picture.Width, picture.Height));
        return Math.Max(1, Math.Max(usual, least)) / 2;
    }
}
