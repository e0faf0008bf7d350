using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Elbo.Engine;

namespace Elbo.Formats;

/// <summary>Named float32 values to write to a file or read from one.</summary>
public sealed class SafetensorsTensor
{
    private readonly Tensor? _live;
    private readonly float[]? _values;

    /// <summary>
    /// Refers to the values of <paramref name="tensor"/> without copying them. They are read when written.
    /// </summary>
    public SafetensorsTensor(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        (Name, Shape, _live) = (name, tensor.Shape, tensor);
    }

    /// <summary>Creates a tensor from an array of values.</summary>
    /// <exception cref="ArgumentException">
    /// The number of values differs from that of <paramref name="shape"/>.
    /// </exception>
    public SafetensorsTensor(string name, Shape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.Count)
            throw new ArgumentException(
                $"{values.Length} values were given for '{name}' of shape {shape}, which holds {shape.Count}.",
                nameof(values)
            );
        (Name, Shape, _values) = (name, shape, values);
    }

    private SafetensorsTensor(string name, SafetensorsTensor other) =>
        (Name, Shape, _live, _values) = (name, other.Shape, other._live, other._values);

    /// <summary>Name in the file.</summary>
    public string Name { get; }

    /// <summary>Shape of the tensor.</summary>
    public Shape Shape { get; }

    /// <summary>The elements in row-major order. Those of a tensor on a GPU are copied at every call.</summary>
    public ReadOnlySpan<float> Values => _live is null ? _values : _live.Read();

    /// <summary>The same values under another name.</summary>
    public SafetensorsTensor Renamed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new SafetensorsTensor(name, this);
    }
}

/// <summary>Writes tensors in the safetensors format. The same tensors give the same bytes.</summary>
/// <remarks>
/// The file contains the length of the header in 8 bytes, little-endian; the header as JSON, padded with spaces to a
/// multiple of 8 bytes; and the data, little-endian, in the given order. See the description at
/// github.com/huggingface/safetensors.
/// </remarks>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    private static readonly JsonWriterOptions HeaderOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">Path of the file. An existing file is replaced once the new one is complete.</param>
    /// <param name="tensors">The tensors to write, in this order.</param>
    /// <param name="metadata">Metadata for the header, written in the order of the keys; null for none.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, or a tensor has a name that the format reserves.
    /// </exception>
    public static void Write(
        string path,
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        byte[] header = Header(tensors, metadata);
        AtomicFile.Write(path, stream => Write(stream, header, tensors));
    }

    /// <summary>Writes to a stream.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyList{SafetensorsTensor}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(
        Stream stream,
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, Header(tensors, metadata), tensors);
    }

    private static void Write(Stream stream, byte[] header, IReadOnlyList<SafetensorsTensor> tensors)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors)
            stream.Write(MemoryMarshal.AsBytes(tensor.Values));
    }

    private static byte[] Header(
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        Require.Entries(tensors);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, HeaderOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            var names = new HashSet<string>();
            long start = 0;
            foreach (var tensor in tensors)
            {
                if (tensor.Name == SafetensorsHeader.MetadataKey)
                    throw new ArgumentException(
                        $"a tensor is called '{tensor.Name}', which the safetensors format reserves; give it "
                            + "another name.",
                        nameof(tensors)
                    );
                if (!names.Add(tensor.Name))
                    throw new ArgumentException(
                        $"two tensors are called '{tensor.Name}'; names have to differ.",
                        nameof(tensors)
                    );
                long end = start + (long)tensor.Shape.Count * sizeof(float);
                WriteEntry(json, tensor, start, end);
                start = end;
            }
            json.WriteEndObject();
        }
        int padding = -buffer.WrittenCount & (Alignment - 1);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsTensor tensor, long start, long end)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        for (int axis = 0; axis < tensor.Shape.Rank; axis++)
            json.WriteNumberValue(tensor.Shape[axis]);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
