using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Elbo.Engine;

namespace Elbo.Formats;

/// <summary>Reads safetensors files. The header is read and checked at once, tensors are read on demand.</summary>
public sealed class SafetensorsReader : IDisposable
{
    /// <summary>Maximum length of a header in the format.</summary>
    private const long LongestHeader = 100_000_000;

    /// <summary>Number of bytes that are read at once for the digest.</summary>
    private const int PieceLength = 1 << 20;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly long _dataPosition;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid safetensors file. The message gives the position.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SafetensorsReader(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
        _stream = RegularFile.Open(path, FileShare.Read | FileShare.Delete);
        try
        {
            byte[] json = ReadHeader();
            _dataPosition = _stream.Position;
            var header = FormatBoundary.Read(
                path,
                "safetensors",
                () => new SafetensorsHeader(path, json, _stream.Length - _dataPosition)
            );
            Metadata = header.Metadata;
            Entries = header.Entries;
            _byName = Entries.ToDictionary(entry => entry.Name);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The metadata in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Whether the file contains a tensor called <paramref name="name"/>.</summary>
    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>Reads the float32 tensor called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">The tensor does not exist or has another type.</exception>
    public SafetensorsTensor ReadFloats(string name) => new(name, Entry(name).Shape, Read<float>(name, "F32"));

    /// <summary>Reads the elements of the 64-bit integer tensor called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">The tensor does not exist or has another type.</exception>
    public long[] ReadLongs(string name) => Read<long>(name, "I64");

    /// <summary>Reads the elements of the unsigned byte tensor called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">The tensor does not exist or has another type.</exception>
    public byte[] ReadBytes(string name) => Read<byte>(name, "U8");

    /// <summary>
    /// Checks the contents of the file against the SHA-256 in its metadata, <c>sha256</c>. Every tensor is read.
    /// </summary>
    /// <returns>Whether the file has such a digest. Files of other software and of older versions have none.</returns>
    /// <exception cref="InvalidDataException">The contents differ from the digest: the file is damaged.</exception>
    public bool Verify()
    {
        if (!Metadata.TryGetValue(TensorDigest.Key, out string? expected))
            return false;
        using var digest = new TensorDigest(Metadata);
        byte[] buffer = new byte[PieceLength];
        foreach (var entry in Entries)
        {
            digest.Begin(entry.Name, entry.Shape);
            _stream.Position = _dataPosition + entry.Start;
            for (long left = entry.End - entry.Start; left > 0; )
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                Fill(piece);
                digest.Append(piece);
                left -= piece.Length;
            }
        }
        return digest.Finish() == expected
            ? true
            : throw new InvalidDataException(
                $"{_path}: the contents do not match their SHA-256; the file is damaged. Take another copy of it."
            );
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private byte[] ReadHeader()
    {
        long length = _stream.Length;
        if (length < SafetensorsHeader.Position)
            throw new InvalidDataException(
                $"{_path}: {length} bytes are too few for a safetensors file, which begins with 8 that give the "
                    + "length of its header."
            );
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.Position];
        Fill(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)Math.Min(LongestHeader, length - SafetensorsHeader.Position))
            throw new InvalidDataException(
                $"{_path}: the header is said to have {headerLength} bytes at byte 0, but "
                    + $"{length - SafetensorsHeader.Position} follow (and at most {LongestHeader} are allowed); the "
                    + "file is cut short or is not safetensors."
            );
        byte[] header = new byte[headerLength];
        Fill(header);
        return header;
    }

    private T[] Read<T>(string name, string type)
        where T : unmanaged
    {
        var entry = Entry(name);
        if (entry.ElementType != type)
            throw new InvalidDataException($"{_path}: tensor '{name}' is {entry.ElementType}; {type} is needed.");
        if (entry.End - entry.Start > Array.MaxLength)
            throw new InvalidDataException(
                $"{_path}: tensor '{name}' has {entry.End - entry.Start} bytes; at most {Array.MaxLength} can be "
                    + "read at once."
            );
        var values = new T[entry.Shape.Count];
        _stream.Position = _dataPosition + entry.Start;
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private SafetensorsEntry Entry(string name)
    {
        if (_byName.TryGetValue(name, out var entry))
            return entry;
        string hint = NearestName.Find(name, _byName.Keys) is { } near ? $" The nearest name is '{near}'." : "";
        throw new InvalidDataException($"{_path}: there is no tensor '{name}' among {Entries.Count}.{hint}");
    }

    private void Fill(Span<byte> bytes)
    {
        try
        {
            _stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException(
                $"{_path}: the file ended at byte {_stream.Position}, while it was read; another process has cut "
                    + "it short.",
                e
            );
        }
    }
}

/// <summary>Type, shape and position of a tensor in a safetensors file.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="ElementType">Element type as named by the format: <c>F32</c>, <c>I64</c>, <c>U8</c>, …</param>
/// <param name="Shape">Shape of the tensor.</param>
/// <param name="Start">Offset of its first byte, relative to the end of the header.</param>
/// <param name="End">Offset after its last byte.</param>
public sealed record SafetensorsEntry(string Name, string ElementType, Shape Shape, long Start, long End);

/// <summary>Parses and checks the JSON header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    /// <summary>Number of bytes before the header, which hold its length.</summary>
    public const int Position = sizeof(long);

