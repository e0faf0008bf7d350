using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A scatter series, coloured by class if classes are known.</summary>
/// <remarks>Points are drawn in batches across all classes, so that the last class does not hide the others.</remarks>
public sealed class ScatterSeries : ISeries
{
    private const int Batches = 16;

    private readonly Point[] _points;
    private readonly int[] _classes;
    private readonly int[] _order;

    /// <summary>Creates a series of points with class indices.</summary>
    /// <param name="points">Points in data coordinates. Those that are not finite are ignored.</param>
    /// <param name="classes">One class index per point, −1 for none; empty if there are no classes.</param>
    /// <param name="classNames">Names of the classes. The legend lists all of them.</param>
    /// <exception cref="ArgumentException">The classes do not match the points or the names.</exception>
    public ScatterSeries(
        ReadOnlySpan<Point> points,
        ReadOnlySpan<int> classes = default,
        IReadOnlyList<string>? classNames = null
    )
    {
        ClassNames = classNames ?? [];
        Require.Entries(ClassNames, nameof(classNames));
        if (classes.Length != 0 && classes.Length != points.Length)
            throw new ArgumentException(
                $"got {classes.Length} classes with {points.Length} points; each point needs one, or none has any.",
                nameof(classes)
            );
        foreach (int c in classes)
        {
            if (c < -1 || c >= ClassNames.Count)
                throw new ArgumentException(
                    $"got class {c} with {ClassNames.Count} names; −1 to {ClassNames.Count - 1} have a meaning.",
                    nameof(classes)
                );
        }
        _points = points.ToArray();
        _classes = classes.ToArray();
        _order =
        [
            .. Enumerable
                .Range(0, _points.Length)
                .Where(i => double.IsFinite(_points[i].X) && double.IsFinite(_points[i].Y)),
        ];
        MarkerSize = Math.Clamp(9.5 * Math.Pow(Math.Max(_points.Length, 1), -0.155), 2, 5);
        Opacity = _points.Length > 500 ? 0.75 : 0.9;
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Name of points without a class in the legend, shown only if there are any.</summary>
    public string UnclassifiedName { get; init; } = "none";

    /// <summary>Diameter of a marker in points; by default smaller for more points.</summary>
    public double MarkerSize { get; init; }

    /// <summary>Opacity of a marker in [0, 1].</summary>
    public double Opacity { get; init; }

    /// <summary>Palette of the classes; default that of labels.</summary>
    public ColorScheme Colors { get; init; }

    /// <summary>Colour of points if there are no classes; null uses that of the first class.</summary>
    public Rgba? Color { get; init; }

    /// <inheritdoc/>
    public DataBounds Bounds => _points.Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend
    {
        get
        {
            var entries = ClassNames.Select(
                (name, c) => new LegendEntry(name, Palette.ClassColor(c, Colors), Palette.ClassMarker(c))
            );
            return Array.IndexOf(_classes, -1) < 0
                ? [.. entries]
                : [.. entries, new LegendEntry(UnclassifiedName, Palette.Unclassified, MarkerShape.Circle)];
        }
    }

    /// <summary>The same points mapped to other coordinates, for axes that are not in data units.</summary>
    internal ScatterSeries Moved(Func<Point, Point> map) =>
        new([.. _points.Select(map)], _classes, ClassNames)
        {
            UnclassifiedName = UnclassifiedName,
            MarkerSize = MarkerSize,
            Opacity = Opacity,
            Color = Color,
            Colors = Colors,
        };

    /// <inheritdoc/>
    public void Draw(Canvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        DrawBatches(canvas, scale, [.. _order.Where(i => Class(i) < 0)]);
        DrawBatches(canvas, scale, [.. _order.Where(i => Class(i) >= 0)]);
    }

    private int Class(int point) => _classes.Length == 0 ? 0 : _classes[point];

    private void DrawBatches(Canvas canvas, PlotScale scale, int[] points)
    {
        foreach (int[] batch in points.Chunk((points.Length / Batches) + 1))
        foreach (var group in batch.GroupBy(Class).OrderBy(g => g.Key))
            DrawClass(canvas, scale, group, group.Key);
    }

    private void DrawClass(Canvas canvas, PlotScale scale, IEnumerable<int> members, int index)
    {
        Point[] centers = [.. members.Select(i => scale.Map(_points[i]))];
        var color =
            index < 0 ? Palette.Unclassified
            : _classes.Length == 0 && Color is { } own ? own
            : Palette.ClassColor(index, Colors);
        canvas.Markers(
            centers,
            new Marker(
                index < 0 ? MarkerShape.Circle : Palette.ClassMarker(index),
                MarkerSize,
                color.WithOpacity(Opacity)
            )
        );
    }
}
