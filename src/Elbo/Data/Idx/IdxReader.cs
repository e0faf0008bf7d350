using System.Buffers.Binary;
using Elbo.Data.Download;
using Elbo.Formats;
using Elbo.Formats.Numpy;

namespace Elbo.Data.Idx;

/// <summary>Reads IDX files of unsigned bytes, plain or gzip-compressed. The content decides, not the name.</summary>
/// <remarks>
/// The format of MNIST, big-endian: two zero bytes, element type, number of dimensions, each dimension, then the data
/// (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
/// </remarks>
public static class IdxReader
{
    private const int UnsignedByte = 0x08;
    private const int ImageDimensions = 3;
    private const int ColourDimensions = 4;
    private const int LabelDimensions = 1;
    private const uint LongestSide = 16_384;

    /// <summary>Reads the images of a file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid IDX image file. The message gives the byte offset after decompression.
    /// </exception>
    public static IdxImages ReadImages(string path, CancellationToken cancellation = default) =>
        Read(path, ImagesOf, cancellation);

    private static IdxImages ImagesOf(IdxStream stream)
    {
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

    /// <summary>Reads the labels of a file, one byte per image.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid IDX label file. The message gives the byte offset after decompression.
    /// </exception>
    public static byte[] ReadLabels(string path, CancellationToken cancellation = default) =>
        Read(path, LabelsOf, cancellation);

    private static byte[] LabelsOf(IdxStream stream)
    {
        ReadMagic(stream, LabelDimensions);
        uint count = ReadSize(stream, "number of labels", (uint)Array.MaxLength);
        return stream.ReadBody((int)count, $"{count} labels");
    }

    /// <summary>Reads images with three axes, or four with one for the colours.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="ReadImages"/>.</exception>
    internal static NumericArray ReadArray(string path, CancellationToken cancellation = default) =>
        Read(path, ArrayOf, cancellation);

    private static NumericArray ArrayOf(IdxStream stream)
    {
        int dimensions = ReadMagic(stream, ImageDimensions, ColourDimensions);
        int[] shape = new int[dimensions];
        long length = 1;
        for (int axis = 0; axis < dimensions; axis++)
        {
            shape[axis] = (int)ReadSize(
                stream,
                axis == 0 ? "number of images" : $"length of axis {axis + 1}",
                axis == 0 ? int.MaxValue : LongestSide
            );
            if ((length *= shape[axis]) > Array.MaxLength)
                throw stream.Fault(4, $"found more than {Array.MaxLength} bytes of images; expected fewer.");
        }
        return new NumericArray(
            stream.Path,
            NumericType.UInt8,
            shape,
            stream.ReadBody((int)length, $"an array of shape {NumericArray.TextOf(shape)}")
        );
    }

    private static T Read<T>(string path, Func<IdxStream, T> read, CancellationToken cancellation) =>
        FormatBoundary.Read(
            path,
            "an IDX file",
            () =>
            {
                using var stream = new IdxStream(path, cancellation);
                return read(stream);
            }
        );

    private static int ReadMagic(IdxStream stream, int dimensions, int alternative = 0)
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
        return found == dimensions || found == alternative
            ? (int)found
            : throw stream.Fault(
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

/// <summary>The content of an IDX image file.</summary>
/// <param name="Count">Number of images, at least one.</param>
/// <param name="Height">Height of an image in pixels.</param>
/// <param name="Width">Width of an image in pixels.</param>
/// <param name="Pixels">Intensities 0–255, (Count, Height, Width).</param>
public sealed record IdxImages(int Count, int Height, int Width, byte[] Pixels);

/// <summary>
/// Reads the decompressed bytes of an IDX file and counts them, so that messages can give the offset.
/// </summary>
internal sealed class IdxStream : IDisposable
{
    private const int FirstAllocation = 1 << 20;

    private readonly string _path;
    private readonly Stream _content;
    private readonly long _fileLength;

    public IdxStream(string path, CancellationToken cancellation)
    {
        _path = path;
        _content = GzipFile.OpenDecompressed(path, cancellation);
        _fileLength = new FileInfo(path).Length;
    }

    /// <summary>Path of the file.</summary>
    public string Path => _path;

    /// <summary>Number of bytes read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>Reads the next big-endian word of the header.</summary>
    public uint ReadWord(string meaning)
    {
        Span<byte> word = stackalloc byte[4];
        int got = Fill(word);
        return got == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(word)
            : throw Fault(
                Offset,
                $"found the end of the file; expected {meaning}. The file is incomplete: delete it and fetch it again."
            );
    }

    /// <summary>Reads the next <paramref name="length"/> bytes, which must be the last of the file.</summary>
    public byte[] ReadBody(int length, string meaning)
    {
        if (_content is LimitedStream)
            UnpackLimit.Check(length, _fileLength, $"{_path}: {meaning}");
        // Memory grows with the bytes that arrive, so a header with a false size does not cause a large allocation.
        byte[] body = new byte[Math.Min(length, FirstAllocation)];
        int filled = 0;
        while (true)
        {
            filled += Fill(body.AsSpan(filled));
            if (filled < body.Length)
                throw Fault(
                    Offset,
                    $"found the end of the file; expected {length - filled} more bytes of {meaning}. The file is "
                        + "incomplete: delete it and fetch it again."
                );
            if (filled == length)
                break;
            Array.Resize(ref body, (int)Math.Min(length, 2L * body.Length));
        }
        Span<byte> next = stackalloc byte[1];
        if (Fill(next) == 1)
            throw Fault(
                Offset - 1,
                $"found more bytes; expected the end of the file after {meaning}. The file is damaged: delete it "
                    + "and fetch it again."
            );
        return body;
    }

    /// <summary>Creates the exception for a problem at a byte offset.</summary>
    public InvalidDataException Fault(long offset, string problem, Exception? cause = null) =>
        new($"{_path}: at byte {offset}: {problem}", cause);

    public void Dispose() => _content.Dispose();

    private int Fill(Span<byte> buffer)
    {
        int filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                int got = _content.Read(buffer[filled..]);
                if (got == 0)
                    break;
                filled += got;
                Offset += got;
            }
        }
        // The message of a limit begins with the path.
        catch (InvalidDataException e) when (!e.Message.StartsWith(_path, StringComparison.Ordinal))
        {
            throw Fault(
                Offset,
                "found damaged gzip data; expected a whole gzip stream. The file is damaged: delete it and fetch "
                    + "it again.",
                e
            );
        }
        return filled;
    }
}
