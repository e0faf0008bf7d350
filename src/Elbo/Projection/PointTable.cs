namespace Elbo.Projection;

/// <summary>What every projection asks of the points it is given.</summary>
internal static class PointTable
{
    /// <summary>Checks that the numbers are whole points, enough of them, and finite.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Check(ReadOnlySpan<float> points, int dimensions, int fewest)
    {
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException($"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.", nameof(points));
        if (points.Length / dimensions < fewest)
            throw new ArgumentException($"{points.Length / dimensions} points came; a projection needs at least {fewest}.", nameof(points));
        for (int i = 0; i < points.Length; i++)
            if (!float.IsFinite(points[i])) throw new ArgumentException($"coordinate {i % dimensions + 1} of point {i / dimensions} is {points[i]}; a projection needs finite numbers.", nameof(points));
    }
}
