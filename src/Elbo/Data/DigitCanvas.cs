using System.Numerics;

namespace Elbo.Data;

/// <summary>A 28×28 picture onto which pen strokes are drawn with soft edges.</summary>
internal sealed class DigitCanvas
{
    /// <summary>Pixels along a side.</summary>
    public const int Side = 28;

    private readonly float[] _ink = new float[Side * Side];

    /// <summary>Wipes the picture.</summary>
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
                // The larger of overlapping strokes: ink does not get blacker where a line meets itself.
                ref float ink = ref _ink[y * Side + x];
                ink = MathF.Max(ink, MathF.Min(1f, (reach - MathF.Sqrt(squared)) * inverseSoftness));
            }
        }
    }

    /// <summary>Writes the picture as intensities 0–255.</summary>
    public void CopyTo(Span<byte> pixels)
    {
        for (int i = 0; i < _ink.Length; i++)
            pixels[i] = (byte)(_ink[i] * 255 + 0.5f);
    }
}
