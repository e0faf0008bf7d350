namespace Elbo;

/// <summary>What everything that works on points asks of those it is given.</summary>
internal static class PointTable
{
    /// <summary>Checks that the numbers are whole points, enough of them, and finite.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="fewest">How many points there must be.</param>
    /// <param name="asker">Who needs them, with its article, for the message.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Check(ReadOnlySpan<float> points, int dimensions, int fewest, string asker)
    {
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException(
                $"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        if (points.Length / dimensions < fewest)
            throw new ArgumentException(
                $"{points.Length / dimensions} points came; {asker} needs at least {fewest}.",
                nameof(points)
            );
        for (int i = 0; i < points.Length; i++)
            if (!float.IsFinite(points[i]))
                throw new ArgumentException(
                    $"coordinate {i % dimensions + 1} of point {i / dimensions} is {points[i]}; {asker} needs "
                        + "finite numbers.",
                    nameof(points)
                );
    }
}
