using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>An element of a MAT-file: a tag with the type and length, followed by the data.</summary>
/// <param name="Type">Type of the data.</param>
/// <param name="Data">The data, without padding.</param>
/// <param name="Tag">Offset of the tag relative to the data (negative).</param>
/// <param name="End">Offset of the end of the data among the bytes that the element was read from.</param>
internal readonly record struct MatElement(MatType Type, MatBytes Data, int Tag, int End)
{
    private const int TagLength = 8,
        SmallLength = 4,
        Alignment = 8;

    /// <summary>Reads the element at offset <paramref name="at"/> of <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidDataException">The element is incomplete.</exception>
    public static MatElement Read(MatBytes bytes, int at, string meaning)
    {
        if (bytes.Length - at < TagLength)
            throw bytes.Fault(
                at,
                $"found {Math.Max(0, bytes.Length - at)} bytes to the end; expected {meaning}, whose tag has "
                    + $"{TagLength}. The file is incomplete."
            );
        uint word = bytes.Word(at);
        // A small element stores its length next to the type, and up to four bytes of data in place of the length.
        if (word >> 16 is > 0 and var small)
        {
            if (small > SmallLength)
                throw bytes.Fault(
                    at,
                    $"found a small element of {small} bytes as {meaning}; expected at most {SmallLength}."
                );
            return new MatElement(
                (MatType)(word & 0xffff),
                bytes.Slice(at + SmallLength, (int)small),
                -SmallLength,
                at + TagLength
            );
        }
        uint length = bytes.Word(at + SmallLength);
        int left = bytes.Length - at - TagLength;
        if (length > left)
            throw bytes.Fault(
                at,
                $"found {left} bytes after the tag of {meaning}; expected {length}. The file is incomplete or damaged."
            );
        return new MatElement(
            (MatType)word,
            bytes.Slice(at + TagLength, (int)length),
            -TagLength,
            at + TagLength + (int)length
        );
    }

    /// <summary>
    /// Reads the element of a matrix that follows one ending at <paramref name="end"/>. Within a matrix, elements are
    /// aligned to eight bytes.
    /// </summary>
    public static MatElement ReadAligned(MatBytes matrix, int end, string meaning) =>
        Read(matrix, (end + Alignment - 1) / Alignment * Alignment, meaning);

    /// <summary>Checks the type of the element.</summary>
    /// <exception cref="InvalidDataException">The type differs.</exception>
    public MatElement Require(MatType type, string meaning) =>
        Type == type
            ? this
            : throw Data.Fault(Tag, $"found element type {(int)Type} as {meaning}; expected {(int)type}.");
}

/// <summary>Types of MAT-file elements, by their number in the file.</summary>
internal enum MatType
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,

    /// <summary>A named array, which consists of elements.</summary>
    Matrix = 14,

    /// <summary>A zlib stream that contains one matrix.</summary>
    Compressed = 15,
}

/// <summary>
/// Reads numbers of a MAT-file from any storage type. Writers choose the smallest type that holds all values.
/// </summary>
internal static class MatNumbers
{
    private const int LongestNumber = 8;

    /// <summary>Size of a number in bytes; 0 if the type is not numeric.</summary>
    public static int SizeOf(MatType type) =>
        type switch
        {
            MatType.Int8 or MatType.UInt8 => 1,
            MatType.Int16 or MatType.UInt16 => 2,
            MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
            MatType.Double or MatType.Int64 or MatType.UInt64 => 8,
            _ => 0,
        };

    /// <summary>The numbers of an element. Integers beyond 2⁵³ are rounded.</summary>
    public static double[] Read(MatElement element)
    {
        int size = SizeOf(element.Type);
        double[] values = new double[element.Data.Length / size];
        var data = element.Data.Span;
        Span<byte> number = stackalloc byte[LongestNumber];
        number = number[..size];
        for (int i = 0; i < values.Length; i++)
        {
            data.Slice(i * size, size).CopyTo(number);
            if (!element.Data.IsLittleEndian)
                number.Reverse();
            values[i] = Read(element.Type, number);
        }
        return values;
    }

    private static double Read(MatType type, ReadOnlySpan<byte> number) =>
        type switch
        {
            MatType.Int8 => (sbyte)number[0],
            MatType.UInt8 => number[0],
            MatType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(number),
            MatType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(number),
            MatType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(number),
            MatType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(number),
            MatType.Single => BinaryPrimitives.ReadSingleLittleEndian(number),
            MatType.Double => BinaryPrimitives.ReadDoubleLittleEndian(number),
            MatType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(number),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(number),
        };
}

/// <summary>A range of bytes of a MAT-file, with its position for error messages.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Memory">The bytes.</param>
/// <param name="Start">Offset of the bytes in the file or in the decompressed data.</param>
/// <param name="IsLittleEndian">Byte order of the file.</param>
/// <param name="InflatedFrom">
/// Offset of the compressed element that contained the bytes; null for bytes of the file itself.
/// </param>
/// <param name="CompressedLength">Number of bytes of that element; 0 for bytes of the file itself.</param>
internal readonly record struct MatBytes(
    string Path,
    ReadOnlyMemory<byte> Memory,
    long Start,
    bool IsLittleEndian,
    long? InflatedFrom = null,
    int CompressedLength = 0
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

    /// <summary>Creates the exception for a problem at offset <paramref name="at"/>.</summary>
    public InvalidDataException Fault(int at, string problem, Exception? cause = null) =>
        new(
            InflatedFrom is { } origin
                ? $"{Path}: at byte {origin}, {Start + at} bytes into what it holds compressed: {problem}"
                : $"{Path}: at byte {Start + at}: {problem}",
            cause
        );
}
