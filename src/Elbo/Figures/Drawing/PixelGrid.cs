namespace Elbo.Figures.Drawing;

/// <summary>Moves upright lines and boxes onto whole pixels, where their edges are sharp.</summary>
internal static class PixelGrid
{
    /// <summary>Moves a horizontal or vertical line, in pixels, so that its edges lie between pixels.</summary>
    public static void SnapLine(Span<Point> line, double width)
    {
        if (line[0].Y == line[1].Y)
        {
            double y = Snap(line[0].Y, width);
            (line[0], line[1]) = (line[0] with { Y = y }, line[1] with { Y = y });
        }
        else if (line[0].X == line[1].X)
        {
            double x = Snap(line[0].X, width);
            (line[0], line[1]) = (line[0] with { X = x }, line[1] with { X = x });
        }
    }

    /// <summary>The box in whole pixels, at least one wide and high.</summary>
    public static (int Left, int Top, int Right, int Bottom) Round(Box box, double scale)
    {
        int left = (int)Math.Round(box.X * scale),
            top = (int)Math.Round(box.Y * scale);
        return (
            left,
            top,
            Math.Max(left + 1, (int)Math.Round(box.Right * scale)),
            Math.Max(top + 1, (int)Math.Round(box.Bottom * scale))
        );
    }

    private static double Snap(double center, double width) => Math.Round(center - (width / 2)) + (width / 2);
}
