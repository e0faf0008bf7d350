namespace Elbo.Imaging;

/// <summary>The pixels of an image file: bytes in row-major order from the top, with interleaved channels.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 for grey, 3 for RGB.</param>
/// <param name="Pixels">Intensities 0–255, (H, W, C).</param>
public sealed record DecodedImage(int Width, int Height, int Channels, byte[] Pixels);

/// <summary>Options of the decoders.</summary>
internal sealed record DecodeOptions
{
    /// <summary>
    /// The size that the image must cover; null decodes every pixel. A decoder may return a reduced image that is at
    /// least this large.
    /// </summary>
    public ImageSize? Target { get; init; }

    /// <summary>Background of transparent images.</summary>
    public BackgroundColour Background { get; init; } = BackgroundColour.Black;

    /// <summary>The 16-bit sample value that maps to 255.</summary>
    public int White16 { get; init; } = ushort.MaxValue;
}

/// <summary>Properties of an image found while decoding it.</summary>
/// <param name="Opacity">Sum of all opacities, 0–255 each, if a pixel is not opaque; else 0.</param>
/// <param name="VisibleLuma">Sum of opacity times luma, 0–255 each, if a pixel is not opaque.</param>
/// <param name="IsTransparent">Whether a pixel is not opaque.</param>
/// <param name="Highest16">Highest sample of a 16-bit image; −1 for others.</param>
/// <param name="Warning">Flaw of a file that was decoded completely nevertheless; null for none.</param>
internal sealed record DecodeFindings(
    bool IsTransparent,
    long Opacity,
    long VisibleLuma,
    int Highest16,
    string? Warning = null
)
{
    /// <summary>Width and height of the upright image in the file, in pixels.</summary>
    public (int Width, int Height) Size { get; init; }

    /// <summary>
    /// The background on which transparent images are visible: white if their visible pixels are dark on average, else
    /// black.
    /// </summary>
    public static BackgroundColour BackgroundFor(IEnumerable<DecodeFindings> files)
    {
        Int128 luma = 0,
            opacity = 0;
        foreach (var file in files)
            (luma, opacity) = (luma + file.VisibleLuma, opacity + file.Opacity);
        return 2 * luma < byte.MaxValue * opacity ? BackgroundColour.White : BackgroundColour.Black;
    }

    /// <summary>
    /// The white level of 16-bit images with highest sample <paramref name="highest"/>: the maximum of 8, 10, 12 or 14
    /// bits if no sample exceeds it, else 65535.
    /// </summary>
    /// <remarks>
    /// Skia returns 16-bit colours as half-precision floats, whose 11 significant bits can round a sample up by 1/2048.
    /// </remarks>
    public static int White16For(int highest)
    {
        foreach (int white in (ReadOnlySpan<int>)[0xFF, 0x3FF, 0xFFF, 0x3FFF])
            if (highest > 0 && highest <= white + (white >> 11) + 1)
                return white;
        return ushort.MaxValue;
    }
}
