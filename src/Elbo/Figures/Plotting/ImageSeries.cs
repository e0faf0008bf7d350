using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>An image stretched over an extent of the data: its left column at XMin, its top row at YMax.</summary>
public sealed class ImageSeries(Bitmap image, DataBounds extent) : ISeries
{
    /// <inheritdoc/>
    public DataBounds Bounds => extent;

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => [];

    /// <inheritdoc/>
    public void Draw(ICanvas canvas, PlotScale scale)
    {
        double left = scale.X(extent.XMin),
            top = scale.Y(extent.YMax);
        canvas.Image(image, new Box(left, top, scale.X(extent.XMax) - left, scale.Y(extent.YMin) - top));
    }
}
