using Elbo.Engine;
using Elbo.Formats;

namespace Elbo.Tests;

/// <summary>
/// Reference vectors that PyTorch and scikit-learn computed in double precision: those in tests/Reference, or in the
/// folder that ELBO_GOLDEN names.
/// </summary>
internal static class Golden
{
    public static SafetensorsReader Open(string file)
    {
        string folder = Environment.GetEnvironmentVariable("ELBO_GOLDEN") is { Length: > 0 } given
            ? given
            : Path.Combine(AppContext.BaseDirectory, "Reference");
        return new(Path.Combine(folder, file + ".safetensors"));
    }

    /// <summary>Labels, which the files have as 64-bit integers.</summary>
    public static int[] ReadLabels(this SafetensorsReader file, string name) =>
        [.. file.ReadLongs(name).Select(label => (int)label)];

    /// <summary>A saved array on a device.</summary>
    public static Tensor ReadTensor(this SafetensorsReader file, Device device, string name)
    {
        var saved = file.ReadFloats(name);
        return device.Tensor(saved.Values, saved.Shape);
    }

    /// <summary>
    /// Results of float32 against references in double: a few rounding errors of 6e-8, added up over steps.
    /// </summary>
    public static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                MathF.Abs(actual[i] - expected[i]) <= 1e-5f + 2e-4f * MathF.Abs(expected[i]),
                $"element {i} is {actual[i]}; the reference is {expected[i]}"
            );
    }

    /// <summary>Results of doubles against references that the file has as float32, within their rounding.</summary>
    public static void AssertRounded(ReadOnlySpan<float> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1.5e-7 * Math.Max(1, Math.Abs(expected[i])));
    }
}
