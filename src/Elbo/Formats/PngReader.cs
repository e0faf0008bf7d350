using System.IO.Compression;

namespace Elbo.Formats;

/// <summary>Reads PNG files of every colour type and bit depth, interlaced or not, as 8-bit grey or RGB.</summary>
/// <remarks>
/// W3C PNG specification, third edition. Samples of another depth are scaled to 0–255; what is transparent lies over
/// black, opacity being applied to the stored values. Grey images and those whose palette is all grey come as one
/// channel. Colour profiles and gamma are not applied, and of an animation the still image is read.
/// </remarks>
public static class PngReader
{
    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is not a sound PNG file, or has more than
    /// <see cref="DecodedImage.MostPixels"/> pixels.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecodedImage Read(string path) => Decode(ImageFile.ReadBytes(path), path);

    /// <summary>Decodes the content of a PNG file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What complaints call it.</param>
    /// <exception cref="InvalidDataException">It is not a sound PNG file, or has more than
    /// <see cref="DecodedImage.MostPixels"/> pixels.</exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, string path)
    {
        var contents = new PngContents(file, path);
        try
        {
            return Unpack(contents);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException(
                $"{path}: at byte {contents.DataOffset}: found less data than an image of "
                    + $"{contents.Header.Width}×{contents.Header.Height} has. The file is incomplete.",
                e
            );
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"{path}: at byte {contents.DataOffset}: in the compressed data: {e.Message}",
                e
            );
        }
    }

    private static DecodedImage Unpack(PngContents contents)
    {
        var header = contents.Header;
        var pixels = new PngPixels(header, contents.Palette, contents.Transparency);
        using var data = new ZLibStream(contents.Data, CompressionMode.Decompress);
        foreach (var pass in PngPass.All(header))
        {
            byte[] row = new byte[header.RowLength(pass.Width)],
                above = new byte[row.Length];
            for (int y = 0; y < pass.Height; y++)
            {
                int filter = data.ReadByte();
                data.ReadExactly(row);
                PngRowFilter.Undo(filter, row, above, header.FilterStep);
                pixels.Place(row, pass, y);
                (row, above) = (above, row);
            }
        }
        if (data.ReadByte() >= 0)
            throw new InvalidDataException($"found more data than an image of {header.Width}×{header.Height} has.");
        return new DecodedImage(header.Width, header.Height, pixels.Channels, pixels.Result);
    }
}
