namespace Elbo.Engine.Tests.Reference;

/// <summary>Comparison with reference vectors.</summary>
internal static class ReferenceAssert
{
    /// <summary>
    /// |actual − expected| ≤ 1e-5 + 2e-4·|expected|: what float32 leaves of results computed in double, after sums of
    /// up to 784 terms.
    /// </summary>
    public static void Close(SafetensorsFile file, string name, Tensor actual, string where)
    {
        Assert.True(
            file.Shape(name) == actual.Shape,
            $"{name}: shape {actual.Shape} came, {file.Shape(name)} was expected {where}."
        );
        Close(file.Values(name), actual.AsSpan(), $"{name} {where}");
    }

    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(actual[i] - expected[i]) <= 1e-5 + 2e-4 * Math.Abs(expected[i]),
                $"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R}."
            );
    }
}
