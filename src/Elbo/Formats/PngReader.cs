using System.IO.Compression;

namespace Elbo.Formats;

/// <summary>Reads PNG files of every colour type and bit depth, interlaced or not, as 8-bit grey or RGB.</summary>
/// <remarks>
/// W3C PNG specification, third edition. Samples of another depth are scaled to 0–255; what is transparent lies over black,
/// opacity being applied to the stored values. Grey images and those whose palette is all grey come as one channel. Colour
/// profiles and gamma are not applied, and of an animation the still image is read.
/// </remarks>
public static class PngReader
{
    /// <summary>A byte of deflate cannot hold more than 1,032 bytes of data.</summary>
    private const long BestCompression = 1032;

    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is not a sound PNG file, or has more than <see cref="DecodedImage.MostPixels"/> pixels.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecodedImage Read(string path) => Decode(ImageFile.ReadBytes(path), path);

    /// <summary>Decodes the content of a PNG file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What complaints call it.</param>
    /// <exception cref="InvalidDataException">It is not a sound PNG file, or has more than <see cref="DecodedImage.MostPixels"/> pixels.</exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, string path)
    {
        PngHeader? header = null;
        byte[]? palette = null;
        ReadOnlyMemory<byte>? transparency = null;
        using var compressed = new MemoryStream();
        int dataOffset = 0;
        string before = "";
        foreach (var chunk in PngChunk.ReadAll(file, path))
        {
            if (header is not { } known)
            {
                header = PngHeader.Parse(chunk, path);
                before = chunk.Type;
                continue;
            }
            switch (chunk.Type)
            {
                case "PLTE" when palette is null && dataOffset == 0:
                    palette = ReadPalette(chunk, known, path);
                    break;
                case "tRNS" when transparency is null && dataOffset == 0:
                    transparency = ReadTransparency(chunk, known, palette, path);
                    break;
                case "IDAT" when dataOffset == 0 || before == "IDAT":
                    if (dataOffset == 0) dataOffset = chunk.Offset;
                    compressed.Write(chunk.Data.Span);
                    break;
                case "PLTE" or "tRNS" or "IDAT" or "IHDR":
                    throw new InvalidDataException($"{path}: at byte {chunk.Offset - 4}: found chunk {chunk.Type} again or out of its order.");
                case "IEND":
                    break;
                case var type when chunk.IsCritical:
                    throw new InvalidDataException($"{path}: at byte {chunk.Offset - 4}: found chunk {type}, which PNG does not have and marks as needed.");
            }
            before = chunk.Type;
        }
        var image = header ?? throw new InvalidDataException($"{path}: at byte 8: found no header; expected IHDR.");
        if (dataOffset == 0) throw new InvalidDataException($"{path}: at byte {file.Length}: found no IDAT chunk; expected the image's data.");
        if (image.Colour == PngColour.Palette && palette is null) throw new InvalidDataException($"{path}: at byte {dataOffset - 4}: found data of an image with a palette; expected PLTE before.");
        // A short file that claims to be large is not given memory.
        if (PngPass.All(image).Sum(pass => pass.DataLength(image)) > (compressed.Length + 1) * BestCompression)
            throw new InvalidDataException($"{path}: at byte {dataOffset}: found {compressed.Length} bytes of data, which cannot hold an image of {image.Width}×{image.Height}.");
        compressed.Position = 0;
        return Unpack(compressed, image, new PngPixels(image, palette, transparency), dataOffset, path);
    }

    private static DecodedImage Unpack(MemoryStream compressed, PngHeader header, PngPixels pixels, int dataOffset, string path)
    {
        try
        {
            using var data = new ZLibStream(compressed, CompressionMode.Decompress);
            foreach (var pass in PngPass.All(header))
            {
                byte[] row = new byte[header.RowLength(pass.Width)], above = new byte[row.Length];
                for (int y = 0; y < pass.Height; y++)
                {
                    int filter = data.ReadByte();
                    data.ReadExactly(row);
                    PngRowFilter.Undo(filter, row, above, header.FilterStep);
                    pixels.Place(row, pass, y);
                    (row, above) = (above, row);
                }
            }
            if (data.ReadByte() >= 0) throw new InvalidDataException($"found more data than an image of {header.Width}×{header.Height} has.");
            return new DecodedImage(header.Width, header.Height, pixels.Channels, pixels.Result);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"{path}: at byte {dataOffset}: found less data than an image of {header.Width}×{header.Height} has. The file is incomplete.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: at byte {dataOffset}: in the compressed data: {e.Message}", e);
        }
    }

    private static byte[] ReadPalette(PngChunk chunk, PngHeader header, string path)
    {
        int entries = chunk.Data.Length / 3, most = header.Colour == PngColour.Palette ? 1 << header.BitDepth : 256;
        if (chunk.Data.Length % 3 != 0 || entries < 1 || entries > most)
            throw new InvalidDataException($"{path}: at byte {chunk.Offset - 8}: found a palette of {chunk.Data.Length} bytes; expected three for each of 1 to {most} colours.");
        if (header.Colour is PngColour.Grey or PngColour.GreyAlpha)
            throw new InvalidDataException($"{path}: at byte {chunk.Offset - 4}: found a palette; a grey image has none.");
        return chunk.Data.ToArray();
    }

    private static ReadOnlyMemory<byte> ReadTransparency(PngChunk chunk, PngHeader header, byte[]? palette, string path)
    {
        bool fits = header.Colour switch
        {
            PngColour.Grey => chunk.Data.Length == 2,
            PngColour.Rgb => chunk.Data.Length == 6,
            PngColour.Palette => palette is not null && chunk.Data.Length <= palette.Length / 3,
            _ => false,
        };
        return fits ? chunk.Data : throw new InvalidDataException($"{path}: at byte {chunk.Offset - 8}: found transparency (tRNS) of {chunk.Data.Length} bytes, which does not go with colour type {(int)header.Colour}.");
    }
}
