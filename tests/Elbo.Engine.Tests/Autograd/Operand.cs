namespace Elbo.Engine.Tests.Autograd;

/// <summary>An input of an operation under test: uniform random values in [Low, High).</summary>
internal sealed record Operand(Shape Shape, float Low = -2, float High = 2, bool RequiresGradient = true)
{
    /// <summary>The same values for the same <paramref name="rng"/>.</summary>
    public float[] Draw(Rng rng)
    {
        var values = new float[Shape.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Low + (High - Low) * rng.NextSingle();
        return values;
    }
}
