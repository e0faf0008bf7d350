namespace Elbo.Data;

/// <summary>Reads IDX files of unsigned bytes, plain or gzip (told apart by content, not by name).</summary>
/// <remarks>The format of MNIST: two zero bytes, element type, number of dimensions, then each dimension and the data,
/// big-endian (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").</remarks>
public static class IdxReader
{
    private const int UnsignedByte = 0x08;
    private const int ImageDimensions = 3;
    private const int LabelDimensions = 1;
    private const uint LongestSide = 16_384;

    /// <summary>The images of the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is not a sound IDX image file; the message names the byte offset after
    /// decompression.</exception>
    public static IdxImages ReadImages(string path)
    {
        using var stream = new IdxStream(path);
        ReadMagic(stream, ImageDimensions);
        uint count = ReadSize(stream, "number of images", int.MaxValue);
        uint height = ReadSize(stream, "height", LongestSide);
        uint width = ReadSize(stream, "width", LongestSide);
        ulong length = (ulong)count * height * width;
        if (length > (ulong)Array.MaxLength)
            throw stream.Fault(
                4,
                $"found {count} images of {height}×{width}, {length} bytes; expected at most {Array.MaxLength} bytes."
            );
        return new IdxImages(
            (int)count,
            (int)height,
            (int)width,
            stream.ReadBody((int)length, $"{count} images of {height}×{width}")
        );
    }

    /// <summary>The labels of the file at <paramref name="path"/>, one byte per image.</summary>
    /// <exception cref="InvalidDataException">It is not a sound IDX label file; the message names the byte offset after
    /// decompression.</exception>
    public static byte[] ReadLabels(string path)
    {
        using var stream = new IdxStream(path);
        ReadMagic(stream, LabelDimensions);
        uint count = ReadSize(stream, "number of labels", (uint)Array.MaxLength);
        return stream.ReadBody((int)count, $"{count} labels");
    }

    private static void ReadMagic(IdxStream stream, int dimensions)
    {
        string expected =
            $"0000{UnsignedByte:x2}{dimensions:x2}, an IDX file of {Describe(dimensions)} as unsigned bytes";
        uint magic = stream.ReadWord(expected);
        if (magic >> 16 != 0)
            throw stream.Fault(0, $"found {magic:x8}, which is not an IDX file; expected {expected}.");
        uint type = (magic >> 8) & 0xff;
        if (type != UnsignedByte)
            throw stream.Fault(
                2,
                $"found element type 0x{type:x2} ({DescribeType(type)}); expected 0x{UnsignedByte:x2} (unsigned byte)."
            );
        uint found = magic & 0xff;
        if (found != dimensions)
            throw stream.Fault(
                3,
                $"found {found} dimensions ({Describe((int)found)}); expected {dimensions} ({Describe(dimensions)})."
            );
    }

    private static uint ReadSize(IdxStream stream, string meaning, uint largest)
    {
        long offset = stream.Offset;
        uint size = stream.ReadWord($"the {meaning}");
        return size >= 1 && size <= largest
            ? size
            : throw stream.Fault(offset, $"found {size} as the {meaning}; expected 1 to {largest}.");
    }

    private static string Describe(int dimensions) =>
        dimensions switch
        {
            LabelDimensions => "labels",
            ImageDimensions => "images",
            _ => "neither labels nor grey images",
        };

    private static string DescribeType(uint type) =>
        type switch
        {
            0x09 => "signed byte",
            0x0b => "16-bit integer",
            0x0c => "32-bit integer",
            0x0d => "32-bit float",
            0x0e => "64-bit float",
            _ => "none of IDX",
        };
}
