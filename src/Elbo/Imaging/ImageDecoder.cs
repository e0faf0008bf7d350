namespace Elbo.Imaging;

/// <summary>
/// Reads PNG, JPEG, WebP, BMP, GIF (the first frame) and TIFF files (the first page) as upright 8-bit grey or RGB.
/// </summary>
/// <remarks>
/// <para>The content decides the format, never the name. The orientation that EXIF or a TIFF tag notes is applied.
/// Samples of another depth are scaled to 0–255. Values are taken as they are stored, as PIL and torchvision do:
/// neither colour profiles nor gamma are applied. Grey files, and those with a palette whose pixels are all grey, give
/// one channel.</para>
/// <para>What a decoder warns of but can decode whole is read; what is incomplete is refused.</para>
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The most pixels that a file may have, whatever its header says.</summary>
    public const long MostPixels = 300_000_000;

    /// <summary>The most pixels that are decoded into memory; files with more are reduced while they are read.</summary>
    internal const int MostDecodedPixels = 1 << 26;

    /// <summary>The formats, for messages.</summary>
    internal const string Formats = "PNG, JPEG, WebP, BMP, GIF or TIFF";

    private const long LargestFile = 1 << 30;

    /// <summary>Endings of the names of files that are taken for images, in small letters.</summary>
    public static IReadOnlyList<string> Endings { get; } =
    [".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".bmp", ".gif", ".tif", ".tiff"];

    /// <summary>Reads the image file at <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="background">What a transparent image lies on; null is white where what is visible is dark on
    /// average, else black.</param>
    /// <exception cref="InvalidDataException">It is not an image, damaged, incomplete, or has more than 67 million
    /// pixels.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecodedImage Read(string path, BackgroundColour? background = null) =>
        Decode(ReadBytes(path), path, background);

    /// <summary>Decodes the content of an image file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="background">As in <see cref="Read(string, BackgroundColour?)"/>.</param>
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

    /// <summary>Reads a file as the options ask.</summary>
    internal static (DecodedImage Image, DecodeFindings Findings) Read(string path, DecodeOptions options) =>
        Decode(ReadBytes(path), path, options);

    /// <summary>Decodes a file as the options ask.</summary>
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
    }

    /// <summary>All of a file, unless it is larger than any image is.</summary>
    internal static byte[] ReadBytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.Length > LargestFile)
            throw new InvalidDataException(
                $"{path}: found a file of {file.Length:N0} bytes; expected an image of at most {LargestFile:N0}."
            );
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Refuses a size that a header claims, before it takes memory.</summary>
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
    /// How many times larger than the target the picture is in both directions; 1 where no target is given.
    /// </summary>
    internal static double Excess(int width, int height, Orientation orientation, DecodeOptions options)
    {
        if (options.Target is not { } target)
            return 1;
        var (across, down) = orientation.Turn(target.Width, target.Height);
        return Math.Max(1, Math.Min((double)width / across, (double)height / down));
    }

    /// <summary>
    /// The whole factor by which an image is reduced so that at most <see cref="MostDecodedPixels"/> remain; mostly 1.
    /// </summary>
    /// <exception cref="InvalidDataException">It would then be smaller than the target.</exception>
    internal static int Reduction(int width, int height, Orientation orientation, DecodeOptions options)
    {
        int reduction = (int)Math.Ceiling(Math.Sqrt((double)width * height / MostDecodedPixels));
        return reduction <= Excess(width, height, orientation, options) ? reduction : throw TooLarge(width, height);
    }

    /// <summary>What is thrown for an image that can be decoded only if it is made smaller than is asked.</summary>
    internal static InvalidDataException TooLarge(int width, int height) =>
        new(
            $"found an image of {width}×{height}; more than {MostDecodedPixels:N0} pixels can be read only if they are "
                + "made fewer at once: give a smaller image size."
        );

    private static string? FormatOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? "PNG"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "JPEG"
        : file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? "GIF"
        : file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8) ? "WebP"
        : file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) ? "TIFF"
        : file.StartsWith("BM"u8) ? "BMP"
        : null;

    /// <summary>
    /// The first bytes, as text where they are some: web pages and error messages are often saved under an image's
    /// name.
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
