using System.Buffers.Binary;

namespace Elbo.Imaging;

/// <summary>What Skia does not tell about a PNG file.</summary>
/// <param name="BitDepth">Bits of a sample or palette index.</param>
/// <param name="ColourType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</param>
/// <param name="TransparentGrey">The one transparent value of a grey image; −1 for none.</param>
/// <param name="Orientation">That of the EXIF chunk, which Skia reads in JPEG and WebP but not here.</param>
/// <param name="HasEnd">Whether the last chunk is there.</param>
internal sealed record PngDetails(
    int BitDepth,
    int ColourType,
    int TransparentGrey,
    Orientation Orientation,
    bool HasEnd
)
{
    private const int Header = 33; // the signature and IHDR
    private const int BitDepthAt = 24;
    private const int ColourTypeAt = 25;

    /// <summary>Reads the details; damage is left for the decoder to find.</summary>
    public static PngDetails Of(ReadOnlySpan<byte> file)
    {
        if (file.Length < Header)
            return new PngDetails(0, 0, -1, Orientation.Upright, false);
        int transparent = -1;
        var orientation = Orientation.Upright;
        for (var rest = file[Header..]; rest.Length >= 12; )
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            var data = rest.Slice(8, (int)length);
            if (rest[4..8].SequenceEqual("tRNS"u8) && length == 2)
                transparent = BinaryPrimitives.ReadUInt16BigEndian(data);
            else if (rest[4..8].SequenceEqual("eXIf"u8))
                orientation = ExifOrientation(data);
            else if (rest[4..8].SequenceEqual("IEND"u8))
                return new PngDetails(file[BitDepthAt], file[ColourTypeAt], transparent, orientation, true);
            rest = rest[(12 + (int)length)..];
        }
        return new PngDetails(file[BitDepthAt], file[ColourTypeAt], transparent, orientation, false);
    }

    /// <summary>
    /// A grey file of 16 bits as one of 8 bits with twice the samples, from which Skia gives both bytes of each sample.
    /// </summary>
    /// <remarks>
    /// Skia cuts 16-bit grey to 8 bits. Rows and filters of PNG work on bytes, so that 16-bit grey is stored exactly as
    /// 8-bit grey with alpha, and 16-bit grey with alpha as 8-bit RGBA: only the header differs. Its checksum is linear:
    /// changing the same bits always changes the same bits of it, and a wrong one stays wrong.
    /// </remarks>
    public static byte[] HalveDepth(byte[] file)
    {
        byte[] halved = (byte[])file.Clone();
        bool alpha = file[ColourTypeAt] == 4;
        halved[BitDepthAt] = 8;
        halved[ColourTypeAt] = (byte)(alpha ? 6 : 4);
        var checksum = halved.AsSpan(Header - 4, 4);
        uint change = alpha ? 0xFA9914C8u : 0xDFF24B14u;
        BinaryPrimitives.WriteUInt32BigEndian(checksum, BinaryPrimitives.ReadUInt32BigEndian(checksum) ^ change);
        return halved;
    }

    /// <summary>Tag 0x0112 of the first directory; what is damaged or not there counts as 1.</summary>
    private static Orientation ExifOrientation(ReadOnlySpan<byte> exif)
    {
        bool little = exif.StartsWith("II"u8);
        if (exif.Length < 10 || (!little && !exif.StartsWith("MM"u8)))
            return Orientation.Upright;
        uint directory = little
            ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2)
            return Orientation.Upright;
        var rest = exif[(int)directory..];
        int entries = Number(rest);
        for (rest = rest[2..]; entries > 0 && rest.Length >= 12; entries--, rest = rest[12..])
            if (Number(rest) == 0x0112 && Number(rest[2..]) == 3) // one of type SHORT
                return Orientation.FromFile(Number(rest[8..]));
        return Orientation.Upright;

        int Number(ReadOnlySpan<byte> at) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
    }
}
