using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>
/// Draws a convex hull around the core of each class in the class's colour, if it separates the class from others.
/// </summary>
/// <remarks>
/// The core is the nine tenths of the points nearest to the median of the class, so that a single outlier does not
/// enlarge the hull. A hull in which more than a third of the points belong to other classes is omitted.
/// </remarks>
public sealed class HullSeries : ISeries
{
    private const double Core = 0.9;
    private const double LeastShare = 2.0 / 3;
    private const double FillOpacity = 0.03;
    private const double LineWidth = 0.6;

    private readonly List<(int Class, Point[] Corners)> _hulls = [];

    /// <summary>Creates the hulls of classes.</summary>
    /// <param name="points">Points in data coordinates.</param>
    /// <param name="classes">One class per point; points with a negative class are in no hull.</param>
    /// <exception cref="ArgumentException">The numbers of classes and points differ.</exception>
    public HullSeries(ReadOnlySpan<Point> points, ReadOnlySpan<int> classes)
    {
        if (classes.Length != points.Length)
            throw new ArgumentException(
                $"got {classes.Length} classes with {points.Length} points; each point needs one.",
                nameof(classes)
            );
        var members = new SortedDictionary<int, List<Point>>();
        for (int i = 0; i < points.Length; i++)
        {
            if (classes[i] < 0 || !double.IsFinite(points[i].X) || !double.IsFinite(points[i].Y))
                continue;
            if (!members.TryGetValue(classes[i], out var list))
                members[classes[i]] = list = [];
            list.Add(points[i]);
        }
        foreach (var (index, all) in members)
        {
            var corners = ConvexHull.Of(CoreOf(all));
            if (corners.Length > 2 && Separates(corners, index, points, classes))
                _hulls.Add((index, corners));
        }
    }

    /// <summary>Palette of the classes; default that of labels.</summary>
    public ColorScheme Colors { get; init; }

    /// <inheritdoc/>
    public DataBounds Bounds =>
        _hulls.SelectMany(hull => hull.Corners).Aggregate(DataBounds.Empty, (bounds, p) => bounds.Include(p.X, p.Y));

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => [];

    /// <inheritdoc/>
    public void Draw(Canvas canvas, PlotScale scale)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        foreach (var (index, corners) in _hulls)
        {
            var color = Palette.ClassColor(index, Colors);
            canvas.Polygon(
                [.. corners.Select(scale.Map)],
                color.WithOpacity(FillOpacity),
                new Stroke(color, LineWidth)
            );
        }
    }

    private static Point[] CoreOf(List<Point> points)
    {
        double x = Median(points.Select(p => p.X)),
            y = Median(points.Select(p => p.Y));
        return
        [
            .. points
                .OrderBy(p => ((p.X - x) * (p.X - x)) + ((p.Y - y) * (p.Y - y)))
                .Take((int)Math.Ceiling(Core * points.Count)),
        ];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static bool Separates(Point[] corners, int index, ReadOnlySpan<Point> points, ReadOnlySpan<int> classes)
    {
        int own = 0,
            inside = 0;
        for (int i = 0; i < points.Length; i++)
        {
            if (!ConvexHull.Contains(corners, points[i]))
                continue;
            inside++;
            own += classes[i] == index ? 1 : 0;
        }
        return own >= LeastShare * inside;
    }
}

/// <summary>Computes the convex hull of points.</summary>
public static class ConvexHull
{
    /// <summary>
    /// The corners of the hull, counter-clockwise if y points upwards, starting at the leftmost point (the lowest of
    /// several). Two for points on a line, one for a single point.
    /// </summary>
    /// <param name="points">Points in any order. Those that are not finite are ignored.</param>
    /// <remarks>Andrew 1979, monotone chain. Points on an edge are not corners.</remarks>
    public static Point[] Of(ReadOnlySpan<Point> points)
    {
        var sorted = new List<Point>(points.Length);
        foreach (var p in points)
            if (double.IsFinite(p.X) && double.IsFinite(p.Y))
                sorted.Add(p);
        sorted.Sort((a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        var hull = new List<Point>();
        AddChain(hull, sorted);
        sorted.Reverse();
        AddChain(hull, sorted);
        return hull.Count > 0 || sorted.Count == 0 ? [.. hull] : [sorted[0]];
    }

    /// <summary>Whether a point lies inside the hull given by its corners, or on its edges.</summary>
    internal static bool Contains(ReadOnlySpan<Point> corners, Point p)
    {
        for (int i = 0; i < corners.Length; i++)
            if (!(Turn(corners[i], corners[(i + 1) % corners.Length], p) >= 0))
                return false;
        return true;
    }

    /// <summary>Adds one chain without its last point, which is the first of the other.</summary>
    private static void AddChain(List<Point> hull, List<Point> sorted)
    {
        int first = hull.Count;
        foreach (var p in sorted)
        {
            while (hull.Count - first >= 2 && Turn(hull[^2], hull[^1], p) <= 0)
                hull.RemoveAt(hull.Count - 1);
            // Coinciding points give one corner.
            if (hull.Count == first || hull[^1] != p)
                hull.Add(p);
        }
        if (hull.Count > first)
            hull.RemoveAt(hull.Count - 1);
    }

    /// <summary>Positive if the path a, b, c turns left.</summary>
    private static double Turn(Point a, Point b, Point c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
