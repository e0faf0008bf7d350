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
