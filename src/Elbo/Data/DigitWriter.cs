using System.Numerics;
using Elbo.Engine;

namespace Elbo.Data;

/// <summary>Writes one digit at a time by hand, so to speak; reuses its canvas, so each thread needs its own.</summary>
internal sealed class DigitWriter
{
    private const int LinesPerSpan = 5;
    private const float Margin = 1.25f; // beyond the ink: curves swing a little past their control points
    private const float LargestShift = 3f;

    private readonly DigitCanvas _canvas = new();

    /// <summary>
    /// Writes <paramref name="digit"/> into <paramref name="pixels"/> in a way that <paramref name="rng"/> decides.
    /// </summary>
    public void Write(int digit, Rng rng, Span<byte> pixels)
    {
        var ways = DigitGlyphs.All[digit];
        var glyph = ways[rng.Next(ways.Count)];
        var hand = DigitHand.Draw(rng);
        var strokes = Place(glyph, hand, rng);
        _canvas.Clear();
        for (int i = 0; i < strokes.Length; i++)
            Draw(strokes[i], glyph.Corners[i], hand);
        _canvas.CopyTo(pixels);
    }

    /// <summary>
    /// Control points in pixels: jittered, mapped, and moved so that the whole digit is in the picture.
    /// </summary>
    private static Vector2[][] Place(DigitGlyph glyph, DigitHand hand, Rng rng)
    {
        Vector2[][] strokes =
        [
            .. glyph.Strokes.Select(stroke =>
                stroke
                    .Select(point =>
                        Vector2.Transform(
                            point + hand.Jitter * new Vector2(rng.NextNormal(), rng.NextNormal()),
                            hand.Linear
                        )
                    )
                    .ToArray()
            ),
        ];
        Vector2 low = new(float.MaxValue),
            high = new(float.MinValue);
        foreach (var point in strokes.SelectMany(stroke => stroke))
        {
            low = Vector2.Min(low, point);
            high = Vector2.Max(high, point);
        }
        var size = high - low;
        float room = DigitCanvas.Side - 2 * (Margin + hand.Reach);
        float scale = MathF.Min(1f, room / MathF.Max(size.X, size.Y));
        var free = Vector2.Min(new Vector2(LargestShift), (new Vector2(room) - scale * size) / 2);
        var centre = new Vector2(DigitCanvas.Side / 2f) + hand.Place * free;
        foreach (var stroke in strokes)
            for (int i = 0; i < stroke.Length; i++)
                stroke[i] = centre + scale * (stroke[i] - (low + high) / 2);
        return strokes;
    }

    /// <summary>
    /// Draws the cubic through the points (Catmull and Rom's tangents, one-sided at ends and corners).
    /// </summary>
    private void Draw(Vector2[] points, bool[] corners, DigitHand hand)
    {
        var from = points[0];
        for (int i = 0; i + 1 < points.Length; i++)
        {
            Vector2 p0 = points[i],
                p1 = points[i + 1];
            var m0 = i == 0 || corners[i] ? p1 - p0 : (p1 - points[i - 1]) / 2;
            var m1 = i + 2 == points.Length || corners[i + 1] ? p1 - p0 : (points[i + 2] - p0) / 2;
            for (int k = 1; k <= LinesPerSpan; k++)
            {
                float t = k / (float)LinesPerSpan,
                    s = 1 - t;
                var to = s * s * (1 + 2 * t) * p0 + s * s * t * m0 + t * t * (3 - 2 * t) * p1 - t * t * s * m1;
                float pressure = 1 + hand.Pressure * MathF.Sin(hand.PressurePhase + (i + t));
                _canvas.Line(from, to, hand.Radius * pressure, hand.Softness);
                from = to;
            }
        }
    }
}
