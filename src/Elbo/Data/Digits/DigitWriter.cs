using System.Numerics;
using Elbo.Engine;

namespace Elbo.Data.Digits;

/// <summary>Draws images of digits. An instance reuses its canvas, so each thread needs its own.</summary>
internal sealed class DigitWriter
{
    private const int LinesPerSpan = 5;
    private const float Margin = 1.25f; // beyond the ink, because curves overshoot their control points a little
    private const float LargestShift = 3f;

    private readonly DigitCanvas _canvas = new();

    /// <summary>
    /// Draws <paramref name="digit"/> into <paramref name="pixels"/>, in a handwriting sampled from
    /// <paramref name="rng"/>.
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
    /// Control points in pixels: jittered, transformed, and shifted so that the whole digit is inside the image.
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
    /// Draws the cubic spline through the points (Catmull–Rom tangents, one-sided at ends and corners).
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

/// <summary>Random parameters of one handwritten digit: slant, size, position and pen.</summary>
/// <param name="Linear">The linear part of the map from the glyph's box to pixels.</param>
/// <param name="Radius">Half the mean width of the pen, in pixels.</param>
/// <param name="Pressure">Relative variation of the radius along the strokes, from the pressure of the pen.</param>
/// <param name="PressurePhase">Position of the highest pressure along the strokes, in radians.</param>
/// <param name="Softness">Width of the grey edge, in pixels.</param>
/// <param name="Jitter">Standard deviation of the displacement of control points, as a fraction of the height.</param>
/// <param name="Place">Position of the digit within the free space, each coordinate in [−1, 1].</param>
internal readonly record struct DigitHand(
    Matrix3x2 Linear,
    float Radius,
    float Pressure,
    float PressurePhase,
    float Softness,
    float Jitter,
    Vector2 Place
)
{
    private const float SloppyShare = 0.15f;

    /// <summary>Maximum distance of ink from the centre line of a stroke, in pixels.</summary>
    public float Reach => Radius * (1 + Pressure) + Softness / 2;

    /// <summary>Samples random parameters.</summary>
    public static DigitHand Draw(Rng rng)
    {
        // Most digits are neat. The sloppy ones are those on which a linear classifier fails.
        bool sloppy = rng.NextSingle() < SloppyShare;
        float height = sloppy ? Between(rng, 16f, 21f) : Between(rng, 18.5f, 20.5f);
        float width = height * MathF.Exp(sloppy ? Between(rng, -0.35f, 0.25f) : Between(rng, -0.2f, 0.1f));
        var linear =
            Matrix3x2.CreateScale(width, height)
            * Shear(sloppy ? Between(rng, -0.3f, 0.7f) : Between(rng, 0f, 0.35f))
            * Matrix3x2.CreateRotation(sloppy ? Between(rng, -0.35f, 0.35f) : Between(rng, -0.08f, 0.08f));
        return new DigitHand(
            linear,
            Radius: height * (sloppy ? Between(rng, 0.04f, 0.1f) : Between(rng, 0.055f, 0.08f)),
            Pressure: Between(rng, 0f, 0.3f),
            PressurePhase: Between(rng, 0f, 2 * MathF.PI),
            Softness: Between(rng, 1.0f, 1.6f),
            Jitter: sloppy ? Between(rng, 0.03f, 0.07f) : Between(rng, 0.015f, 0.03f),
            Place: (sloppy ? 1f : 0.2f) * new Vector2(Between(rng, -1f, 1f), Between(rng, -1f, 1f))
        );
    }

    // Positive leans to the right: y points down, so upper points move towards larger x.
    private static Matrix3x2 Shear(float amount) => new(1, 0, -amount, 1, 0, 0);

    private static float Between(Rng rng, float low, float high) => low + (high - low) * rng.NextSingle();
}

/// <summary>A 28×28 image on which pen strokes are drawn with soft edges.</summary>
internal sealed class DigitCanvas
{
    /// <summary>Pixels along a side.</summary>
    public const int Side = 28;

    private readonly float[] _ink = new float[Side * Side];

    /// <summary>Clears the image.</summary>
    public void Clear() => Array.Clear(_ink);

    /// <summary>
    /// Draws the line from <paramref name="a"/> to <paramref name="b"/>: full ink up to the radius, fading over the
    /// softness.
    /// </summary>
    public void Line(Vector2 a, Vector2 b, float radius, float softness)
    {
        float reach = radius + softness / 2;
        int left = Math.Max(0, (int)MathF.Ceiling(MathF.Min(a.X, b.X) - reach - 0.5f));
        int right = Math.Min(Side - 1, (int)MathF.Floor(MathF.Max(a.X, b.X) + reach - 0.5f));
        int top = Math.Max(0, (int)MathF.Ceiling(MathF.Min(a.Y, b.Y) - reach - 0.5f));
        int bottom = Math.Min(Side - 1, (int)MathF.Floor(MathF.Max(a.Y, b.Y) + reach - 0.5f));
        var along = b - a;
        float inverseLength = 1 / MathF.Max(along.LengthSquared(), 1e-12f);
        float inverseSoftness = 1 / softness;
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                var p = new Vector2(x + 0.5f, y + 0.5f) - a;
                float t = Math.Clamp(Vector2.Dot(p, along) * inverseLength, 0f, 1f);
                float squared = (p - t * along).LengthSquared();
                if (squared >= reach * reach)
                    continue;
                // The maximum of overlapping strokes: ink does not get darker where a line crosses itself.
                ref float ink = ref _ink[y * Side + x];
                ink = MathF.Max(ink, MathF.Min(1f, (reach - MathF.Sqrt(squared)) * inverseSoftness));
            }
        }
    }

    /// <summary>Copies the image as intensities 0–255.</summary>
    public void CopyTo(Span<byte> pixels)
    {
        for (int i = 0; i < _ink.Length; i++)
            pixels[i] = (byte)(_ink[i] * 255 + 0.5f);
    }
}
