namespace Elbo.Selection;

/// <summary>Images of one size whose intensities are sorted into a few equally wide bins, a byte a pixel.</summary>
internal sealed class BinnedImages
{
    private readonly byte[] _bins;

    private BinnedImages(byte[] bins, int pixels, int binCount) => (_bins, Pixels, BinCount) = (bins, pixels, binCount);

    /// <summary>How many images.</summary>
    public int Count => _bins.Length / Pixels;

    /// <summary>Pixels of one image.</summary>
    public int Pixels { get; }

    /// <summary>How many bins.</summary>
    public int BinCount { get; }

    /// <summary>The bin of each pixel of an image.</summary>
    public ReadOnlySpan<byte> this[int index] => _bins.AsSpan(index * Pixels, Pixels);

    /// <summary>Sorts images.</summary>
    /// <param name="intensities">(images, <paramref name="pixels"/>), row by row, in [0, 1]; what lies outside goes to
    /// the first or last bin.</param>
    /// <param name="pixels">Pixels of one image.</param>
    /// <param name="bins">From 2 to 256.</param>
    /// <exception cref="ArgumentException">They are not whole images, or the number of bins is out of
    /// range.</exception>
    public static BinnedImages Of(ReadOnlySpan<float> intensities, int pixels, int bins)
    {
        if (bins is < 2 or > 256)
            throw new ArgumentException($"{bins} bins were asked for; it must be from 2 to 256.", nameof(bins));
        if (pixels < 1 || intensities.Length % pixels != 0)
            throw new ArgumentException(
                $"{intensities.Length} intensities came; images of {pixels} pixels need a multiple of that.",
                nameof(intensities)
            );
        byte[] result = new byte[intensities.Length];
        // A number that is none at all compares with nothing, and goes to the first bin.
        for (int i = 0; i < result.Length; i++)
            result[i] =
                intensities[i] >= 1 ? (byte)(bins - 1)
                : intensities[i] > 0 ? (byte)(intensities[i] * bins)
                : (byte)0;
        return new BinnedImages(result, pixels, bins);
    }
}
