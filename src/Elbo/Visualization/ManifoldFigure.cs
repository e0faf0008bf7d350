using Elbo.Data;
using Elbo.Visualization.Plotting;

namespace Elbo.Visualization;

/// <summary>The learned manifold: images decoded from a regular grid of latent points, shown where those points lie.</summary>
/// <remarks>Oriented like a scatter of codes: z₁ grows to the right and z₂ upwards. Each image is centred on its code.</remarks>
public static class ManifoldFigure
{
    private const double Side = 440;
    private const double RoomBeside = 72;

    /// <summary>The figure of already decoded images.</summary>
    /// <param name="images">
    /// Floats in [0, 1], (rows·columns, C, H, W), in the order of <see cref="ManifoldGrid.Codes"/>: image j·columns + i is at
    /// column i from the left and row j from <b>below</b>.
    /// </param>
    /// <param name="shape">Size of one image.</param>
    /// <param name="columns">Images along z₁.</param>
    /// <param name="rows">Images along z₂.</param>
    /// <param name="range">The codes' largest coordinate.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="ArgumentException">The images are not rows·columns of that shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not positive.</exception>
    public static Plot Create(ReadOnlySpan<float> images, ImageShape shape, int columns, int rows, double range, string title = "Learned manifold")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
        var picture = Compose(images, shape, columns, rows);
        double halfX = range + (columns > 1 ? ManifoldGrid.Step(columns, range) / 2 : 0);
        double halfY = range + (rows > 1 ? ManifoldGrid.Step(rows, range) / 2 : 0);
        var plot = new Plot
        {
            Title = title,
            XAxis = new Axis { Label = "z₁", Minimum = -halfX, Maximum = halfX, Grid = false },
            YAxis = new Axis { Label = "z₂", Minimum = -halfY, Maximum = halfY, Grid = false },
            AreaAspect = (double)picture.Width / picture.Height,
            Series = [new ImageSeries(picture, new DataBounds(-halfX, halfX, -halfY, halfY))],
        };
        double scale = PointsPerPixel(Math.Max(picture.Width, picture.Height));
        return plot with { Width = (picture.Width * scale) + RoomBeside, Height = (picture.Height * scale) + PlotLayout.RoomAbove(plot) + PlotLayout.RoomBelow(plot) };
    }

    /// <summary>The bare picture in the figure's orientation: the last row of codes at the top.</summary>
    /// <exception cref="ArgumentException">The images are not rows·columns of that shape.</exception>
    public static Bitmap Compose(ReadOnlySpan<float> images, ImageShape shape, int columns, int rows)
    {
        if (images.Length != (long)rows * columns * shape.PixelCount)
            throw new ArgumentException($"{images.Length} values came; {rows}×{columns} images of {shape} need {(long)rows * columns * shape.PixelCount}.", nameof(images));
        int rowLength = columns * shape.PixelCount;
        var fromTop = new float[images.Length];
        for (int j = 0; j < rows; j++) images.Slice(j * rowLength, rowLength).CopyTo(fromTop.AsSpan((rows - 1 - j) * rowLength));
        return ImageGrid.Compose(fromTop, shape, rows, columns);
    }

    // Whole half points: at two pixels a point every pixel of the picture is as large as every other.
    private static double PointsPerPixel(int pixels) => Math.Max(1, Math.Round(2 * Side / pixels)) / 2;
}
