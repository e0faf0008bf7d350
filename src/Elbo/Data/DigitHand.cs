using System.Numerics;
using Elbo.Engine;

namespace Elbo.Data;

/// <summary>How one digit happens to be written: slant, size, place, pen.</summary>
/// <param name="Linear">The linear part of the map from the glyph's box to pixels.</param>
/// <param name="Radius">Half the mean width of the pen, in pixels.</param>
/// <param name="Pressure">Relative change of the radius along the strokes, as the pen is pressed more or less.</param>
/// <param name="PressurePhase">Where along the strokes it is pressed most, in radians.</param>
/// <param name="Softness">Width of the grey edge, in pixels.</param>
/// <param name="Jitter">Standard deviation by which control points miss their places, as a share of the height.</param>
/// <param name="Place">Where in its free room the digit stands, each in [−1, 1].</param>
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

    /// <summary>How far ink can get from the middle of a stroke, in pixels.</summary>
    public float Reach => Radius * (1 + Pressure) + Softness / 2;

    /// <summary>A random hand.</summary>
    public static DigitHand Draw(Rng rng)
    {
        // Most hands are neat; the sloppy ones are what a linear classifier fails on.
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

    // Positive leans to the right: y points down, so what is higher up moves towards larger x.
    private static Matrix3x2 Shear(float amount) => new(1, 0, -amount, 1, 0, 0);

    private static float Between(Rng rng, float low, float high) => low + (high - low) * rng.NextSingle();
}
