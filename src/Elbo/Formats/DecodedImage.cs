namespace Elbo.Formats;

/// <summary>The pixels of an image file: bytes row by row from the top, channels interleaved.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Pixels">Width × height × channels intensities, 0–255.</param>
public sealed record DecodedImage(int Width, int Height, int Channels, byte[] Pixels)
{
    /// <summary>
    /// The most pixels that an image file may have: what a header claims beyond that is not believed.
    /// </summary>
    public const int MostPixels = 1 << 26;
}
