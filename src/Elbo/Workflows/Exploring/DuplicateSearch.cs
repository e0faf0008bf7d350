using System.Numerics.Tensors;
using Elbo.Neighbours;

namespace Elbo.Workflows.Exploring;

/// <summary>Finds images that are copies of each other.</summary>
/// <remarks>
/// <para>
/// Exact copies have the same pixels at the model's size; a hash finds them. Near copies are close in latent space, and
/// have a small pixel distance: the root mean square difference of two images after each is shifted and scaled to mean
/// 0 and standard deviation 1. It is √(2(1 − ρ)) with the correlation ρ of their pixels, so other brightness or
/// contrast of the whole image does not count.
/// </para>
/// <para>
/// Not all pairs are compared. The distance of thumbnails, whose pixels are means of blocks, is never larger than the
/// pixel distance, so a k-d tree of thumbnails finds every pair within the threshold.
/// </para>
/// <para>
/// Groups are connected components: a copy of a copy belongs to the group. The result does not depend on the number of
/// threads.
/// </para>
/// </remarks>
internal sealed class DuplicateSearch
{
    /// <summary>
    /// Blocks of a thumbnail along each side: few dimensions for the tree, more to reject most of what it finds.
    /// </summary>
    private const int Coarse = 4;

    private const int Fine = 8;

    /// <summary>Thumbnails are rounded to single precision, so the search radius is this much larger.</summary>
    private const double Rounding = 1e-5;

    /// <summary>Number of pairs for the median distance.</summary>
    private const int MedianPairs = 20_000;

    private readonly EncodedImages _images;
    private readonly Partition _partition;
    private readonly (double Mean, double Deviation)[] _moments;

