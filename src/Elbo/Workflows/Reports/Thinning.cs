namespace Elbo.Workflows.Reports;

/// <summary>Which of many things are shown: the first, the last, and evenly spaced ones between.</summary>
internal static class Thinning
{
    /// <summary>
    /// At most <paramref name="most"/> (1 or more) ascending indices of <paramref name="count"/>; if only one, the
    /// last.
    /// </summary>
    public static IReadOnlyList<int> Evenly(int count, int most)
    {
        int shown = Math.Min(count, most);
        return shown switch
        {
            0 => [],
            1 => [count - 1],
            _ => [.. Enumerable.Range(0, shown).Select(i => (int)((long)i * (count - 1) / (shown - 1)))],
        };
    }
}
