using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A data series of a plot.</summary>
public interface ISeries
{
    /// <summary>Bounds of the data, for automatic limits.</summary>
    DataBounds Bounds { get; }

    /// <summary>Entries in the legend; may be empty.</summary>
    IReadOnlyList<LegendEntry> Legend { get; }

    /// <summary>Draws the data. The canvas is clipped to the plot area.</summary>
    void Draw(Canvas canvas, PlotScale scale);
}

/// <summary>A line through points, interrupted at values that are not finite.</summary>
/// <param name="name">Name in the legend; none if empty.</param>
/// <param name="points">Points in data coordinates, in drawing order.</param>
/// <param name="stroke">The pen.</param>
public sealed class LineSeries(string name, IReadOnlyList<Point> points, Stroke stroke) : ISeries
{
    private readonly string _name = name ?? throw new ArgumentNullException(nameof(name));
    private readonly IReadOnlyList<Point> _points = points ?? throw new ArgumentNullException(nameof(points));

    private const double LonePointSize = 3;

    /// <inheritdoc/>
    public DataBounds Bounds => _points.Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend =>
        _name.Length == 0 ? [] : [new LegendEntry(_name, stroke.Color, Line: stroke.Style)];

    /// <inheritdoc/>
    public void Draw(Canvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var run = new List<Point>();
        foreach (var p in _points)
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

    private void DrawRun(Canvas canvas, List<Point> run)
    {
        if (run.Count == 1)
            canvas.Circle(run[0], LonePointSize / 2, stroke.Color);
        else if (run.Count > 1)
            canvas.Polyline([.. run], stroke);
    }
}

/// <summary>A band between two lines, such as the confidence interval of a mean.</summary>
/// <param name="lower">The lower edge, from left to right.</param>
/// <param name="upper">The upper edge, from left to right.</param>
/// <param name="color">Colour of the band. It is drawn pale, so that other bands and lines stay visible.</param>
public sealed class BandSeries(IReadOnlyList<Point> lower, IReadOnlyList<Point> upper, Rgba color) : ISeries
{
    private const double Opacity = 0.16;

    private readonly IReadOnlyList<Point> _lower = lower ?? throw new ArgumentNullException(nameof(lower));
    private readonly IReadOnlyList<Point> _upper = upper ?? throw new ArgumentNullException(nameof(upper));

    /// <inheritdoc/>
    public DataBounds Bounds =>
        _lower.Concat(_upper).Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => [];

    /// <inheritdoc/>
    public void Draw(Canvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        canvas.Polygon(
            [.. _lower.Select(scale.Map), .. _upper.Reverse().Select(scale.Map)],
            color.WithOpacity(Opacity)
        );
    }
}

/// <summary>Vertical bars from zero at x = 0, 1, 2, …</summary>
/// <param name="name">Name in the legend; none if empty.</param>
/// <param name="values">Heights of the bars.</param>
/// <param name="color">Fill colour.</param>
/// <remarks>
/// For several series side by side, set <see cref="Offset"/> and a smaller <see cref="BarWidth"/> for each.
/// </remarks>
public sealed class BarSeries(string name, IReadOnlyList<double> values, Rgba color) : ISeries
{
    private readonly string _name = name ?? throw new ArgumentNullException(nameof(name));
    private readonly IReadOnlyList<double> _values = values ?? throw new ArgumentNullException(nameof(values));

    /// <summary>Width of a bar in data units; default 0.7.</summary>
    public double BarWidth { get; init; } = 0.7;

    /// <summary>Shift of every bar along x in data units; default 0.</summary>
    public double Offset { get; init; }

    /// <inheritdoc/>
    public DataBounds Bounds =>
        _values
            .Select((value, i) => (Value: value, X: i + Offset))
            .Aggregate(
                DataBounds.Empty,
                (b, bar) => b.Include(bar.X - (BarWidth / 2), 0).Include(bar.X + (BarWidth / 2), bar.Value)
            );

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => _name.Length == 0 ? [] : [new LegendEntry(_name, color)];

    /// <summary>Ticks that label the bars.</summary>
    public static IReadOnlyList<Tick> Categories(IReadOnlyList<string> names)
    {
        Require.Entries(names);
        return [.. names.Select((name, i) => new Tick(i, name))];
    }

    /// <inheritdoc/>
    public void Draw(Canvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        for (int i = 0; i < _values.Count; i++)
        {
            if (!double.IsFinite(_values[i]))
                continue;
            double left = scale.X(i + Offset - (BarWidth / 2)),
                right = scale.X(i + Offset + (BarWidth / 2));
            double top = scale.Y(Math.Max(_values[i], 0)),
                bottom = scale.Y(Math.Min(_values[i], 0));
            if (bottom > top)
                canvas.Rectangle(new Box(left, top, right - left, bottom - top), color);
        }
    }
}

/// <summary>An image stretched over a range of the data: its left edge at XMin, its top edge at YMax.</summary>
public sealed class ImageSeries(Bitmap image, DataBounds extent) : ISeries
{
    private readonly Bitmap _image = image ?? throw new ArgumentNullException(nameof(image));

    /// <inheritdoc/>
    public DataBounds Bounds => extent;

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => [];

    /// <inheritdoc/>
    public void Draw(Canvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        double left = scale.X(extent.XMin),
            top = scale.Y(extent.YMax);
        canvas.Image(_image, new Box(left, top, scale.X(extent.XMax) - left, scale.Y(extent.YMin) - top));
    }
}
