namespace Elbo.Figures.Drawing;

/// <summary>Turns a pen's line into contours that all turn the same way, so that their union is the line.</summary>
internal static class StrokeOutline
{
    /// <summary>Contours that cover <paramref name="points"/> drawn with a pen of <paramref name="width"/>.</summary>
    /// <param name="points">The line; repeat the first point at the end to close it.</param>
    /// <param name="width">Width of the pen.</param>
    /// <param name="dashes">Lengths of dashes and gaps by turns; none for a solid line.</param>
    public static List<Point[]> Trace(ReadOnlySpan<Point> points, double width, ReadOnlySpan<double> dashes)
    {
        var contours = new List<Point[]>();
        foreach (var run in dashes.IsEmpty ? [points.ToArray()] : Cut(points, dashes))
        {
            for (int i = 0; i + 1 < run.Length; i++)
                AddSegment(contours, run[i], run[i + 1], width);
            bool closed = run.Length > 2 && run[0] == run[^1];
            for (int i = closed ? 0 : 1; i + 1 < run.Length; i++)
                contours.Add(Disc(run[i], width / 2));
        }
        return contours;
    }

    /// <summary>A polygon close to the circle, turning as the segments do.</summary>
    public static Point[] Disc(Point center, double radius)
    {
        // The chord's sagitta stays under a tenth of a pixel.
        int sides = Math.Clamp(
            (int)Math.Ceiling(Math.PI / Math.Acos(1 - Math.Min(0.9, 0.1 / Math.Max(radius, 0.1)))),
            8,
            128
        );
        var points = new Point[sides];
        for (int i = 0; i < sides; i++)
        {
            var (sin, cos) = Math.SinCos(-2 * Math.PI * i / sides);
            points[i] = new Point(center.X + (radius * cos), center.Y + (radius * sin));
        }
        return points;
    }

    private static void AddSegment(List<Point[]> contours, Point from, Point to, double width)
    {
        double dx = to.X - from.X,
            dy = to.Y - from.Y;
        double length = Math.Sqrt((dx * dx) + (dy * dy));
        if (length == 0)
            return;
        double nx = -dy / length * width / 2,
            ny = dx / length * width / 2;
        contours.Add([
            new(from.X + nx, from.Y + ny),
            new(to.X + nx, to.Y + ny),
            new(to.X - nx, to.Y - ny),
            new(from.X - nx, from.Y - ny),
        ]);
    }

    private static List<Point[]> Cut(ReadOnlySpan<Point> points, ReadOnlySpan<double> dashes)
    {
        var runs = new List<Point[]>();
        var run = new List<Point>();
        int dash = 0;
        double left = dashes[0];
        for (int i = 0; i + 1 < points.Length; i++)
        {
            var (from, to) = (points[i], points[i + 1]);
            double length = Math.Sqrt(Math.Pow(to.X - from.X, 2) + Math.Pow(to.Y - from.Y, 2));
            if (dash % 2 == 0)
                run.Add(from);
            double done = 0;
            while (length - done > left)
            {
                done += left;
                var at = new Point(
                    from.X + ((to.X - from.X) * done / length),
                    from.Y + ((to.Y - from.Y) * done / length)
                );
                run.Add(at);
                if (dash % 2 == 0)
                {
                    runs.Add([.. run]);
                    run.Clear();
                }
                dash = (dash + 1) % dashes.Length;
                left = dashes[dash];
            }
            left -= length - done;
        }
        if (dash % 2 == 0 && points.Length > 0 && run.Count > 0)
            runs.Add([.. run, points[^1]]);
        return runs;
    }
}
