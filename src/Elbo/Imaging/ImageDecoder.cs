using Elbo.Formats;

namespace Elbo.Imaging;

/// <summary>
/// Reads PNG, JPEG, WebP, BMP, GIF (first frame) and TIFF (first page) files as upright 8-bit grey or RGB images.
/// </summary>
/// <remarks>
/// The content decides the format, not the name. The orientation stored in EXIF or a TIFF tag is applied. Samples of
/// other depths are scaled to 0–255. As in PIL and torchvision, stored values are used unchanged: neither colour
/// profiles nor gamma are applied. Grey files give one channel, and so do palette files whose pixels are all grey.
/// Files that a decoder warns about but decodes completely are accepted. Incomplete files are rejected.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>Maximum number of pixels of a file, as given by its header.</summary>
    public const long MostPixels = 300_000_000;

    /// <summary>Maximum number of pixels decoded into memory. Larger files are reduced while they are read.</summary>
    internal const int MostDecodedPixels = 1 << 26;

    /// <summary>Names of the formats, for messages.</summary>
    internal const string Formats = "PNG, JPEG, WebP, BMP, GIF or TIFF";

    private const long LargestFile = 1 << 30;

    /// <summary>Extensions of image files, in lower case.</summary>
    public static IReadOnlyList<string> Endings { get; } =
    [".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".bmp", ".gif", ".tif", ".tiff"];

    /// <summary>Reads an image file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="background">
    /// Background of transparent pixels; null is white if the visible pixels are dark on average, else black.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is not an image, is damaged or incomplete, or has more than 67 million pixels.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DecodedImage Read(string path, BackgroundColour? background = null) =>
        Decode(ReadBytes(path), path, background);

    /// <summary>Decodes the content of an image file.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="path">Name in messages.</param>
    /// <param name="background">As for <see cref="Read(string, BackgroundColour?)"/>.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string, BackgroundColour?)"/>.</exception>
    public static DecodedImage Decode(byte[] file, string path, BackgroundColour? background = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var options = new DecodeOptions { Background = background ?? BackgroundColour.Black };
        var (image, findings) = Decode(file, path, options);
        if (
            background is null
            && DecodeFindings.BackgroundFor([findings]) is var better
            && better != options.Background
        )
            (image, _) = Decode(file, path, options with { Background = better });
        return image;
    }

    /// <summary>Reads a file with the given options.</summary>
    internal static (DecodedImage Image, DecodeFindings Findings) Read(string path, DecodeOptions options) =>
        Decode(ReadBytes(path), path, options);

    /// <summary>Decodes a file with the given options.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string, BackgroundColour?)"/>.</exception>
    internal static (DecodedImage Image, DecodeFindings Findings) Decode(
        byte[] file,
        string path,
        DecodeOptions options
    )
    {
        try
        {
            return FormatOf(file) switch
            {
                null => throw new InvalidDataException(
                    $"found {DescribeStart(file)}; expected an image in the format {Formats}."
                ),
                "TIFF" => TiffDecoder.Decode(file, options),
                { } format => SkiaDecoder.Decode(file, format, options),
            };
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"{path}: the {FormatOf(file)} data is damaged: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.",
                e
            );
        }
    }

    /// <summary>Reads all bytes of a file, unless it is larger than any image.</summary>
    internal static byte[] ReadBytes(string path)
    {
        var file = RegularFile.Target(path);
        if (file is not { Exists: true, Length: > 0 })
            throw new InvalidDataException(
                $"{path}: found nothing to read (an empty file, a broken link, a pipe or a device); expected an image "
                    + $"in the format {Formats}."
            );
        if (file.Length > LargestFile)
            throw new InvalidDataException(
                $"{path}: found a file of {file.Length:N0} bytes; expected an image of at most {LargestFile:N0}."
            );
        return RegularFile.ReadAllBytes(path);
    }

    /// <summary>Rejects an image size given by a header before memory is allocated.</summary>
    internal static void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1)
            throw new InvalidDataException($"found an image of {width}×{height}; expected at least 1×1.");
        if (width * height > MostPixels)
            throw new InvalidDataException(
                $"found an image of {width}×{height}; expected at most {MostPixels:N0} pixels."
            );
    }

    /// <summary>
    /// Rejects an image size that the bytes of the file cannot hold at the best compression of its format, before
    /// memory is allocated.
    /// </summary>
    /// <param name="format">Name of the format.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="bits">Bits per pixel before compression.</param>
    /// <param name="fileLength">Length of the file in bytes.</param>
    /// <param name="expansion">The most bytes that a compressed byte expands to.</param>
    /// <exception cref="InvalidDataException">The file is too short for the pixels.</exception>
    internal static void CheckContent(string format, long width, long height, int bits, int fileLength, long expansion)
    {
        if (width * height * bits / 8 > fileLength * expansion)
            throw new InvalidDataException(
                $"found a {format} of {width}×{height} in {fileLength:N0} bytes, which cannot hold it; it is "
                    + "incomplete or damaged."
            );
    }

    /// <summary>The factor by which the image exceeds the target in both directions; 1 without a target.</summary>
    internal static double Excess(int width, int height, Orientation orientation, DecodeOptions options)
    {
        if (options.Target is not { } target)
            return 1;
        var (across, down) = orientation.Turn(target.Width, target.Height);
        return Math.Max(1, Math.Min((double)width / across, (double)height / down));
    }

    /// <summary>
    /// The integer factor by which an image is reduced so that at most <see cref="MostDecodedPixels"/> remain; usually
    /// 1.
    /// </summary>
    /// <exception cref="InvalidDataException">The reduced image would be smaller than the target.</exception>
    internal static int Reduction(int width, int height, Orientation orientation, DecodeOptions options)
    {
        int reduction = (int)Math.Ceiling(Math.Sqrt((double)width * height / MostDecodedPixels));
        return reduction <= Excess(width, height, orientation, options) ? reduction : throw TooLarge(width, height);
    }

    /// <summary>The exception for an image that is too large to decode at the requested size.</summary>
    internal static InvalidDataException TooLarge(int width, int height) =>
        new(
            $"found an image of {width}×{height}; more than {MostDecodedPixels:N0} pixels can be read only if they are "
                + "made fewer at once: give a smaller image size."
        );

    /// <summary>Name of the format that the first bytes of a file show; null for none of them.</summary>
    internal static string? FormatOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? "PNG"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "JPEG"
        : file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? "GIF"
        : file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8) ? "WebP"
        : file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) ? "TIFF"
        : file.StartsWith("BM"u8) ? "BMP"
        : null;

    /// <summary>
    /// The first bytes, as text if they are text: web pages and error messages are often saved with an image's name.
    /// </summary>
    private static string DescribeStart(byte[] file)
    {
        const int Text = 15,
            Bytes = 4;
        if (file.Length == 0)
            return "an empty file";
        string text = string.Concat(file.Take(Text).TakeWhile(b => b is >= 0x20 and < 0x7F).Select(b => (char)b))
            .TrimEnd();
        return text.Length >= Math.Min(Bytes, file.Length)
            ? $"'{text}'"
            : Convert.ToHexStringLower(file.AsSpan(0, Math.Min(Bytes, file.Length)));
    }
}
