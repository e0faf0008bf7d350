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
        using var bitmap = SkiaPixels.Bitmap(width, height, channels, pixels);
        using var pixmap = bitmap.PeekPixels();
        using var file = pixmap.Encode(Options);
        return file is null
            ? throw new InsufficientMemoryException($"Skia could not encode an image of {width}×{height}.")
            : file.ToArray();
    }
}

/// <summary>Encodes images as lossy WebP files, at a reduced size.</summary>
internal static class WebpEncoder
{
    /// <summary>Encodes <paramref name="image"/> with its sides multiplied by <paramref name="scale"/>.</summary>
    /// <param name="image">The image.</param>
    /// <param name="scale">Above 0, at most 1. No side becomes shorter than one pixel.</param>
    /// <param name="quality">0–100.</param>
    public static byte[] Encode(DecodedImage image, double scale, int quality)
    {
        using var whole = SkiaPixels.Bitmap(image.Width, image.Height, image.Channels, image.Pixels);
        var size = new SKSizeI(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        using var small = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var file = small.Encode(SKEncodedImageFormat.Webp, quality);
        return file is null
            ? throw new InsufficientMemoryException($"Skia could not encode an image of {size.Width}×{size.Height}.")
            : file.ToArray();
    }
}

/// <summary>Pixels of ours as bitmaps of Skia.</summary>
file static class SkiaPixels
{
    /// <summary>An opaque bitmap: grey with one byte per pixel, or RGB with three bytes and an unused fourth.</summary>
    public static SKBitmap Bitmap(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        var type = channels == 1 ? SKColorType.Gray8 : SKColorType.Rgb888x;
        var info = new SKImageInfo(width, height, type, SKAlphaType.Opaque);
        var bitmap = new SKBitmap(info, info.RowBytes);
        if (channels == 1)
            pixels.CopyTo(bitmap.GetPixelSpan());
        else
            Spread(pixels, bitmap.GetPixelSpan());
        return bitmap;
    }

    private static void Spread(ReadOnlySpan<byte> rgb, Span<byte> rgbx)
    {
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            rgb.Slice(from, 3).CopyTo(rgbx[to..]);
            rgbx[to + 3] = byte.MaxValue;
        }
    }
}
