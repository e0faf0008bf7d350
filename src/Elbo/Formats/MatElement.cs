using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>One element of a MAT-file: a tag that says what it holds and how much, and the data.</summary>
/// <param name="Type">What it holds.</param>
/// <param name="Data">The data, without padding.</param>
/// <param name="Tag">Where the tag begins, counted from the data: before it.</param>
/// <param name="End">Where the data ends among the bytes that the element was read from.</param>
internal readonly record struct MatElement(MatType Type, MatBytes Data, int Tag, int End)
{
    private const int TagLength = 8,
        SmallLength = 4,
        Alignment = 8;

    /// <summary>The element that begins at byte <paramref name="at"/> of <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    public static MatElement Read(MatBytes bytes, int at, string meaning)
    {
        if (bytes.Length - at < TagLength)
            throw bytes.Fault(
                at,
                $"found {Math.Max(0, bytes.Length - at)} bytes to the end; expected {meaning}, whose tag has "
                    + $"{TagLength}. The file is incomplete."
            );
        uint word = bytes.Word(at);
        // A small element has its length beside the type, and at most four bytes of data in place of the length.
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
    /// The element within a matrix that follows one that ended at <paramref name="end"/>: there, each begins at a
    /// multiple of eight bytes.
    /// </summary>
    public static MatElement ReadAligned(MatBytes matrix, int end, string meaning) =>
        Read(matrix, (end + Alignment - 1) / Alignment * Alignment, meaning);

    /// <summary>Checks what the element holds.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public MatElement Require(MatType type, string meaning) =>
        Type == type
            ? this
            : throw Data.Fault(Tag, $"found element type {(int)Type} as {meaning}; expected {(int)type}.");
}

/// <summary>What an element of a MAT-file holds, by its number in the file.</summary>
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

    /// <summary>An array with its name, itself made of elements.</summary>
    Matrix = 14,

    /// <summary>A zlib stream of one matrix.</summary>
    Compressed = 15,
}

/// <summary>
/// Numbers of a MAT-file, whatever type they are stored as: writers take the smallest that holds them all.
/// </summary>
internal static class MatNumbers
{
    private const int LongestNumber = 8;

    /// <summary>Bytes of a number, or 0 where the type is none of numbers.</summary>
    public static int SizeOf(MatType type) =>
        type switch
        {
            MatType.Int8 or MatType.UInt8 => 1,
            MatType.Int16 or MatType.UInt16 => 2,
            MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
            MatType.Double or MatType.Int64 or MatType.UInt64 => 8,
            _ => 0,
        };

    /// <summary>The numbers of an element; integers beyond 2⁵³ are rounded.</summary>
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
