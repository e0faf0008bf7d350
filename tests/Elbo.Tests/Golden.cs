using Elbo.Engine;
using Elbo.Formats;

namespace Elbo.Tests;

/// <summary>
/// Reference vectors computed in double precision elsewhere: <c>ELBO_GOLDEN</c>, else <c>../shared/golden</c> from the
/// repository's root.
/// </summary>
internal static class Golden
{
    public static string? Root { get; } = FindRoot();

    /// <summary>Why a test of reference vectors cannot run, or null where it can.</summary>
    public static string? SkipReason(string file) =>
        Root is { } root && File.Exists(PathOf(root, file))
            ? null
            : $"needs the reference vectors '{file}' in {Root ?? "a folder"}; set ELBO_GOLDEN to a folder that "
                + "has them.";

    public static SafetensorsReader Open(string file) => new(PathOf(Root!, file));

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

    private static string PathOf(string root, string file) => Path.Combine(root, file + ".safetensors");

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("ELBO_GOLDEN") is { Length: > 0 } given)
            return given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "golden"));
        return null;
    }
}
