using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Elbo.Engine.Tests.Reference;

/// <summary>
/// The float32 tensors and the notes of a safetensors file: header length, JSON header, raw little-endian data.
/// </summary>
internal sealed class SafetensorsFile
{
    private readonly Dictionary<string, (Shape Shape, float[] Values)> _tensors = [];
    private readonly Dictionary<string, string> _notes = [];

    /// <summary>Names of all tensors, in the order of the header.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>What stands before the slash of names that have one.</summary>
    public IEnumerable<string> Cases =>
        Names
            .Where(n => n.Contains('/', StringComparison.Ordinal))
            .Select(n => n[..n.IndexOf('/', StringComparison.Ordinal)])
            .Distinct();

    public static SafetensorsFile Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
        var data = bytes.AsMemory(8 + headerLength);
        var file = new SafetensorsFile();
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
}
