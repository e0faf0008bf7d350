using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A point in three dimensions.</summary>
public readonly record struct SpacePoint(double X, double Y, double Z)
{
    /// <summary>Whether all coordinates are finite.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);

    /// <summary>The coordinate along axis 0, 1 or 2.</summary>
    public double this[int axis] =>
        axis switch
        {
            0 => X,
            1 => Y,
            2 => Z,
            _ => throw NoAxis(axis),
        };

    /// <summary>This point with another coordinate along an axis.</summary>
    public SpacePoint With(int axis, double value) =>
        axis switch
        {
            0 => this with { X = value },
            1 => this with { Y = value },
            2 => this with { Z = value },
            _ => throw NoAxis(axis),
        };

    private static ArgumentOutOfRangeException NoAxis(int axis) =>
        new(nameof(axis), $"axis is {axis}; it must be 0, 1 or 2.");
}

/// <summary>
/// A figure of points in three dimensions within a box of axes, in perspective, with equal scales on all axes.
/// </summary>
/// <remarks>Nearer points cover farther ones and are larger.</remarks>
public sealed class SpacePlot : IFigure
{
    private const int Slices = 48;
    private const double AxisRoom = 40;
    private const double EdgeRoom = 8;
    private const double SizePerNearness = 0.2;

    private readonly SpacePoint[] _points;
    private readonly int[] _classes;

    /// <summary>Creates a figure of points with class indices.</summary>
    /// <param name="points">Points in data coordinates. Those that are not finite are ignored.</param>
    /// <param name="classes">One class index per point, −1 for none; empty if there are no classes.</param>
    /// <param name="classNames">Names of the classes. The legend lists all of them.</param>
    /// <exception cref="ArgumentException">The classes do not match the points or the names.</exception>
    public SpacePlot(
        ReadOnlySpan<SpacePoint> points,
        ReadOnlySpan<int> classes = default,
        IReadOnlyList<string>? classNames = null
    )
    {
        // A two-dimensional scatter series provides the legend, the marker size and the checks of the classes.
        Flat = new ScatterSeries([.. points.ToArray().Select(p => new Point(p.X, p.Y))], classes, classNames);
        (_points, _classes) = (points.ToArray(), classes.ToArray());
    }

    /// <inheritdoc/>
    public double Width { get; init; } = 480;

    /// <inheritdoc/>
    public double Height { get; init; } = 420;

    /// <summary>Title above the plot; default none.</summary>
    public string Title { get; init; } = "";

    /// <summary>Labels of the three axes.</summary>
    public IReadOnlyList<string> AxisLabels { get; init; } = ["z₁", "z₂", "z₃"];

    /// <summary>Angle of view about the vertical axis, in degrees; default −60.</summary>
    public double Azimuth { get; init; } = -60;

    /// <summary>Angle of view above the horizon, −90 to 90 degrees; default 25.</summary>
    public double Elevation { get; init; } = 25;

    /// <summary>Name of points without a class in the legend, shown only if there are any.</summary>
    public string UnclassifiedName { get; init; } = "none";

    /// <summary>Title of the legend, such as <c>digit</c>; default none.</summary>
    public string LegendTitle { get; init; } = "";

    /// <summary>Minimum side of the box in data units; default 0, which fits the data.</summary>
    public double SmallestSide { get; init; }

    private ScatterSeries Flat { get; }

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        double top = PlotStyle.Margin + (Title.Length > 0 ? PlotStyle.Title.Size + PlotStyle.TitleGap : 0);
        IReadOnlyList<LegendEntry> entries =
        [
            .. Flat.Legend.Select(e => e.Color == Palette.Unclassified ? e with { Label = UnclassifiedName } : e),
        ];
        var legend = new LegendBlock(
            entries,
            LegendPlacement.Right,
            Height - top - PlotStyle.Margin,
            Width * 0.3,
            LegendTitle
        );
        double width = Width - (2 * PlotStyle.Margin) - (legend.IsEmpty ? 0 : legend.Width + PlotStyle.LegendGap),
            height = Height - top - PlotStyle.Margin;
        var camera = Camera.Fitting(
            Azimuth,
            Elevation,
            new Box(PlotStyle.Margin + AxisRoom, top + EdgeRoom, width - (2 * AxisRoom), height - AxisRoom - EdgeRoom)
        );
        var frame = SpaceFrame.Around(_points, SmallestSide, camera);
        frame.DrawGrid(canvas);
        frame.DrawAxes(canvas, AxisLabels);
        DrawPoints(canvas, frame);
        legend.Draw(canvas, new Point(Width - PlotStyle.Margin - legend.Width, top));
        if (Title.Length == 0)
            return;
        var (text, style) = TextFit.Fit(Title, PlotStyle.Title, Width - (2 * PlotStyle.Margin));
        canvas.Text(new Point(Width / 2, PlotStyle.Margin), text, style);
    }

    /// <summary>
    /// Draws points from back to front in slices, because a run of markers has one colour and one size.
    /// </summary>
    private void DrawPoints(Canvas canvas, SpaceFrame frame)
    {
        var shown = Enumerable
            .Range(0, _points.Length)
            .Where(i => _points[i].IsFinite)
            .Select(i => (Class: _classes.Length == 0 ? 0 : _classes[i], At: frame.Normalize(_points[i])))
            .Select(p => (p.Class, p.At, Nearness: frame.Camera.Nearness(p.At)))
            .OrderBy(p => p.Nearness)
            .ToArray();
        foreach (var slice in shown.Chunk((shown.Length / Slices) + 1))
        {
            double size = Flat.MarkerSize * (1 + (SizePerNearness * slice[slice.Length / 2].Nearness));
            foreach (var group in slice.GroupBy(p => p.Class).OrderBy(g => g.Key))
            {
                var (shape, color) =
                    group.Key < 0
                        ? (MarkerShape.Circle, Palette.Unclassified)
                        : (Palette.ClassMarker(group.Key), Palette.ClassColor(group.Key));
                canvas.Markers(
                    [.. group.Select(p => frame.Camera.Project(p.At))],
                    new Marker(shape, size, color.WithOpacity(Flat.Opacity))
                );
            }
        }
    }
}
