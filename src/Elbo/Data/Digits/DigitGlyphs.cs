using System.Globalization;
using System.Numerics;

namespace Elbo.Data.Digits;

/// <summary>Shapes of handwritten digits, three for each digit.</summary>
internal static class DigitGlyphs
{
    /// <summary>The glyphs of each digit.</summary>
    public static IReadOnlyList<IReadOnlyList<DigitGlyph>> All { get; } =
    [
        Ways(
            "52,2 30,14 20,45 26,80 48,98 70,86 80,52 72,16 50,2",
            "60,8 42,2 28,22 24,60 34,92 52,98 68,80 74,44 66,12 48,4 40,12",
            "66,12 44,4 20,22 14,54 26,86 52,96 78,84 86,50 76,18 52,4"
        ),
        Ways("52,2 50,35 49,65 48,98", "30,26 46,14 56,2* 54,50 52,98", "32,22 54,2* 54,50 54,96 | 30,97 54,96 76,96"),
        Ways(
            "24,24 34,6 54,2 72,14 72,34 54,60 22,96* 50,95 80,94",
            "24,22 40,4 62,6 72,26 58,56 36,84 22,92 20,80 34,76 52,88 80,94",
            "26,30 30,10 50,2 68,12 70,34 52,62 24,95* 46,90 62,98 82,90"
        ),
        Ways(
            "24,14 44,2 66,8 70,26 56,42 42,47* 62,52 76,68 68,90 46,98 22,88",
            "24,5 72,5* 46,42* 66,48 76,68 66,90 44,98 22,88",
            "26,12 50,2 70,16 62,38 42,48 40,42 56,46 76,62 72,88 48,98 24,90"
        ),
        Ways(
            "30,4 26,30 22,56* 50,56 82,54 | 66,8 64,50 60,98",
            "62,98 64,50 66,2* 40,34 16,66* 50,66 86,65",
            "28,4 22,34 32,52 54,50 70,36 | 74,4 70,50 64,98"
        ),
        Ways(
            "76,5 34,6* 28,44* 50,38 72,50 74,76 56,96 22,92",
            "32,6 28,42* 48,38 70,48 76,70 62,92 40,98 20,88 | 32,6 56,6 78,3",
            "74,6 50,4 34,18 36,38 58,48 72,66 66,88 44,98 22,88"
        ),
        Ways(
            "66,4 42,20 26,50 26,80 46,98 68,88 72,66 54,54 34,62 27,76",
            "54,2 38,36 28,70 38,94 58,96 70,80 64,64 46,62 32,76",
            "72,8 48,6 28,36 24,72 40,96 62,94 74,74 62,56 42,58 28,74"
        ),
        Ways(
            "20,8 50,6 78,5* 60,46 44,98",
            "20,8 50,7 80,6* 60,46 42,98 | 34,52 56,50 78,50",
            "20,24 22,8* 48,8 78,6* 66,34 52,62 48,98"
        ),
        Ways(
            "70,14 50,2 30,14 34,34 54,48 74,66 72,88 50,98 28,88 28,66 48,48 68,34 70,14",
            "50,3 30,14 30,34 50,46 70,34 70,14 50,3 | 50,46 26,60 24,84 50,98 76,84 74,60 50,46",
            "74,10 52,2 32,14 36,34 56,50 74,70 66,94 44,98 26,84 34,62 60,40 76,16"
        ),
        Ways(
            "70,20 52,4 32,14 28,36 44,50 62,42 70,20* 68,60 62,98",
            "70,24 54,4 32,12 28,36 46,50 66,40 72,16* 72,56 62,88 42,98 26,90",
            "66,8 40,6 26,28 36,48 58,44 70,12* 62,54 52,98"
        ),
    ];

    private static DigitGlyph[] Ways(params string[] ways) => [.. ways.Select(DigitGlyph.Parse)];
}

/// <summary>
/// One shape of a digit: pen strokes through control points, in a box of height 1 with y pointing down.
/// </summary>
internal sealed class DigitGlyph
{
    private DigitGlyph(Vector2[][] strokes, bool[][] corners)
    {
        Strokes = strokes;
        Corners = corners;
    }

    /// <summary>The control points of each stroke.</summary>
    public Vector2[][] Strokes { get; }

    /// <summary>For each control point, whether the stroke has a corner there.</summary>
    public bool[][] Corners { get; }

    /// <summary>
    /// Parses <c>x,y</c> points in hundredths of the height. <c>*</c> marks a corner, <c>|</c> lifts the pen.
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
