using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Elbo.Imaging;

/// <summary>Decodes PNG, JPEG, WebP, BMP and GIF with Skia.</summary>
/// <remarks>
/// Peculiarities of Skia. Without an output colour space it leaves stored values unchanged; with one it converts them.
/// Its codecs return RGB only with a fourth sample. It reduces 16-bit grey to 8 bits (see
/// <see cref="PngDetails.HalveDepth"/>), returns 16-bit colours only as half-precision floats, and does not read the
/// orientation of a PNG. Warnings of libjpeg are not reported: a JPEG with a damaged but complete scan decodes
/// silently, and one that ends before its end marker is "incomplete". Scaled decoding is exact only for JPEG (eighths)
/// and WebP, whatever the other codecs report.
/// </remarks>
internal static class SkiaDecoder
{
    private const int MostScans = 500;

    /// <summary>The most bytes or, other than for PNG, pixels that a byte of a file can become.</summary>
    private static readonly Dictionary<string, long> BestCompression = new()
    {
        ["PNG"] = 1032, // of deflate
        ["JPEG"] = 512, // a bit for 8×8 pixels
        ["GIF"] = 2731, // a code of 12 bits for 4,096 pixels
        ["BMP"] = 128, // two bytes for a run of 255 pixels
    };

    /// <summary>Decodes a file whose first bytes match <paramref name="format"/>.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, incomplete or too large.</exception>
    public static (DecodedImage Image, DecodeFindings Findings) Decode(
        byte[] file,
        string format,
        DecodeOptions options
    )
    {
        var png = format == "PNG" ? PngDetails.Of(file) : null;
        string? warning =
            png is { HasEnd: false } ? "its last chunk (IEND) is missing"
            : format == "JPEG" ? JpegWarning(file)
            : null;
        bool halved = png is { BitDepth: 16, ColourType: 0 or 4 };
        if (format == "JPEG")
            CheckScans(file);
        using var data = SKData.CreateCopy(halved ? PngDetails.HalveDepth(file) : file);
        using var codec = SKCodec.Create(new SKMemoryStream(data), out var result);
        if (codec is null)
            throw Fault(format, result);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        ImageDecoder.CheckSize(width, height);
        // WebP has no limit: a few bytes can be a picture of one colour and any size.
        if (BestCompression.TryGetValue(format, out long expansion))
            ImageDecoder.CheckContent(format, width, height, png?.BitsPerPixel ?? 8, file.Length, expansion);
        var orientation = png?.Orientation ?? Orientation.FromFile((int)codec.EncodedOrigin);
        var (size, reduction) = Scale(codec, format, orientation, options);
        var layout = Layout(codec, format, png, file);
        var info = new SKImageInfo(
            size.Width,
            size.Height,
            layout.Highest == ushort.MaxValue && !halved ? SKColorType.RgbaF16
                : layout.Samples == 1 ? SKColorType.Gray8
                : SKColorType.Rgba8888,
            codec.Info.IsOpaque && !halved ? SKAlphaType.Opaque : SKAlphaType.Unpremul
        );
        return DecodeMemory.Shared.Use(
            file.Length + Held(format, width, height, info, reduction),
            () =>
            {
                var composer = new RowComposer(size.Width, size.Height, layout, orientation, options, reduction);
                var row = new RowConverter(composer, halved ? png : null, size.Width);
                if (reduction == 1)
                    ReadWhole(codec, format, info, row);
                else
                    ReadInBands(codec, format, info, row);
                var (image, findings) = composer.Finish();
                return (image, findings with { Warning = warning, Size = orientation.Turn(width, height) });
            }
        );
    }

    private static void ReadWhole(SKCodec codec, string format, SKImageInfo info, RowConverter rows)
    {
        using var bitmap = new SKBitmap(info, info.RowBytes);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw Fault(format, result);
        rows.Add(bitmap);
    }

    /// <summary>
    /// Reads bands of rows. PNG only: its codec can decode some rows, but starts from the beginning for each band.
    /// </summary>
    private static void ReadInBands(SKCodec codec, string format, SKImageInfo info, RowConverter rows)
    {
        int most = Math.Max(1, ImageDecoder.MostDecodedPixels / info.Width);
        for (int top = 0; top < info.Height; top += most)
        {
            int height = Math.Min(most, info.Height - top);
            var part = info.WithSize(info.Width, height);
            using var bitmap = new SKBitmap(part, part.RowBytes);
            var band = new SKCodecOptions(SKRectI.Create(0, top, info.Width, height));
            var result = codec.StartIncrementalDecode(info, bitmap.GetPixels(), part.RowBytes, band);
            if (result == SKCodecResult.Success)
                result = codec.IncrementalDecode();
            if (result != SKCodecResult.Success)
                throw Fault(format, result);
            rows.Add(bitmap);
        }
    }

