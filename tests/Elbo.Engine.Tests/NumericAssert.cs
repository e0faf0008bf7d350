namespace Elbo.Engine.Tests;

/// <summary>Comparison of float results with double references.</summary>
internal static class NumericAssert
{
    /// <summary>
    /// |actual − expected| ≤ tolerance·(|expected| + root mean square of all expected). The second term is there
    /// because an element that nearly cancels carries the rounding errors of the terms it was made from.
    /// </summary>
    public static void Close(
        ReadOnlySpan<double> expected,
        ReadOnlySpan<float> actual,
        double tolerance,
        string what,
        double floor = 0
    )
    {
        Assert.True(
            expected.Length == actual.Length,
            $"{what}: {actual.Length} elements came, {expected.Length} were expected."
        );
        double squares = 0;
        foreach (double e in expected)
            squares += e * e;
        double size = Math.Sqrt(squares / Math.Max(1, expected.Length));
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = tolerance * (Math.Abs(expected[i]) + size) + floor + 1e-12;
            if (!(Math.Abs(actual[i] - expected[i]) <= allowed))
                Assert.Fail(
                    $"{what}: element {i} of {expected.Length} is {actual[i]:R}, expected {expected[i]:R} within "
                        + $"{allowed:G3}."
                );
        }
    }

    /// <summary>Equal to the bit, NaN included.</summary>
    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.True(
            expected.Length == actual.Length,
            $"{what}: {actual.Length} elements came, {expected.Length} were expected."
        );
        for (int i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail(
                    $"{what}: element {i} of {expected.Length} is {actual[i]:R}, expected exactly {expected[i]:R}."
                );
    }
}
