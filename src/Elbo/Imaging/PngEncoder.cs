using SkiaSharp;

namespace Elbo.Imaging;

/// <summary>Encodes 8-bit grey or RGB pixels as PNG files.</summary>
/// <remarks>
/// Uses Skia's encoder (libpng), with two peculiarities: RGB input needs four bytes per pixel but is written with
/// three, and without a colour space no profile is written, so the file contains the pixels unchanged. The same pixels
/// give the same bytes.
/// </remarks>
public static class PngEncoder
{
    /// <summary>
    /// The default level of zlib. Level 9 takes three times as long and makes files 1 to 2 % smaller.
    /// </summary>
    private const int CompressionLevel = 6;

    private static readonly SKPngEncoderOptions Options = new(SKPngEncoderFilterFlags.AllFilters, CompressionLevel);

    /// <summary>Encodes pixels in row-major order from the top, with interleaved channels.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    /// <param name="pixels">Intensities 0–255, (height, width, channels).</param>
    /// <exception cref="ArgumentException">
    /// The size is not that of an image, or the number of bytes does not match it.
    /// </exception>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        if (width < 1 || height < 1)
            throw new ArgumentException($"the image is {width}×{height}; a PNG needs at least 1×1.", nameof(width));
        if (channels is not (1 or 3))
            throw new ArgumentException($"got {channels} channels; a PNG takes 1 (grey) or 3 (RGB).", nameof(channels));
        if (pixels.Length != (long)width * height * channels)
            throw new ArgumentException(
                $"got {pixels.Length} bytes; {width}×{height}×{channels} needs {(long)width * height * channels}.",
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

    /// <summary>Expands three bytes per pixel to four; the fourth is not used.</summary>
    private static void Spread(ReadOnlySpan<byte> rgb, Span<byte> rgbx)
    {
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgb.Slice(from, 3).CopyTo(rgbx[to..]);
            rgbx[to + 3] = byte.MaxValue;
        }
    }
}
