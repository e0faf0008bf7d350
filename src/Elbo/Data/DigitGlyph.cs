using System.Globalization;
using System.Numerics;

namespace Elbo.Data;

/// <summary>
/// One way to write a digit: pen strokes through control points, in a box of height 1 with y pointing down.
/// </summary>
internal sealed class DigitGlyph
{
    private DigitGlyph(Vector2[][] strokes, bool[][] corners)
    {
        Strokes = strokes;
        Corners = corners;
    }

    /// <summary>The points each stroke passes through.</summary>
    public Vector2[][] Strokes { get; }

    /// <summary>Where a stroke turns sharply instead of smoothly, point by point.</summary>
    public bool[][] Corners { get; }

    /// <summary>
    /// Reads <c>x,y</c> points in hundredths of the height; <c>*</c> marks a corner, <c>|</c> lifts the pen.
    /// </summary>
    public static DigitGlyph Parse(string text)
    {
        string[][] strokes =
        [
            .. text.Split('|').Select(stroke => stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
        return new DigitGlyph(
            [.. strokes.Select(points => points.Select(ParsePoint).ToArray())],
            [.. strokes.Select(points => points.Select(point => point.EndsWith('*')).ToArray())]
        );
    }

    private static Vector2 ParsePoint(string point)
    {
        int comma = point.IndexOf(',', StringComparison.Ordinal);
        return new Vector2(
                float.Parse(point.AsSpan(0, comma), CultureInfo.InvariantCulture),
                float.Parse(point.AsSpan(comma + 1).TrimEnd('*'), CultureInfo.InvariantCulture)
            ) / 100;
    }
}
