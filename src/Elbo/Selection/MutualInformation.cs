using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>Mutual information between the intensities of two images at the same pixels.</summary>
/// <remarks>
/// I(a; b) = Σ p(a, b) log(p(a, b) / (p(a) p(b))), where p is the fraction of pixels in each pair of intensity bins
/// (Viola and Wells 1997). It is 0 for an image of constant intensity, and at most the entropy H of either image.
/// </remarks>
public static class MutualInformation
{
    /// <summary>Default number of intensity bins.</summary>
    public const int DefaultBins = 32;

    /// <summary>Entropies below this fraction of the largest possible one count as 0.</summary>
    private const double Negligible = 1e-12;

    /// <summary>Computes the mutual information of two images in nats.</summary>
    /// <param name="a">Intensities in [0, 1].</param>
    /// <param name="b">Intensities in [0, 1], as many as in <paramref name="a"/>.</param>
    /// <param name="bins">Number of intensity bins, from 2 to 256.</param>
    /// <exception cref="ArgumentException">
    /// The images are empty or of different sizes, or the number of bins is out of range.
    /// </exception>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int bins = DefaultBins) =>
        OfPair(a, b, bins, normalized: false);

    /// <summary>
    /// Computes the normalised mutual information of two images, 2·I(a; b) / (H(a) + H(b)), in [0, 1].
    /// </summary>
    /// <remarks>
    /// Symmetric uncertainty (Press et al. 1992, "Numerical Recipes", section 14.4). It is 1 for an image with itself.
    /// Unlike the mutual information, it is not small only because an image has few bright pixels.
    /// </remarks>
    /// <param name="a">Intensities in [0, 1].</param>
    /// <param name="b">Intensities in [0, 1], as many as in <paramref name="a"/>.</param>
    /// <param name="bins">Number of intensity bins, from 2 to 256.</param>
    /// <exception cref="ArgumentException">As for <see cref="Of"/>.</exception>
    public static double Normalized(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int bins = DefaultBins) =>
        OfPair(a, b, bins, normalized: true);

    private static double OfPair(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int bins, bool normalized)
    {
        if (a.Length != b.Length || a.IsEmpty)
            throw new ArgumentException(
                $"got images of {a.Length} and {b.Length} pixels; two of one size are needed.",
                nameof(b)
            );
        return Between(
            BinnedImages.Of(a, a.Length, bins),
            BinnedImages.Of(b, b.Length, bins),
            normalized,
            new Partition(1),
            default
        )[0];
    }

    /// <summary>
    /// The mutual information of each image of <paramref name="a"/> with each of <paramref name="b"/>, (a, b), row-major,
    /// in nats or normalised.
    /// </summary>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    internal static double[] Between(
        BinnedImages a,
        BinnedImages b,
        bool normalized,
        Partition partition,
        CancellationToken cancellation
    )
    {
        double[] result = new double[(long)a.Count * b.Count],
            terms = Terms(a.Pixels);
        double total = terms[a.Pixels];
        double[] entropies = new double[b.Count];
        for (int j = 0; j < entropies.Length; j++)
            entropies[j] = Sum(b[j], b.BinCount, terms);
        partition.Run(
            a.Count,
            (first, last) =>
            {
                int[] counts = new int[a.BinCount * b.BinCount];
                int[] rows = new int[a.Pixels];
                for (int i = first; i < last; i++)
                {
                    var image = a[i];
                    for (int p = 0; p < rows.Length; p++)
                        rows[p] = image[p] * b.BinCount;
                    double entropy = Sum(image, a.BinCount, terms);
                    for (int j = 0; j < b.Count; j++)
                    {
                        // In terms of n·log n for every count n of N pixels, N·H = N·log N − Σ. So N·I is
                        // N·log N + Σ joint − Σ of either image, and N·(H + H) is 2·N·log N − Σ of either image.
                        double shared = total + Joint(rows, b[j], counts, terms) - entropy - entropies[j],
                            both = (2 * total) - entropy - entropies[j];
                        result[((long)i * b.Count) + j] =
                            !normalized ? Math.Max(0, shared / a.Pixels)
                            // Images of one intensity have no entropy, up to rounding.
                            : both > total * Negligible ? Math.Clamp(2 * shared / both, 0, 1)
                            : 0;
                    }
                }
            },
            pieceSize: 16,
            cancellation
        );
        return result;
    }

    /// <summary>Table of n·log n up to the number of pixels.</summary>
    private static double[] Terms(int pixels)
    {
        double[] terms = new double[pixels + 1];
        for (int n = 2; n < terms.Length; n++)
            terms[n] = n * Math.Log(n);
        return terms;
    }

    private static double Sum(ReadOnlySpan<byte> image, int bins, double[] terms)
    {
        Span<int> counts = stackalloc int[256];
        foreach (byte bin in image)
            counts[bin]++;
        double sum = 0;
        foreach (int count in counts[..bins])
            sum += terms[count];
        return sum;
    }

    /// <summary>
    /// Σ n·log n over the pairs of bins. <paramref name="counts"/> is zero before and after the call.
    /// </summary>
    private static double Joint(ReadOnlySpan<int> rows, ReadOnlySpan<byte> columns, int[] counts, double[] terms)
    {
        for (int p = 0; p < rows.Length; p++)
            counts[rows[p] + columns[p]]++;
        double sum = 0;
        foreach (ref int count in counts.AsSpan())
        {
            if (count == 0)
                continue;
            sum += terms[count];
            count = 0;
        }
        return sum;
    }
}

/// <summary>Images of equal size with intensities sorted into bins of equal width, one byte per pixel.</summary>
internal sealed class BinnedImages
{
    private readonly byte[] _bins;

    private BinnedImages(byte[] bins, int pixels, int binCount) => (_bins, Pixels, BinCount) = (bins, pixels, binCount);

    /// <summary>Number of images.</summary>
    public int Count => _bins.Length / Pixels;

    /// <summary>Number of pixels per image.</summary>
    public int Pixels { get; }

    /// <summary>Number of bins.</summary>
    public int BinCount { get; }

    /// <summary>The bin of each pixel of an image.</summary>
    public ReadOnlySpan<byte> this[int index] => _bins.AsSpan(index * Pixels, Pixels);

    /// <summary>Sorts the intensities of images into bins.</summary>
    /// <param name="intensities">
    /// Intensities in [0, 1], (images, <paramref name="pixels"/>), row-major. Values outside go to the first or last
    /// bin.
    /// </param>
    /// <param name="pixels">Number of pixels per image.</param>
    /// <param name="bins">Number of bins, from 2 to 256.</param>
    /// <exception cref="ArgumentException">
    /// The number of intensities is not a multiple of the pixels, or the number of bins is out of range.
    /// </exception>
    public static BinnedImages Of(ReadOnlySpan<float> intensities, int pixels, int bins)
    {
        if (bins is < 2 or > 256)
            throw new ArgumentException($"{bins} bins were asked for; it must be from 2 to 256.", nameof(bins));
        if (pixels < 1 || intensities.Length % pixels != 0)
            throw new ArgumentException(
                $"got {intensities.Length} intensities; images of {pixels} pixels need a multiple of that.",
                nameof(intensities)
            );
        byte[] result = new byte[intensities.Length];
        // NaN compares as false with everything and goes to the first bin.
        for (int i = 0; i < result.Length; i++)
            result[i] =
                intensities[i] >= 1 ? (byte)(bins - 1)
                : intensities[i] > 0 ? (byte)(intensities[i] * bins)
                : (byte)0;
        return new BinnedImages(result, pixels, bins);
    }
}
