using System.Numerics.Tensors;
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
    /// Computes the normalised mutual information of two images, I(a; b) / min(H(a), H(b)), in [0, 1].
    /// </summary>
    /// <remarks>
    /// The normalisation by the smaller entropy of Vinh, Epps and Bailey 2010, table 2. It is the fraction of the
    /// information in the simpler image that the other one has too, so it does not depend on how much ink an image has.
    /// It is 1 for an image with itself, and with an image of constant intensity, which has no information of its own.
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
        Require.Finite(a, "intensities");
        Require.Finite(b, "intensities");
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
        int[][] histograms = [.. Enumerable.Range(0, b.Count).Select(j => BinnedImages.Histogram(b[j], b.BinCount))];
        double[] entropies = [.. histograms.Select(histogram => Sum(histogram, terms))];
        partition.Run(
            a.Count,
            (first, last) =>
            {
                var joint = new JointCounts(a.Pixels, a.BinCount, b.BinCount, terms);
                for (int i = first; i < last; i++)
                {
                    double entropy = joint.Load(a[i]);
                    for (int j = 0; j < b.Count; j++)
                    {
                        // In terms of n·log n for every count n of N pixels, N·H is N·log N − Σ. So N·I is
                        // N·log N + Σ joint − Σ of either image.
                        double shared = total + joint.With(b[j], histograms[j]) - entropy - entropies[j],
                            least = total - Math.Max(entropy, entropies[j]);
                        result[((long)i * b.Count) + j] =
                            !normalized ? Math.Max(0, shared / a.Pixels)
                            // Images of one intensity have no entropy, up to rounding.
                            : least > total * Negligible ? Math.Clamp(shared / least, 0, 1)
                            : 1;
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

    private static double Sum(ReadOnlySpan<int> counts, double[] terms)
    {
        double sum = 0;
        foreach (int count in counts)
            sum += terms[count];
        return sum;
    }

    /// <summary>Counts pairs of bins of one image and others.</summary>
    /// <remarks>
    /// Only pixels outside the image's most frequent bin, usually the background, are counted. The pairs with the
    /// background are what is left of the other image's histogram.
    /// </remarks>
    private sealed class JointCounts(int pixels, int binsA, int binsB, double[] terms)
    {
        private readonly int[] _counts = new int[binsA * binsB],
            _rest = new int[binsB],
            _pixels = new int[pixels],
            _rows = new int[pixels];
        private int _count;

        /// <summary>Sets the image, and returns Σ n·log n over its bins.</summary>
        public double Load(ReadOnlySpan<byte> image)
        {
            int[] histogram = BinnedImages.Histogram(image, binsA);
            int background = Array.IndexOf(histogram, histogram.Max());
            _count = 0;
            for (int p = 0; p < image.Length; p++)
                if (image[p] != background)
                    (_pixels[_count], _rows[_count++]) = (p, image[p] * binsB);
            return Sum(histogram, terms);
        }

        /// <summary>Σ n·log n over the pairs of bins with another image.</summary>
        public double With(ReadOnlySpan<byte> other, ReadOnlySpan<int> histogram)
        {
            histogram.CopyTo(_rest);
            for (int k = 0; k < _count; k++)
            {
                byte bin = other[_pixels[k]];
                _counts[_rows[k] + bin]++;
                _rest[bin]--;
            }
            double sum = Sum(_rest, terms);
            for (int k = 0; k < _count; k++)
            {
                ref int count = ref _counts[_rows[k] + other[_pixels[k]]];
                sum += terms[count];
                count = 0;
            }
            return sum;
        }
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

    /// <summary>The number of pixels in each bin.</summary>
    public static int[] Histogram(ReadOnlySpan<byte> image, int bins)
    {
        int[] counts = new int[bins];
        foreach (byte bin in image)
            counts[bin]++;
        return counts;
    }

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

/// <summary>Compares the decoded images of a pool by normalised mutual information.</summary>
/// <param name="pool">A pool with a model that decodes its codes.</param>
/// <param name="bins">Number of intensity bins, from 2 to 256.</param>
/// <param name="cancellation">Cancels the computation.</param>
internal sealed class DecodedImages(SelectionPool pool, int bins, CancellationToken cancellation)
{
    /// <summary>Number of images decoded at once.</summary>
    private const int DecodeBatch = 1000;

    /// <summary>
    /// The least mutual information of each image with the decoded image of any of <paramref name="positions"/>.
    /// </summary>
    public double[] WorstCase(List<int> images, float[] positions) =>
        Reduce(Decoded(images), Binned(positions), row => row.Min());

    /// <summary>
    /// The images whose highest mutual information with any chosen one is lowest, one at a time, with that mutual
    /// information.
    /// </summary>
    /// <remarks>
    /// Each counts as chosen for the next one. Otherwise the images would be of one kind, which differs most from those
    /// chosen before.
    /// </remarks>
    public IEnumerable<(int Image, double Redundancy)> LeastRedundant(List<int> images, List<int> chosen, int count)
    {
        if (count == 0)
            yield break;
        List<BinnedImages> decoded = [.. Decoded(images)];
        double[] redundancy = new double[images.Count];
        var others = Decoded(chosen);
        for (int k = 0; ; k++)
        {
            foreach (var batch in others)
            {
                double[] shared = Reduce(decoded, batch, row => row.Max());
                TensorPrimitives.Max(redundancy, shared, redundancy);
            }
            int least = Array.IndexOf(redundancy, redundancy.Min());
            yield return (images[least], redundancy[least]);
            if (k == count - 1)
                yield break;
            redundancy[least] = double.PositiveInfinity;
            others = Decoded([images[least]]);
        }
    }

    /// <summary>Reduces the mutual information of each image with all <paramref name="others"/> to one number.</summary>
    private double[] Reduce(IEnumerable<BinnedImages> images, BinnedImages others, Func<double[], double> reduce)
    {
        var partition = new Partition(pool.Threads);
        var result = new List<double>();
        foreach (var batch in images)
        {
            double[] all = MutualInformation.Between(batch, others, normalized: true, partition, cancellation);
            result.AddRange(all.Chunk(others.Count).Select(reduce));
        }
        return [.. result];
    }

    /// <summary>Decoded images in batches, so that the decoder needs little memory.</summary>
    private IEnumerable<BinnedImages> Decoded(IEnumerable<int> images) =>
        images.Chunk(DecodeBatch).Select(batch => Binned(pool.Rows(batch)));

    private BinnedImages Binned(float[] codes)
    {
        float[] images = pool.Decode!(codes);
        return BinnedImages.Of(images, images.Length / (codes.Length / pool.Dimensions), bins);
    }
}
