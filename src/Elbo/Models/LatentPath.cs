namespace Elbo.Models;

/// <summary>Kinds of paths between two latent codes.</summary>
public enum LatentPathKind
{
    /// <summary>The straight line.</summary>
    Linear,

    /// <summary>
    /// The great-circle path about the origin, which keeps the norm of codes of equal norm, as is typical of samples
    /// from N(0, I).
    /// </summary>
    Spherical,
}

/// <summary>Paths between latent codes.</summary>
public static class LatentPath
{
    /// <summary>Below this sine of the angle, the spherical path is a line within rounding.</summary>
    private const double SmallestSine = 1e-6;

    /// <summary>Points on the path from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <remarks>
    /// Linear: (1 − t)·a + t·b. Spherical: sin((1 − t)θ)/sin θ · a + sin(tθ)/sin θ · b with the angle θ between a and b
    /// (White 2016, "Sampling generative networks", section 2.1); the line if a or b is 0 or they have the same or
    /// opposite directions.
    /// </remarks>
    /// <param name="from">Code a, (Z).</param>
    /// <param name="to">Code b, (Z).</param>
    /// <param name="steps">Number of points, 2 or more, at equal distances of t from 0 to 1.</param>
    /// <param name="kind">The kind of path.</param>
    /// <returns>Codes (<paramref name="steps"/>, Z), row-major.</returns>
    /// <exception cref="ArgumentException">
    /// The codes differ in length or are not finite, there are fewer than 2 steps, or the kind is not known.
    /// </exception>
    public static float[] Between(
        ReadOnlySpan<float> from,
        ReadOnlySpan<float> to,
        int steps,
        LatentPathKind kind = LatentPathKind.Linear
    )
    {
        if (from.Length != to.Length)
            throw new ArgumentException(
                $"got codes of {from.Length} and {to.Length} dimensions; a path needs two of the same space.",
                nameof(to)
            );
        if (steps < 2)
            throw new ArgumentException($"got {steps} steps; a path has at least its two ends.", nameof(steps));
        if ((long)steps * from.Length > Array.MaxLength)
            throw new ArgumentException(
                $"got {steps} steps; an array holds {Array.MaxLength / from.Length} codes of {from.Length} dimensions.",
                nameof(steps)
            );
        Require.Finite(from, "codes");
        Require.Finite(to, "codes");
        Require.Defined(kind);
        double angle = kind == LatentPathKind.Spherical ? Angle(from, to) : 0,
            sine = Math.Sin(angle);
        float[] path = new float[steps * from.Length];
        for (int step = 0; step < steps; step++)
        {
            double t = (double)step / (steps - 1);
            var (a, b) =
                sine > SmallestSine ? (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine) : (1 - t, t);
            for (int d = 0; d < from.Length; d++)
                path[(step * from.Length) + d] = (float)((a * from[d]) + (b * to[d]));
        }
        // The ends exactly, whatever the rounding.
        from.CopyTo(path);
        to.CopyTo(path.AsSpan((steps - 1) * from.Length));
        return path;
    }

    /// <summary>The angle between two vectors in [0, π]; 0 if one of them is 0.</summary>
    private static double Angle(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0,
            squareA = 0,
            squareB = 0;
        for (int d = 0; d < a.Length; d++)
        {
            dot += (double)a[d] * b[d];
            squareA += (double)a[d] * a[d];
            squareB += (double)b[d] * b[d];
        }
        double norms = Math.Sqrt(squareA * squareB);
        return norms > 0 ? Math.Acos(Math.Clamp(dot / norms, -1, 1)) : 0;
    }
}
