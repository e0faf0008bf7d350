using System.Buffers.Binary;

namespace Elbo.Imaging;

/// <summary>Properties of a PNG file that Skia does not report.</summary>
/// <param name="BitDepth">Bits per sample or palette index.</param>
/// <param name="ColourType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</param>
/// <param name="TransparentGrey">The transparent value of a grey image; −1 for none.</param>
/// <param name="Orientation">Orientation in the EXIF chunk. Skia reads it in JPEG and WebP but not in PNG.</param>
/// <param name="HasEnd">Whether the file has its last chunk.</param>
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

    /// <summary>Bits per pixel.</summary>
    public int BitsPerPixel =>
        BitDepth
        * ColourType switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

    /// <summary>Reads the properties. The decoder detects damage later.</summary>
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
    /// Converts a 16-bit grey file to an 8-bit file with twice the samples, from which Skia returns both bytes of each
    /// sample.
    /// </summary>
    /// <remarks>
    /// Skia reduces 16-bit grey to 8 bits. Rows and filters of PNG work on bytes, so 16-bit grey is stored exactly like
    /// 8-bit grey with alpha, and 16-bit grey with alpha like 8-bit RGBA: only the header differs. The checksum of the
    /// header is linear: a change of given bits always changes the same bits of the checksum, so a wrong checksum stays
    /// wrong.
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

    /// <summary>Reads tag 0x0112 of the first directory. Damaged or missing data count as 1.</summary>
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