    /// <param name="images">The images with their codes.</param>
    /// <param name="threads">Number of threads; 0 means one per processor.</param>
    public DuplicateSearch(EncodedImages images, int threads)
    {
        (_images, _partition) = (images, new Partition(threads));
        _moments = new (double, double)[images.Count];
        _partition.Run(
            images.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    _moments[i] = Moments(images.Images.Image(i));
            }
        );
        Radius = MedianDistance();
    }

    /// <summary>The largest latent distance of near copies: the median distance of two codes.</summary>
    /// <remarks>
    /// Pixels decide nearly always. This keeps apart images that differ in brightness alone, such as two plain skies,
    /// and is wide enough for copies that were brightened.
    /// </remarks>
    public double Radius { get; }

    /// <summary>Finds the groups of copies.</summary>
    /// <param name="threshold">The largest pixel distance of near copies; 0 finds exact copies only.</param>
    /// <param name="cancellation">Cancels the search.</param>
    /// <returns>
    /// The members of each group in ascending order, the group with the lowest index first, and for each image its
    /// pixel distance from the most similar image of its group.
    /// </returns>
    public (int[][] Groups, double[] Distances) Find(double threshold, CancellationToken cancellation)
    {
        int[] twins = ExactTwins();
        var pairs = threshold > 0 ? NearPairs(twins, threshold, cancellation) : [];
        double[] distances = new double[_images.Count];
        Array.Fill(distances, double.PositiveInfinity);
        int[] parents = [.. Enumerable.Range(0, _images.Count)];
        for (int i = 0; i < twins.Length; i++)
            if (twins[i] != i)
            {
                parents[i] = twins[i];
                (distances[i], distances[twins[i]]) = (0, 0);
            }
        foreach (var (a, b, distance) in pairs)
        {
            int first = Root(parents, a),
                second = Root(parents, b);
            parents[Math.Max(first, second)] = Math.Min(first, second);
            (distances[a], distances[b]) = (Math.Min(distances[a], distance), Math.Min(distances[b], distance));
        }
        var groups = Enumerable
            .Range(0, _images.Count)
            .GroupBy(i => Root(parents, i))
            .Where(group => group.Skip(1).Any())
            .Select(group => group.ToArray());
        return ([.. groups.OrderBy(group => group[0])], distances);
    }

    /// <summary>The pixel distance of two images, 0 to 2; infinite if one of them has a single intensity.</summary>
    public double PixelDistance(int a, int b)
    {
        var (first, second) = (_moments[a], _moments[b]);
        if (first.Deviation == 0 || second.Deviation == 0)
            return double.PositiveInfinity;
        var x = _images.Images.Image(a);
        var y = _images.Images.Image(b);
        long sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        double covariance = ((double)sum / x.Length) - (first.Mean * second.Mean);
        return Math.Sqrt(2 * Math.Max(0, 1 - (covariance / (first.Deviation * second.Deviation))));
    }

    /// <summary>The distance of the codes of two images.</summary>
    public double LatentDistance(int a, int b)
    {
        double sum = 0;
        var (x, y) = (a * _images.Dimensions, b * _images.Dimensions);
        for (int d = 0; d < _images.Dimensions; d++)
        {
            double difference = (double)_images.Codes[x + d] - _images.Codes[y + d];
            sum += difference * difference;
        }
        return Math.Sqrt(sum);
    }

    /// <summary>The lowest index of an image with the same pixels, for every image.</summary>
    private int[] ExactTwins()
    {
        var hashes = new int[_images.Count];
        _partition.Run(
            hashes.Length,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    hashes[i] = Hash(_images.Images.Image(i));
            }
        );
        var twins = new int[hashes.Length];
        var seen = new Dictionary<int, List<int>>();
        for (int i = 0; i < twins.Length; i++)
        {
            twins[i] = i;
            if (!seen.TryGetValue(hashes[i], out var same))
                seen[hashes[i]] = same = [];
            int twin = same.FindIndex(other => _images.Images.Image(other).SequenceEqual(_images.Images.Image(i)));
            if (twin < 0)
                same.Add(i);
            else
                twins[i] = same[twin];
        }
        return twins;
    }

    /// <summary>Pairs of different images, of which each stands for its exact copies, within both thresholds.</summary>
    private List<NearPair> NearPairs(int[] twins, double threshold, CancellationToken cancellation)
    {
        int[] distinct = [.. Enumerable.Range(0, twins.Length).Where(i => twins[i] == i && _moments[i].Deviation > 0)];
        var tree = new KdTree(Thumbnails(distinct, Coarse, cancellation), Coarse * Coarse);
        // In the order of the tree, because a search reads neighbouring positions one after the other.
        int[] ordered = [.. tree.Order.Select(i => distinct[i])];
        float[] fine = Thumbnails(ordered, Fine, cancellation);
        var found = new List<NearPair>[distinct.Length];
        double radius = threshold + Rounding;
        _partition.Run(
            distinct.Length,
            (first, last) =>
            {
                for (int position = first; position < last; position++)
                {
                    var visitor = new NearVisitor(this, ordered, fine, position, threshold);
                    tree.Visit(tree.Point(position), radius * radius, ref visitor);
                    found[position] = visitor.Found;
                }
            },
            pieceSize: 64,
            cancellation
        );
        return [.. found.SelectMany(list => list)];
    }

    /// <summary>The thumbnails of some images, (images, <paramref name="blocks"/>²).</summary>
    private float[] Thumbnails(int[] images, int blocks, CancellationToken cancellation)
    {
        int size = blocks * blocks;
        float[] thumbnails = new float[images.Length * size];
        _partition.Run(
            images.Length,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    Thumbnail(images[i], blocks, thumbnails.AsSpan(i * size, size));
            },
            cancellation: cancellation
        );
        return thumbnails;
    }

    /// <summary>
    /// Means of the blocks of an image of mean 0 and standard deviation 1, weighted by the root of the block's share of
    /// the pixels. By Jensen's inequality, thumbnails are at most as far apart as the images.
    /// </summary>
    private void Thumbnail(int index, int blocks, Span<float> thumbnail)
    {
        var (mean, deviation) = _moments[index];
        var image = _images.Images.Image(index);
        var shape = _images.Images.Shape;
        Span<int> sums = stackalloc int[thumbnail.Length],
            counts = stackalloc int[thumbnail.Length];
        sums.Clear();
        counts.Clear();
        for (int row = 0; row < shape.Channels * shape.Height; row++)
        {
            int first = row % shape.Height * blocks / shape.Height * blocks;
            for (int x = 0; x < shape.Width; x++)
            {
                int block = first + (x * blocks / shape.Width);
                sums[block] += image[(row * shape.Width) + x];
                counts[block]++;
            }
        }
        for (int block = 0; block < thumbnail.Length; block++)
            thumbnail[block] = (float)(
                (sums[block] - (counts[block] * mean))
                / (deviation * Math.Sqrt(Math.Max(1, counts[block]) * (double)image.Length))
            );
    }

    private static int Root(int[] parents, int i)
    {
        while (parents[i] != i)
            i = parents[i] = parents[parents[i]];
        return i;
    }

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<byte> image)
    {
        long sum = 0,
            squares = 0;
        foreach (byte value in image)
        {
            sum += value;
            squares += value * value;
        }
        double mean = (double)sum / image.Length;
        return (mean, Math.Sqrt(Math.Max(0, ((double)squares / image.Length) - (mean * mean))));
    }

    /// <summary>The median distance of pairs of codes that lie far apart in the order of the images.</summary>
    private double MedianDistance()
    {
        int count = _images.Count;
        if (count < 2)
            return 0;
        // Steps of a fixed sequence cover the images evenly without random numbers.
        double[] distances = new double[(int)Math.Min(MedianPairs, (long)count * (count - 1) / 2)];
        for (int k = 0; k < distances.Length; k++)
        {
            int step = 1 + (int)(((k / count) + 1) * 7919L % (count - 1));
            distances[k] = LatentDistance(k % count, ((k % count) + step) % count);
        }
        Array.Sort(distances);
        return distances[distances.Length / 2];
    }

    /// <summary>Two images that differ by less than the thresholds.</summary>
    private readonly record struct NearPair(int A, int B, double Distance);

    /// <summary>Collects the near copies of an image at later positions of the tree.</summary>
    /// <param name="search">The search.</param>
    /// <param name="ordered">The image at each position of the tree.</param>
    /// <param name="fine">The finer thumbnail at each position.</param>
    /// <param name="own">The position of the image.</param>
    /// <param name="threshold">The largest pixel distance.</param>
    private readonly struct NearVisitor(DuplicateSearch search, int[] ordered, float[] fine, int own, double threshold)
        : IBallVisitor
    {
        public List<NearPair> Found { get; } = [];

        public bool Skips(int node) => false;

        public bool Visit(int position, double squaredDistance)
        {
            if (
                position <= own
                || TensorPrimitives.Distance(Thumbnail(own), Thumbnail(position)) > threshold + Rounding
            )
                return true;
            var (a, b) = (ordered[own], ordered[position]);
            double distance = search.PixelDistance(a, b);
            if (distance <= threshold && search.LatentDistance(a, b) <= search.Radius)
                Found.Add(new NearPair(a, b, distance));
            return true;
        }

        private ReadOnlySpan<float> Thumbnail(int position) => fine.AsSpan(position * Fine * Fine, Fine * Fine);
    }
}
