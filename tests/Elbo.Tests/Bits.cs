using Elbo.Engine;

namespace Elbo.Tests;

/// <summary>Floats compared as what they are in memory: −0 is not 0, and NaN equals itself.</summary>
internal static class Bits
{
    public static int[] Of(ReadOnlySpan<float> values)
    {
        var bits = new int[values.Length];
        for (int i = 0; i < bits.Length; i++)
            bits[i] = BitConverter.SingleToInt32Bits(values[i]);
        return bits;
    }

    public static int[] Of(Tensor tensor) => Of(tensor.AsSpan());

    public static void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.Equal(Of(expected), Of(actual));
}
