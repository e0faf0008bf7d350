using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Elbo.Formats;

/// <summary>Reads a safetensors file: its header at once, checked in full, and tensors when asked for.</summary>
public sealed class SafetensorsReader : IDisposable
{
    /// <summary>The longest header that the format allows.</summary>
    private const long LongestHeader = 100_000_000;

    private readonly FileStream _stream;
    private readonly string _path;
    private readonly long _dataPosition;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidDataException">It is not a sound safetensors file; the message says where it is
    /// not.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SafetensorsReader(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            byte[] json = ReadHeader();
            _dataPosition = _stream.Position;
            var header = new SafetensorsHeader(path, json, _stream.Length - _dataPosition);
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

    /// <summary>The notes in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Whether there is a tensor called <paramref name="name"/>.</summary>
    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>The float32 tensor called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">There is none, or it has another type.</exception>
    public SafetensorsTensor ReadFloats(string name) => new(name, Entry(name).Shape, Read<float>(name, "F32"));

    /// <summary>The elements of the 64-bit integer tensor called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">There is none, or it has another type.</exception>
    public long[] ReadLongs(string name) => Read<long>(name, "I64");

    /// <summary>The elements of the tensor of unsigned bytes called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidDataException">There is none, or it has another type.</exception>
    public byte[] ReadBytes(string name) => Read<byte>(name, "U8");

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
