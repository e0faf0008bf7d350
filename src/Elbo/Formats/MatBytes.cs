using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>A run of bytes of a MAT-file, and where it lies, for complaints.</summary>
/// <param name="Path">The file.</param>
/// <param name="Memory">The bytes.</param>
/// <param name="Start">Where they begin: in the file, or in what was inflated.</param>
/// <param name="IsLittleEndian">The file's byte order.</param>
/// <param name="InflatedFrom">Where the compressed element begins that they were inflated from; null for bytes of the
/// file itself.</param>
internal readonly record struct MatBytes(
    string Path,
    ReadOnlyMemory<byte> Memory,
    long Start,
    bool IsLittleEndian,
    long? InflatedFrom = null
)
{
    public int Length => Memory.Length;

    public ReadOnlySpan<byte> Span => Memory.Span;

    public MatBytes Slice(int start, int length) =>
        this with
        {
            Memory = Memory.Slice(start, length),
            Start = Start + start,
        };

    public uint Word(int at) =>
        IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(Span[at..])
            : BinaryPrimitives.ReadUInt32BigEndian(Span[at..]);

    /// <summary>The exception for what is wrong at byte <paramref name="at"/> of these.</summary>
    public InvalidDataException Fault(int at, string problem, Exception? cause = null) =>
        new(
            InflatedFrom is { } origin
                ? $"{Path}: at byte {origin}, {Start + at} bytes into what it holds compressed: {problem}"
                : $"{Path}: at byte {Start + at}: {problem}",
            cause
        );
}
