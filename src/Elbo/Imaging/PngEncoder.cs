using SkiaSharp;

namespace Elbo.Imaging;

/// <summary>Writes 8-bit grey or RGB pixels as PNG files, losslessly.</summary>
/// <remarks>
/// The encoder is Skia's (libpng). Its traps: RGB needs four bytes per pixel on the way in, but is written with three;
/// without a colour space it writes no profile, so that the file holds the pixels as they are. The same pixels give
/// the same bytes.
/// </remarks>
public static class PngEncoder
{
    /// <summary>zlib's default level. Level 9 takes three times as long for a file 1 to 2 % smaller.</summary>
    private const int CompressionLevel = 6;

    private static readonly SKPngEncoderOptions Options = new(SKPngEncoderFilterFlags.AllFilters, CompressionLevel);

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
        var info = new SKImageInfo(
            width,
            height,
            channels == 1 ? SKColorType.Gray8 : SKColorType.Rgb888x,
            SKAlphaType.Opaque
        );
        using var bitmap = new SKBitmap(info, info.RowBytes);
        if (channels == 1)
            pixels.CopyTo(bitmap.GetPixelSpan());
        else
            Spread(pixels, bitmap.GetPixelSpan());
        using var pixmap = bitmap.PeekPixels();
        using var file = pixmap.Encode(Options);
        return file is null
            ? throw new InsufficientMemoryException($"Skia could not encode an image of {width}×{height}.")
            : file.ToArray();
    }

    /// <summary>Three bytes per pixel to four, the last of which is not used.</summary>
    private static void Spread(ReadOnlySpan<byte> rgb, Span<byte> rgbx)
    {
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgb.Slice(from, 3).CopyTo(rgbx[to..]);
            rgbx[to + 3] = byte.MaxValue;
        }
    }
}