    /// <summary>
    /// The size that the codec decodes to, and the integer factor by which rows are reduced afterwards.
    /// </summary>
    private static (SKSizeI Size, int Reduction) Scale(
        SKCodec codec,
        string format,
        Orientation orientation,
        DecodeOptions options
    )
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (format == "JPEG")
        {
            // Twice the target size leaves the averaging to the resampler. The target size itself suffices if memory is
            // short.
            double excess = ImageDecoder.Excess(width, height, orientation, options);
            foreach (double margin in (ReadOnlySpan<double>)[2, 1])
            {
                int eighths = Math.Min(8, (int)Math.Ceiling(8 * margin / excess));
                var size = codec.GetScaledDimensions(eighths / 8f);
                if ((long)size.Width * size.Height <= ImageDecoder.MostDecodedPixels)
                    return (size, 1);
            }
            throw ImageDecoder.TooLarge(width, height);
        }
        int reduction = ImageDecoder.Reduction(width, height, orientation, options);
        return reduction == 1 ? (codec.Info.Size, 1)
            : format == "PNG" ? (codec.Info.Size, reduction)
            : format == "WebP" ? (codec.GetScaledDimensions(1f / reduction), 1)
            : throw new InvalidDataException(
                $"found an image of {width}×{height}; expected a {format} of at most "
                    + $"{ImageDecoder.MostDecodedPixels:N0} pixels."
            );
    }

    private static PixelLayout Layout(SKCodec codec, string format, PngDetails? png, ReadOnlySpan<byte> file)
    {
        const int Grey = 0,
            Palette = 3,
            GreyAlpha = 4;
        bool opaque = codec.Info.IsOpaque;
        if (png is { BitDepth: 16, ColourType: Grey })
            return new PixelLayout(2, 1, png.TransparentGrey < 0 ? -1 : 1, ushort.MaxValue);
        if (png is { BitDepth: 16, ColourType: GreyAlpha })
            return new PixelLayout(2, 1, 1, ushort.MaxValue);
        int alpha = opaque ? -1 : 3;
        if (png is { BitDepth: 16 })
            return new PixelLayout(4, 3, alpha, ushort.MaxValue);
        if (codec.Info.ColorType == SKColorType.Gray8)
            return new PixelLayout(1, 1);
        if (png is { ColourType: Grey or GreyAlpha })
            return new PixelLayout(4, 1, alpha);
        bool palette = format == "GIF" || png?.ColourType == Palette || (format == "BMP" && BmpBits(file) <= 8);
        return new PixelLayout(4, 3, alpha, GreyIfAllGrey: palette);
    }

    /// <summary>Bits per pixel. The oldest header, of 12 bytes, has them in another place.</summary>
    private static int BmpBits(ReadOnlySpan<byte> file)
    {
        const int HeaderAt = 14;
        int at = file.Length > HeaderAt && file[HeaderAt] == 12 ? 24 : 28;
        return file.Length >= at + 2 ? BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) : 0;
    }

    /// <summary>
    /// Estimates the bytes that a decoder and its output hold. Decoders of progressive JPEG and lossless WebP hold the
    /// whole image.
    /// </summary>
    private static long Held(string format, int width, int height, SKImageInfo info, int reduction)
    {
        long pixels = (long)width * height;
        long inside = format is "JPEG" or "WebP" ? pixels * 6 : 0;
        long read = info.BytesSize64 / (reduction == 1 ? 1 : reduction * reduction);
        return inside + (2 * read);
    }

    /// <summary>
    /// Rejects files with very many scans: a small progressive file could otherwise keep the decoder busy for hours.
    /// </summary>
    private static void CheckScans(ReadOnlySpan<byte> file)
    {
        // The two bytes of this marker cannot occur in compressed data.
        int scans = file.Count((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        if (scans > MostScans)
            throw new InvalidDataException($"found a JPEG of {scans:N0} scans; expected at most {MostScans}.");
    }

    /// <summary>Reports bytes between the segments before the first scan, which the decoder skips.</summary>
    private static string? JpegWarning(ReadOnlySpan<byte> file)
    {
        const byte Prefix = 0xFF,
            Scan = 0xDA;
        int extraneous = 0;
        for (int at = 2; at + 4 <= file.Length; )
        {
            if (file[at] != Prefix)
                (extraneous, at) = (extraneous + 1, at + 1);
            else if (file[at + 1] == Prefix)
                at++; // padding
            else if (file[at + 1] == Scan)
                break;
            else
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }
        return extraneous == 0 ? null : $"it has {extraneous:N0} extraneous bytes between its segments";
    }

    private static InvalidDataException Fault(string format, SKCodecResult result) =>
        new(
            result == SKCodecResult.IncompleteInput
                ? $"the {format} data is incomplete: the file ends too soon."
                : $"the {format} data is damaged ({result})."
        );

    /// <summary>Passes the rows of bitmaps to a composer, and 16-bit rows without loss.</summary>
    private sealed class RowConverter(RowComposer composer, PngDetails? halved, int width)
    {
        private readonly ushort[] _row = new ushort[width * 4];

        public void Add(SKBitmap bitmap)
        {
            var pixels = bitmap.GetPixelSpan();
            for (int y = 0; y < bitmap.Height; y++)
            {
                var row = pixels.Slice(y * bitmap.RowBytes, bitmap.RowBytes);
                if (halved is not null)
                    composer.Add<ushort>(Join(row));
                else if (bitmap.ColorType == SKColorType.RgbaF16)
                    composer.Add<ushort>(Round(MemoryMarshal.Cast<byte, Half>(row)));
                else
                    composer.Add<byte>(row);
            }
        }

        private Span<ushort> Round(ReadOnlySpan<Half> row)
        {
            for (int i = 0; i < row.Length; i++)
                _row[i] = (ushort)MathF.Round(Math.Clamp((float)row[i], 0, 1) * ushort.MaxValue);
            return _row;
        }

        /// <summary>Combines RGBA samples, which are bytes of 16-bit grey and opacity, to those values.</summary>
        private Span<ushort> Join(ReadOnlySpan<byte> rgba)
        {
            for (int x = 0; x < width; x++)
            {
                var bytes = rgba.Slice(4 * x, 4);
                bool alpha = halved!.ColourType == 4;
                _row[2 * x] = (ushort)((bytes[0] << 8) | bytes[alpha ? 1 : 3]);
                _row[(2 * x) + 1] =
                    alpha ? (ushort)((bytes[2] << 8) | bytes[3])
                    : _row[2 * x] == halved.TransparentGrey ? (ushort)0
                    : ushort.MaxValue;
            }
            return _row.AsSpan(0, 2 * width);
        }
    }
}
