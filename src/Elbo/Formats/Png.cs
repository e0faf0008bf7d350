using System.Buffers.Binary;
using System.IO.Compression;

namespace Elbo.Formats;

/// <summary>Portable Network Graphics: 8-bit grey or RGB, written losslessly.</summary>
/// <remarks>W3C PNG specification, third edition. The same pixels give the same bytes.</remarks>
public static class Png
{
    /// <summary>Encodes pixels given row by row from the top, channels interleaved.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <param name="pixels">width × height × channels bytes.</param>
    /// <exception cref="ArgumentException">The sizes are not those of an image, or the bytes do not match
    /// them.</exception>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        if (width < 1 || height < 1)
            throw new ArgumentException($"the image is {width}×{height}; a PNG needs at least 1×1.", nameof(width));
        if (channels is not (1 or 3))
            throw new ArgumentException(
                $"{channels} channels came; a PNG takes 1 (grey) or 3 (RGB).",
                nameof(channels)
            );
        if (pixels.Length != (long)width * height * channels)
            throw new ArgumentException(
                $"{pixels.Length} bytes came; {width}×{height}×{channels} needs {(long)width * height * channels}.",
                nameof(pixels)
            );

        using var file = new MemoryStream();
        file.Write(PngChunk.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = (byte)(channels == 1 ? 0 : 2);
        header[10..].Clear();
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(width * channels, height, channels, pixels));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>
    /// Writes <see cref="Encode"/>'s bytes to <paramref name="path"/>, which is never left half-written.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Encode"/>.</exception>
    public static void Save(string path, int width, int height, int channels, ReadOnlySpan<byte> pixels) =>
        AtomicFile.Write(path, Encode(width, height, channels, pixels));

    private static byte[] Compress(int rowLength, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var filter = new PngRowFilter(rowLength, channels);
            ReadOnlySpan<byte> above = new byte[rowLength];
            for (int y = 0; y < height; y++)
            {
                var row = pixels.Slice(y * rowLength, rowLength);
                zlib.Write(filter.Choose(row, above));
                above = row;
            }
        }
        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Append(data, Crc32.Append(type)));
        file.Write(word);
    }
}
