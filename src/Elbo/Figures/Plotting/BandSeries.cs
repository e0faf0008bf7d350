using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A band between two lines, such as the confidence interval of a mean.</summary>
/// <param name="lower">The lower edge, from left to right.</param>
/// <param name="upper">The upper edge, from left to right.</param>
/// <param name="color">Its colour; it is drawn pale, so that bands and lines over it can be seen.</param>
public sealed class BandSeries(IReadOnlyList<Point> lower, IReadOnlyList<Point> upper, Rgba color) : ISeries
{
    private const double Opacity = 0.16;

    /// <inheritdoc/>
    public DataBounds Bounds =>
        lower.Concat(upper).Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => [];

    /// <inheritdoc/>
    public void Draw(ICanvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        canvas.Polygon([.. lower.Select(scale.Map), .. upper.Reverse().Select(scale.Map)], color.WithOpacity(Opacity));
    }
}