    private static readonly JsonDocumentOptions Strictly = new() { AllowDuplicateProperties = false };

    private readonly string _path;
    private readonly Dictionary<string, string> _metadata = [];

    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="json">The bytes of the header.</param>
    /// <param name="dataLength">Number of bytes after the header.</param>
    /// <exception cref="InvalidDataException">The header is invalid.</exception>
    public SafetensorsHeader(string path, ReadOnlyMemory<byte> json, long dataLength)
    {
        _path = path;
        var entries = new List<SafetensorsEntry>();
        try
        {
            using var document = JsonDocument.Parse(json, Strictly);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Fault($"the header is a JSON {document.RootElement.ValueKind}; an object is needed.");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataKey))
                    ReadMetadata(property.Value);
                else
                    entries.Add(ReadEntry(property.Name, property.Value));
            }
        }
        // InvalidOperationException is for strings that are not UTF-8, which are detected only when they are read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"{path}: the header, from byte {Position}, is not valid JSON: {e.Message}",
                e
            );
        }
        // A stable order: empty tensors at the same offset keep the order in which they were written.
        Entries = [.. entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End)];
        CheckCoverage(dataLength);
    }

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault($"{MetadataKey} is a JSON {value.ValueKind}; an object of strings is needed.");
        foreach (var note in value.EnumerateObject())
        {
            if (note.Value.ValueKind != JsonValueKind.String)
                throw Fault($"{MetadataKey} has a {note.Value.ValueKind} under '{note.Name}'; a string is needed.");
            _metadata[note.Name] = note.Value.GetString()!;
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement value)
    {
        if (
            value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype)
            || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shape)
            || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out var offsets)
            || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2
        )
            throw Fault($"tensor '{name}' needs a dtype, a shape and two data_offsets.");
        string type = dtype.GetString()!;
        long start = ReadLong(offsets[0], name),
            end = ReadLong(offsets[1], name);
        var extents = ReadShape(shape, name);
        if (start > end)
            throw Fault($"tensor '{name}' ends at byte {end} of the data, before it begins at {start}.");
        if (end - start != extents.Count * ElementSize(type, name))
            throw Fault(
                $"tensor '{name}' has {end - start} bytes; {type} of shape {extents} needs "
                    + $"{extents.Count * ElementSize(type, name)}."
            );
        return new SafetensorsEntry(name, type, extents, start, end);
    }

    private Shape ReadShape(JsonElement shape, string name)
    {
        int rank = shape.GetArrayLength();
        if (rank > Shape.MaxRank)
            throw Fault($"tensor '{name}' has {rank} dimensions; at most {Shape.MaxRank} are possible.");
        Span<int> extents = stackalloc int[rank];
        long count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            long extent = ReadLong(shape[axis], name);
            // Checked at every step, so that the product cannot overflow.
            if (extent > int.MaxValue || (count *= extent) > int.MaxValue)
                throw Fault($"tensor '{name}' has more than {int.MaxValue} elements, which are the most possible.");
            extents[axis] = (int)extent;
        }
        return new Shape(extents);
    }

    private long ReadLong(JsonElement number, string name) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long value) && value >= 0
            ? value
            : throw Fault(
                $"tensor '{name}' has {number.GetRawText()} in its shape or data_offsets; a whole number, 0 or "
                    + "more, is needed."
            );

    private long ElementSize(string type, string name) =>
        type switch
        {
            "F64" or "I64" or "U64" => 8,
            "F32" or "I32" or "U32" => 4,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "I8" or "U8" or "BOOL" => 1,
            _ => throw Fault($"tensor '{name}' has the unknown dtype '{type}'."),
        };

    /// <summary>Checks that every byte of data belongs to exactly one tensor, as the format requires.</summary>
    private void CheckCoverage(long dataLength)
    {
        long end = 0;
        string before = "";
        foreach (var entry in Entries)
        {
            if (entry.End > dataLength)
                throw Fault(
                    $"tensor '{entry.Name}' ends at byte {entry.End} of the data, of which the file has "
                        + $"{dataLength}; it is cut short or was never complete."
                );
            if (entry.Start < end)
                throw Fault($"tensors '{before}' and '{entry.Name}' overlap at byte {entry.Start} of the data.");
            if (entry.Start > end)
                throw Fault($"bytes {end} to {entry.Start} of the data, before '{entry.Name}', belong to no tensor.");
            (end, before) = (entry.End, entry.Name);
        }
        if (end != dataLength)
            throw Fault($"{dataLength - end} bytes after the last tensor belong to none.");
    }

    private InvalidDataException Fault(string what) => new($"{_path}: {what}");
}
