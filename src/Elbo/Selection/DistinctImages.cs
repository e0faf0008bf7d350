using System.Runtime.InteropServices;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>
/// The images of a pool without copies. Equal images, equal codes and codes within <see cref="Threshold"/> of each
/// other form a group, which its first image represents.
/// </summary>
/// <remarks>
/// A group has no chains: all its codes are within the threshold of the first one, and two representatives are always
/// farther apart. So no distance that a strategy derives from the codes is 0.
/// </remarks>
internal sealed class DistinctImages
{
    /// <summary>The neighbour whose distance measures the scale of the codes. Up to nine copies do not change it.</summary>
    private const int Neighbour = 10;

    /// <summary>Number of codes whose neighbours are measured; the threshold needs only medians.</summary>
    private const int Sample = 256;

    /// <summary>The largest threshold, as a fraction of the median distance to the tenth neighbour.</summary>
    private const double LargestFraction = 0.05;

    /// <summary>Number of pairs of different images that may be taken for copies, on average.</summary>
    private const double FalsePairs = 0.1;

    private readonly int[] _groups;
    private readonly int[] _representatives;

    private DistinctImages(SelectionPool pool, int[] first, double threshold)
    {
        _groups = new int[first.Length];
        var representatives = new List<int>();
        for (int i = 0; i < first.Length; i++)
        {
            _groups[i] = first[i] == i ? representatives.Count : _groups[first[i]];
            if (first[i] == i)
                representatives.Add(i);
        }
        (_representatives, Threshold) = ([.. representatives], threshold);
        Pool =
            representatives.Count == pool.Count
                ? pool
                : new SelectionPool(pool.Rows(_representatives), pool.Dimensions)
                {
                    Decode = pool.Decode,
                    Threads = pool.Threads,
                    Labelled = [.. pool.Labelled.Select(i => _groups[i]).Distinct()],
                };
    }

    /// <summary>The representatives of all groups, in the order of the pool. Labelled if any of the group is.</summary>
    public SelectionPool Pool { get; }

    /// <summary>Codes at most this far apart are copies.</summary>
    public double Threshold { get; }

    /// <summary>Number of images that another one represents.</summary>
    public int Copies => _groups.Length - _representatives.Length;

    /// <summary>The image of the whole pool that represents a group.</summary>
    public int Representative(int group) => _representatives[group];

    /// <summary>Whether an image, or a copy of it, is labelled.</summary>
    public bool IsLabelled(int index) => Pool.IsLabelled(_groups[index]);

    /// <summary>The rows of the groups' representatives among rows of all images, row-major.</summary>
    /// <param name="rows">Rows (images, <paramref name="width"/>).</param>
    /// <param name="width">Number of values in a row.</param>
    public float[] Rows(ReadOnlySpan<float> rows, int width)
    {
        float[] result = new float[_representatives.Length * width];
        for (int group = 0; group < _representatives.Length; group++)
            rows.Slice(_representatives[group] * width, width).CopyTo(result.AsSpan(group * width));
        return result;
    }

    /// <summary>A value per group as a value per image.</summary>
    public int[] Expand(IReadOnlyList<int> values) => [.. _groups.Select(group => values[group])];

    /// <summary>Finds the copies in a pool.</summary>
    public static DistinctImages Of(SelectionPool pool)
    {
        int[] first = EqualRows.First(pool.Count, i => MemoryMarshal.AsBytes(pool.Code(i)));
        int[] different = [.. Enumerable.Range(0, pool.Count).Where(i => first[i] == i)];
        float[] codes = pool.Rows(different);
        double threshold = ThresholdOf(codes, pool.Dimensions);
        int[] near = Leaders(new KdTree(codes, pool.Dimensions), threshold);
        int[] place = new int[pool.Count];
        for (int k = 0; k < different.Length; k++)
            place[different[k]] = k;
        for (int i = 0; i < first.Length; i++)
            first[i] = different[near[place[first[i]]]];
        if (pool.Contents is { } contents)
            Merge(first, contents);
        return new DistinctImages(pool, first, threshold);
    }

