using Elbo.Data;
using Elbo.Formats;
using Elbo.Imaging;
using SkiaSharp;

namespace Elbo.Figures;

/// <summary>A raster image: bytes in row-major order from the top, with interleaved channels, grey or RGB.</summary>
public sealed class Bitmap
{
    private readonly byte[] _pixels;

    /// <summary>Creates a black image.</summary>
    /// <exception cref="ArgumentException">
    /// A side is less than one pixel, the number of channels is not 1 or 3, or the image is too large for an array.
    /// </exception>
    public Bitmap(int width, int height, int channels)
    {
        if (width < 1 || height < 1)
            throw new ArgumentException($"the image is {width}×{height}; at least 1×1 is needed.", nameof(width));
        if (channels is not (1 or 3))
            throw new ArgumentException($"got {channels} channels; 1 (grey) or 3 (RGB) are needed.", nameof(channels));
        if ((Int128)width * height * channels > Array.MaxLength)
            throw new ArgumentException(
                $"the image is {width}×{height} with {channels} channels; an image has {Array.MaxLength} bytes at most.",
                nameof(width)
            );
        Width = width;
        Height = height;
        Channels = channels;
        _pixels = new byte[width * height * channels];
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Number of channels: 1 for grey, 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>The bytes, (height, width, channels), starting at the top left pixel.</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>
    /// The value of a channel at column <paramref name="x"/> and row <paramref name="y"/>, counted from the top left.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pixel or channel.</exception>
    public byte this[int x, int y, int channel = 0]
    {
        get => _pixels[At(x, y, channel)];
        set => _pixels[At(x, y, channel)] = value;
    }

    private int At(int x, int y, int channel)
    {
        Require.Index(x, Width, "columns");
        Require.Index(y, Height, "rows");
        Require.Index(channel, Channels, "channels");
        return ((y * Width) + x) * Channels + channel;
    }

    /// <summary>Converts an image of floats (C, H, W) from [0, 1] to 0–255. Values outside are clamped.</summary>
    /// <exception cref="ArgumentException">The values do not match the shape.</exception>
    public static Bitmap FromImage(ReadOnlySpan<float> image, ImageShape shape) =>
        ImageGrid.Compose(image, shape, 1, 1);

    /// <summary>Converts an image of bytes, (C, H, W).</summary>
    /// <exception cref="ArgumentException">The values do not match the shape.</exception>
    public static Bitmap FromImage(ReadOnlySpan<byte> image, ImageShape shape) => ImageGrid.Compose(image, shape, 1, 1);

    /// <summary>The byte nearest to 255·<paramref name="intensity"/>, clamped; 0 for NaN.</summary>
    public static byte ToByte(float intensity) =>
        intensity > 0 ? (byte)((Math.Min(intensity, 1f) * 255f) + 0.5f) : (byte)0;

    /// <summary>Repeats each pixel <paramref name="factor"/> times in both directions.</summary>
    /// <exception cref="ArgumentException">The factor is less than 1, or the result too large.</exception>
    public Bitmap Enlarge(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, Array.MaxLength / Math.Max(Width, Height));
        if (factor == 1)
            return this;
        var large = new Bitmap(Width * factor, Height * factor, Channels);
        int rowLength = large.Width * Channels;
        for (int y = 0; y < Height; y++)
        {
            var row = large.Pixels.Slice(y * factor * rowLength, rowLength);
            for (int x = 0; x < large.Width; x++)
                _pixels.AsSpan(((y * Width) + (x / factor)) * Channels, Channels).CopyTo(row[(x * Channels)..]);
            for (int copy = 1; copy < factor; copy++)
                row.CopyTo(large.Pixels[(((y * factor) + copy) * rowLength)..]);
        }
        return large;
    }

    /// <summary>Converts to an opaque SkiaSharp image, which the caller disposes.</summary>
    internal SKImage ToSkia()
    {
        if (Channels == 1)
            return SKImage.FromPixelCopy(
                new SKImageInfo(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque),
                _pixels
            );
        var quads = new byte[4 * Width * Height];
        for (int from = 0, to = 0; from < _pixels.Length; from += 3, to += 4)
        {
            (quads[to], quads[to + 1], quads[to + 2]) = (_pixels[from], _pixels[from + 1], _pixels[from + 2]);
            quads[to + 3] = 255;
        }
        return SKImage.FromPixelCopy(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque), quads);
    }

    /// <summary>Copies the pixels of a SkiaSharp surface, without their opacity.</summary>
    internal static Bitmap FromSkia(SKSurface surface, int width, int height)
    {
        using var pixels = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var picture = surface.Snapshot();
        picture.ReadPixels(pixels.Info, pixels.GetPixels(), pixels.RowBytes, 0, 0);
        var bitmap = new Bitmap(width, height, 3);
        var quads = pixels.GetPixelSpan();
        for (int from = 0, to = 0; to < bitmap._pixels.Length; from += 4, to += 3)
            quads.Slice(from, 3).CopyTo(bitmap._pixels.AsSpan(to));
        return bitmap;
    }

    /// <summary>Encodes the image as a PNG file.</summary>
    public byte[] EncodePng() => PngEncoder.Encode(Width, Height, Channels, _pixels);

    /// <summary>Writes the image as a PNG file, atomically.</summary>
    public void SavePng(string path) => AtomicFile.Write(path, EncodePng());
}
