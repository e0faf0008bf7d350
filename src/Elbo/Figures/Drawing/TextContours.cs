using Elbo.Figures.Fonts;

namespace Elbo.Figures.Drawing;

/// <summary>Flattens a line of text to closed polygons.</summary>
internal static class TextContours
{
    /// <summary>The outlines of <paramref name="text"/> from a pen at <paramref name="start"/>, y downwards.</summary>
    /// <param name="face">Font.</param>
    /// <param name="text">One line.</param>
    /// <param name="start">Where the baseline begins, in pixels.</param>
    /// <param name="size">Em in pixels.</param>
    /// <param name="rotation">Degrees counter-clockwise.</param>
    public static List<Point[]> Trace(Typeface face, string text, Point start, double size, double rotation)
    {
        var contours = new List<Point[]>();
        double scale = size / face.Font.UnitsPerEm;
        var (sin, cos) = Math.SinCos(rotation * Math.PI / 180);
        double pen = 0;
        foreach (char c in text)
        {
            int glyph = face.Font.Glyph(c);
            foreach (var outline in face.Outlines.Contours(glyph))
            {
                double origin = pen;
                contours.Add([
                    .. Flatten(outline, scale)
                        .Select(p =>
                        {
                            double x = (p.X * scale) + origin,
                                y = p.Y * scale;
                            return new Point(start.X + (cos * x) - (sin * y), start.Y - (sin * x) - (cos * y));
                        }),
                ]);
            }
            pen += face.Font.Advance(glyph) * scale;
        }
        return contours;
    }

    private static List<Point> Flatten(OutlinePoint[] contour, double scale)
    {
        var points = new List<Point>();
        if (contour.Length == 0)
            return points;

        // Between two points off the curve lies, unwritten, their midpoint on it.
        var first =
            contour[0].OnCurve ? contour[0]
            : contour[^1].OnCurve ? contour[^1]
            : Midpoint(contour[0], contour[^1]);
        var at = first;
        points.Add(new Point(at.X, at.Y));
        OutlinePoint? control = null;
        foreach (var next in contour.Append(first))
        {
            if (!next.OnCurve && control is null)
            {
                control = next;
                continue;
            }
            var end = next.OnCurve ? next : Midpoint(control!.Value, next);
            if (control is { } bend)
                AddArc(points, at, bend, end, scale);
            else if (end != at)
                points.Add(new Point(end.X, end.Y));
            at = end;
            control = next.OnCurve ? null : next;
        }
        return points;
    }

    private static void AddArc(List<Point> points, OutlinePoint from, OutlinePoint bend, OutlinePoint to, double scale)
    {
        double deviation =
            scale * (Math.Abs(from.X - (2 * bend.X) + to.X) + Math.Abs(from.Y - (2 * bend.Y) + to.Y)) / 4;
        int steps = Math.Clamp((int)Math.Ceiling(Math.Sqrt(deviation / 0.05)), 1, 16);
        for (int i = 1; i <= steps; i++)
        {
            double t = (double)i / steps,
                u = 1 - t;
            points.Add(
                new Point(
                    (u * u * from.X) + (2 * u * t * bend.X) + (t * t * to.X),
                    (u * u * from.Y) + (2 * u * t * bend.Y) + (t * t * to.Y)
                )
            );
        }
    }

    private static OutlinePoint Midpoint(OutlinePoint a, OutlinePoint b) =>
        new((a.X + b.X) / 2, (a.Y + b.Y) / 2, OnCurve: true);
}