    /// <summary>
    /// The largest distance at which codes count as copies: a twentieth of the median distance r to the tenth
    /// neighbour, or less if different images would be that near by chance.
    /// </summary>
    /// <remarks>
    /// In d dimensions, a point has 10·(t/r)^d neighbours within t on average, which is 5·N·(t/r)^d pairs among N
    /// points. The threshold keeps this number at <see cref="FalsePairs"/>. The dimension d is that of the codes'
    /// neighbourhoods: from the tenth to the twentieth neighbour, their number doubles, so d = ln 2 / ln(r₂₀/r₁₀).
    /// </remarks>
    internal static double ThresholdOf(float[] codes, int dimensions)
    {
        int count = codes.Length / dimensions,
            tenth = Math.Min(Neighbour, count - 1),
            twentieth = Math.Min(2 * Neighbour, count - 1),
            sampled = Math.Min(Sample, count);
        if (count == 1)
            return 0;
        var points = new PointColumns(codes, dimensions);
        float[] squares = new float[count],
            scales = new float[sampled],
            ratios = new float[sampled];
        for (int k = 0; k < sampled; k++)
        {
            int i = (int)((long)k * count / sampled);
            points.SquaredDistances(codes.AsSpan(i * dimensions, dimensions), 0, squares);
            // The nearest is the code itself.
            SmallestFirst.Arrange(squares, twentieth + 1);
            var nearest = squares.AsSpan(0, twentieth + 1);
            nearest.Sort();
            scales[k] = MathF.Sqrt(nearest[tenth]);
            ratios[k] = nearest[tenth] > 0 ? MathF.Sqrt(nearest[twentieth]) / scales[k] : 1;
        }
        Array.Sort(scales);
        Array.Sort(ratios);
        // Equal distances, as on a grid, do not say anything about the dimension.
        double dimension =
            ratios[sampled / 2] > 1 && twentieth > tenth
                ? Math.Clamp(Math.Log((double)twentieth / tenth) / Math.Log(ratios[sampled / 2]), 1, dimensions)
                : dimensions;
        double fraction = Math.Pow(FalsePairs / (tenth / 2.0 * count), 1 / dimension);
        return scales[sampled / 2] * Math.Min(LargestFraction, fraction);
    }

    /// <summary>The first code within the threshold of each code that is itself no copy.</summary>
    private static int[] Leaders(KdTree tree, double threshold)
    {
        int[] positions = new int[tree.Count],
            leaders = new int[tree.Count];
        for (int position = 0; position < positions.Length; position++)
            positions[tree.Order[position]] = position;
        Array.Fill(leaders, -1);
        for (int i = 0; i < leaders.Length; i++)
        {
            if (leaders[i] >= 0)
                continue;
            var follower = new Followers(tree.Order, leaders, i);
            tree.Visit(tree.Point(positions[i]), threshold * threshold, ref follower);
        }
        return leaders;
    }

    /// <summary>Merges the groups of images with equal content.</summary>
    private static void Merge(int[] first, IReadOnlyList<int> contents)
    {
        var firstWith = new Dictionary<int, int>();
        for (int i = 0; i < first.Length; i++)
        {
            if (firstWith.TryAdd(contents[i], i))
                continue;
            (int one, int other) = (Root(i), Root(firstWith[contents[i]]));
            first[Math.Max(one, other)] = Math.Min(one, other);
        }
        for (int i = 0; i < first.Length; i++)
            first[i] = Root(i);

        int Root(int i)
        {
            while (first[i] != i)
                i = first[i];
            return i;
        }
    }

    /// <summary>Gives the codes within the ball to the group of the code in its centre, unless they have one.</summary>
    private readonly struct Followers(int[] order, int[] leaders, int leader) : IBallVisitor
    {
        public bool Skips(int node) => false;

        public bool Visit(int position, double squaredDistance)
        {
            ref int own = ref leaders[order[position]];
            if (own < 0)
                own = leader;
            return true;
        }
    }
}

/// <summary>Finds equal rows of bytes.</summary>
internal static class EqualRows
{
    /// <summary>The first row with the same bytes as each row.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="row">Returns the bytes of a row.</param>
    public static int[] First(int count, Func<int, ReadOnlySpan<byte>> row)
    {
        var known = new Dictionary<int, int>(count, new ByContent(row));
        int[] first = new int[count];
        for (int i = 0; i < count; i++)
            first[i] = known.TryAdd(i, i) ? i : known[i];
        return first;
    }

    private sealed class ByContent(Func<int, ReadOnlySpan<byte>> row) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => row(x).SequenceEqual(row(y));

        public int GetHashCode(int index)
        {
            var hash = new HashCode();
            hash.AddBytes(row(index));
            return hash.ToHashCode();
        }
    }
}
