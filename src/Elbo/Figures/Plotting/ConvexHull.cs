using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>The smallest convex polygon around points.</summary>
public static class ConvexHull
{
    /// <summary>
    /// Its corners, counter-clockwise where y points upwards, from the leftmost (of several the lowest) on; two for
    /// points on a line, one for a single point.
    /// </summary>
    /// <param name="points">In any order; those that are not finite are left out.</param>
    /// <remarks>Andrew 1979, the monotone chain: points on an edge are no corners.</remarks>
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

    /// <summary>One side, without its last point, with which the other begins.</summary>
    private static void AddChain(List<Point> hull, List<Point> sorted)
    {
        int first = hull.Count;
        foreach (var p in sorted)
        {
            while (hull.Count - first >= 2 && Turn(hull[^2], hull[^1], p) <= 0)
                hull.RemoveAt(hull.Count - 1);
            // A corner many points share is one corner.
            if (hull.Count == first || hull[^1] != p)
                hull.Add(p);
        }
        if (hull.Count > first)
            hull.RemoveAt(hull.Count - 1);
    }

    /// <summary>Above 0 where the way a, b, c turns left.</summary>
    private static double Turn(Point a, Point b, Point c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
