using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A line through points, broken where a value is not finite.</summary>
/// <param name="name">Its legend; none if empty.</param>
/// <param name="points">In data coordinates, in the order of drawing.</param>
/// <param name="stroke">Pen.</param>
public sealed class LineSeries(string name, IReadOnlyList<Point> points, Stroke stroke) : ISeries
{
    private const double LonePointSize = 3;

    /// <inheritdoc/>
    public DataBounds Bounds => points.Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend =>
        name.Length == 0 ? [] : [new LegendEntry(name, stroke.Color, Line: stroke.Style)];

    /// <inheritdoc/>
    public void Draw(ICanvas canvas, PlotScale scale)
    {
        var run = new List<Point>();
        foreach (var p in points)
        {
            if (double.IsFinite(p.X) && double.IsFinite(p.Y))
            {
                run.Add(scale.Map(p));
                continue;
            }
            DrawRun(canvas, run);
            run.Clear();
        }
        DrawRun(canvas, run);
    }

    private void DrawRun(ICanvas canvas, List<Point> run)
    {
        if (run.Count == 1)
            canvas.Circle(run[0], LonePointSize / 2, stroke.Color);
        else if (run.Count > 1)
            canvas.Polyline([.. run], stroke);
    }
}
