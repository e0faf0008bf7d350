using System.Text.Json;
using Elbo.Engine;

namespace Elbo.Formats;

/// <summary>Reads and checks the JSON header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    /// <summary>Bytes before the header: its length.</summary>
    public const int Position = sizeof(long);

    private static readonly JsonDocumentOptions Strictly = new() { AllowDuplicateProperties = false };

    private readonly string _path;
    private readonly Dictionary<string, string> _metadata = [];

    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header.</param>
    /// <param name="dataLength">Bytes after the header.</param>
    /// <exception cref="InvalidDataException">It is not sound.</exception>
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
        // The latter for strings that are not UTF-8, which only turn up when they are read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"{path}: the header, from byte {Position}, is not valid JSON: {e.Message}",
                e
            );
        }
        // A stable order: empty tensors at the same place stay as they were written.
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

    /// <summary>The format wants every byte of data to belong to exactly one tensor.</summary>
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
