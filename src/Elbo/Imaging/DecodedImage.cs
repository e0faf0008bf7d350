namespace Elbo.Imaging;

/// <summary>The pixels of an image file: bytes row by row from the top, channels interleaved.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Pixels">Width × height × channels intensities, 0–255.</param>
public sealed record DecodedImage(int Width, int Height, int Channels, byte[] Pixels);

/// <summary>What the decoders are told besides the file.</summary>
internal sealed record DecodeOptions
{
    /// <summary>
    /// The size that the picture is to cover; null keeps every pixel. A decoder may give a reduced picture that is not
    /// smaller than this.
    /// </summary>
    public ImageSize? Target { get; init; }

    /// <summary>What transparent images lie on.</summary>
    public BackgroundColour Background { get; init; } = BackgroundColour.Black;

    /// <summary>The 16-bit sample that becomes 255.</summary>
    public int White16 { get; init; } = ushort.MaxValue;
}

/// <summary>What a decoder found in a file besides its pixels.</summary>
/// <param name="Opacity">The sum of all opacities, 0–255 each, where a pixel is not opaque; else 0.</param>
/// <param name="VisibleLuma">The sum of opacity times luma, 0–255 each, of such an image.</param>
/// <param name="IsTransparent">Whether a pixel is not opaque.</param>
/// <param name="Highest16">The highest sample of an image of 16 bits; −1 for others.</param>
/// <param name="Warning">What is wrong with a file that was decoded whole nevertheless; null for nothing.</param>
internal sealed record DecodeFindings(
    bool IsTransparent,
    long Opacity,
    long VisibleLuma,
    int Highest16,
    string? Warning = null
)
{
    /// <summary>
    /// What transparent images should lie on to be seen: white where what is visible is dark on average, else black.
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
    /// The white of 16-bit images whose highest sample is <paramref name="highest"/>: that of 8, 10, 12 or 14 bits where
    /// no sample is above it, else 65535.
    /// </summary>
    /// <remarks>
    /// Skia gives 16-bit colours as halves, whose 11 significant bits may round a sample up by 1/2048.
    /// </remarks>
    public static int White16For(int highest)
    {
        foreach (int white in (ReadOnlySpan<int>)[0xFF, 0x3FF, 0xFFF, 0x3FFF])
            if (highest > 0 && highest <= white + (white >> 11) + 1)
                return white;
        return ushort.MaxValue;
    }
}
