using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A convex hull around the points of each class, in the class's colour.</summary>
public sealed class HullSeries : ISeries
{
    private const double FillOpacity = 0.04;
    private const double LineWidth = 0.9;

    private readonly (int Class, Point[] Corners)[] _hulls;

    /// <summary>Hulls of classes.</summary>
    /// <param name="points">In data coordinates.</param>
    /// <param name="classes">One class for each point; those below 0, without a class, are in no hull.</param>
    /// <exception cref="ArgumentException">The classes do not match the points.</exception>
    public HullSeries(ReadOnlySpan<Point> points, ReadOnlySpan<int> classes)
    {
        if (classes.Length != points.Length)
            throw new ArgumentException(
                $"{classes.Length} classes came with {points.Length} points; each point needs one.",
                nameof(classes)
            );
        var members = new SortedDictionary<int, List<Point>>();
        for (int i = 0; i < points.Length; i++)
        {
            if (classes[i] < 0)
                continue;
            if (!members.TryGetValue(classes[i], out var list))
                members[classes[i]] = list = [];
            list.Add(points[i]);
        }
        _hulls = [.. members.Select(group => (group.Key, ConvexHull.Of([.. group.Value])))];
    }

    /// <inheritdoc/>
    public DataBounds Bounds =>
        _hulls.SelectMany(hull => hull.Corners).Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => [];

    /// <inheritdoc/>
    public void Draw(ICanvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        foreach (var (index, corners) in _hulls)
        {
            if (corners.Length < 2)
                continue;
            var color = Palette.ClassColor(index);
            canvas.Polygon(
                [.. corners.Select(scale.Map)],
                color.WithOpacity(FillOpacity),
                new Stroke(color, LineWidth)
            );
        }
    }
}
