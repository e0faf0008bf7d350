using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Elbo.Engine.Tests.Reference;

/// <summary>
/// The float32 tensors and the notes of a file of reference vectors, in the safetensors format: header length, JSON
/// header, raw little-endian data.
/// </summary>
internal sealed class ReferenceVectors
{
    private static readonly Dictionary<string, ReferenceVectors> Loaded = [];

    private readonly Dictionary<string, (Shape Shape, float[] Values)> _tensors = [];
    private readonly Dictionary<string, string> _notes = [];

    /// <summary>Names of all tensors, in the order of the header.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>The part before the slash of each name that has one.</summary>
    public IEnumerable<string> Cases =>
        Names
            .Where(n => n.Contains('/', StringComparison.Ordinal))
            .Select(n => n[..n.IndexOf('/', StringComparison.Ordinal)])
            .Distinct();

    /// <summary>A file of the committed vectors, or of the folder that ELBO_GOLDEN names.</summary>
    public static ReferenceVectors Open(string file)
    {
        if (Loaded.TryGetValue(file, out var known))
            return known;
        string folder = Environment.GetEnvironmentVariable("ELBO_GOLDEN") is { Length: > 0 } given
            ? given
            : Path.Combine(AppContext.BaseDirectory, "Reference");
        return Loaded[file] = Load(Path.Combine(folder, file + ".safetensors"));
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public float[] Values(string name) => _tensors[name].Values;

    public Shape Shape(string name) => _tensors[name].Shape;

    /// <summary>The note on a case; empty where there is none.</summary>
    public string Note(string name) => _notes.GetValueOrDefault(name, "");

    /// <summary>The tensor called <paramref name="name"/>, on <paramref name="device"/>.</summary>
    public Tensor Tensor(Device device, string name, bool requiresGradient = false)
    {
        var tensor = device.Tensor(Values(name), Shape(name));
        tensor.RequiresGradient = requiresGradient;
        return tensor;
    }

    private static ReferenceVectors Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
        var data = bytes.AsMemory(8 + headerLength);
        var file = new ReferenceVectors();
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var note in entry.Value.EnumerateObject())
                    file._notes[note.Name] = note.Value.GetString()!;
                continue;
            }
            if (entry.Value.GetProperty("dtype").GetString() != "F32")
                continue;
            int[] extents = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())];
            int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt32())];
            file._tensors[entry.Name] = (
                new Shape(extents),
                MemoryMarshal.Cast<byte, float>(data.Span[offsets[0]..offsets[1]]).ToArray()
            );
        }
        return file;
    }
}

/// <summary>Comparison with reference vectors.</summary>
internal static class ReferenceAssert
{
    /// <summary>
    /// |actual − expected| ≤ 1e-5 + 2e-4·|expected|: what float32 leaves of results computed in double, after sums of
    /// up to 784 terms.
    /// </summary>
    public static void Close(ReferenceVectors file, string name, Tensor actual, string where)
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
