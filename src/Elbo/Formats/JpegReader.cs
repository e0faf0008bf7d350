using System.Runtime.InteropServices;

namespace Elbo.Formats;

/// <summary>
/// Reads JPEG files as 8-bit grey or RGB, by way of the library libturbojpeg where that is installed.
/// </summary>
/// <remarks>What the decoder would only warn of, such as data that ends too soon, counts as damage. Colour profiles and
/// the
/// orientation that a camera noted are not applied.</remarks>
public static class JpegReader
{
    /// <summary>The first bytes of every JPEG file: start of image, and the beginning of another marker.</summary>
    internal static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    /// <summary>Whether the library is there, so that JPEG files can be read.</summary>
    public static bool IsAvailable => TurboJpeg.Installed is not null;

    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is not a sound JPEG file, or has more than
    /// <see cref="DecodedImage.MostPixels"/> pixels.</exception>
    /// <exception cref="MissingLibraryException">The library is not installed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecodedImage Read(string path) => Decode(ImageFile.ReadBytes(path), path);

    /// <summary>Decodes the content of a JPEG file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What complaints call it.</param>
    /// <exception cref="InvalidDataException">It is not a sound JPEG file, or has more than
    /// <see cref="DecodedImage.MostPixels"/> pixels.</exception>
    /// <exception cref="MissingLibraryException">The library is not installed.</exception>
    public static DecodedImage Decode(byte[] file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        var library = TurboJpeg.Required;
        nint decoder = library.Create();
        try
        {
            var length = new CULong((nuint)file.Length);
            if (library.ReadHeader(decoder, file, length, out int width, out int height, out _, out var colours) != 0)
                throw Fault();
            if ((long)width * height > DecodedImage.MostPixels)
                throw new InvalidDataException(
                    $"{path}: at byte 0: found an image of {width}×{height}; expected at most "
                        + $"{DecodedImage.MostPixels:N0} pixels."
                );
            var format = colours switch
            {
                TurboJpeg.Colours.Grey => TurboJpeg.PixelFormat.Grey,
                TurboJpeg.Colours.Cmyk or TurboJpeg.Colours.Ycck => TurboJpeg.PixelFormat.Cmyk,
                _ => TurboJpeg.PixelFormat.Rgb,
            };
            int channels = format switch
            {
                TurboJpeg.PixelFormat.Grey => 1,
                TurboJpeg.PixelFormat.Cmyk => 4,
                _ => 3,
            };
            byte[] pixels = new byte[width * height * channels];
            if (
                library.Decompress(
                    decoder,
                    file,
                    length,
                    pixels,
                    width,
                    width * channels,
                    height,
                    format,
                    TurboJpeg.Flags
                ) != 0
            )
                throw Fault();
            return format == TurboJpeg.PixelFormat.Cmyk
                ? new DecodedImage(width, height, 3, MixInk(pixels))
                : new DecodedImage(width, height, channels, pixels);
        }
        finally
        {
            library.Destroy(decoder);
        }

        // The library does not say where it stopped.
        InvalidDataException Fault() =>
            new($"{path}: at byte 0: the JPEG data is damaged or incomplete: {library.Error(decoder)}.");
    }

    /// <summary>RGB of cyan, magenta, yellow and black as printing programs store them: 255 is no ink.</summary>
    private static byte[] MixInk(byte[] cmyk)
    {
        byte[] rgb = new byte[cmyk.Length / 4 * 3];
        for (int i = 0, j = 0; i < cmyk.Length; i += 4)
        for (int c = 0; c < 3; c++)
            rgb[j++] = (byte)(((cmyk[i + c] * cmyk[i + 3]) + (byte.MaxValue / 2)) / byte.MaxValue);
        return rgb;
    }
}
