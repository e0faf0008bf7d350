using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

/// <summary>Copies are one image to every strategy.</summary>
public class DistinctImagesTests
{
    public static TheoryData<string> Names => SelectionCatalogTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pool_with_copies_yields_distinct_pictures(string name)
    {
        foreach (int count in new[] { 100, 300, 900 })
        {
            var (pool, origin) = WithCopies(SmallPool.Clustered(count * 3 / 5, 4, clusters: 6), count, jitter: 1e-4f);
            var result = SelectionCatalog.Get(name).Create().Select(pool, 50, new Rng(5));
            Assert.Equal(50, result.Indices().Select(i => origin[i]).Distinct().Count());
            Assert.StartsWith(
                $"copies: {count * 2 / 5} of {count} images, equal to an earlier one or within ",
                result.Remarks[0]
            );
            Assert.EndsWith($"{count * 3 / 5} different images were compared.", result.Remarks[0]);
            if (result.Clusters is { } clusters)
                Assert.All(Enumerable.Range(0, count), i => Assert.Equal(clusters[origin[i]], clusters[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Copies_behind_the_others_do_not_change_a_choice(string name)
    {
        var pool = SmallPool.Clustered(240, 4, clusters: 6);
        var (copies, _) = WithCopies(pool, 400, jitter: 0);
        Assert.Equal(
            SelectionCatalog.Get(name).Create().Select(pool, 30, new Rng(5)).Indices(),
            SelectionCatalog.Get(name).Create().Select(copies, 30, new Rng(5)).Indices()
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Copies_are_offered_once_all_different_images_are_chosen(string name)
    {
        var (pool, origin) = WithCopies(SmallPool.Clustered(30, 3, clusters: 4), 50, jitter: 0);
        var result = SelectionCatalog.Get(name).Create().Select(pool, 37, new Rng(5));
        int[] chosen = result.Indices();
        Assert.Equal(Enumerable.Range(0, 30), chosen[..30].Order());
        Assert.All(chosen[30..], index => Assert.InRange(index, 30, 49));
        Assert.Equal(37, chosen.Distinct().Count());
        Assert.Contains("only 30 different images could be chosen; 7 of 37 are copies.", result.Remarks);
        Assert.DoesNotContain(
            SelectionCatalog.Get(name).Create().Select(pool, 30, new Rng(5)).Remarks,
            remark => remark.StartsWith("only", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Equal_and_near_codes_form_groups_that_their_first_image_represents()
    {
        // On a line, the tenth neighbour of most of 101 points at distance 1 is 5 away: 0.1 / (5 · 101) of that.
        float[] line = [.. Enumerable.Range(0, 101).Select(i => (float)i)];
        double threshold = DistinctImages.ThresholdOf(line, 1);
        Assert.Equal(5 * 0.1 / (5 * 101), threshold, 6);
        // 50.0005, 50.0010 and 50.0015: the second is within the threshold of 50, the third only of the second.
        float[] codes = [.. line, 7, 50.0005f, 50.00095f, 50.0015f, 7];
        var distinct = SmallPool.Of(codes, 1).Distinct;
        Assert.InRange(distinct.Threshold, 0.00095, 0.001);
        Assert.Equal((102, 4), (distinct.Pool.Count, distinct.Copies));
        int[] groups = distinct.Expand([.. Enumerable.Range(0, 102)]);
        Assert.Equal([7, 50, 50, 101, 7], groups[101..]);
        Assert.Equal([0, 50, 104], new[] { 0, 50, 101 }.Select(distinct.Representative));
    }

    [Fact]
    public void A_threshold_follows_the_scale_of_the_codes_and_has_a_limit()
    {
        var pool = SmallPool.Clustered(600, 8, clusters: 1);
        float[] codes = pool.Codes.ToArray();
        double tenth = NeighbourDistances.Of(codes, 8, 10).Order().ElementAt(300),
            threshold = DistinctImages.ThresholdOf(codes, 8);
        // Of the 600 codes, 256 are measured.
        Assert.InRange(threshold / tenth, 0.0485, 0.0515);
        Assert.Equal(
            1000 * threshold,
            DistinctImages.ThresholdOf([.. codes.Select(z => 1000 * z)], 8),
            1e-3 * threshold
        );
        Assert.Equal(0, DistinctImages.ThresholdOf([1, 2, 3], 3));
    }

    [Fact]
    public void Images_without_copies_are_all_different()
    {
        foreach (int dimensions in new[] { 1, 2, 3, 10 })
        {
            var pool = SmallPool.Clustered(2_000, dimensions, clusters: 5);
            Assert.InRange(pool.Distinct.Copies, 0, dimensions == 1 ? 2 : 0);
        }
        var small = SmallPool.Clustered(40, 2, clusters: 2);
        Assert.Same(small, small.Distinct.Pool);
        Assert.Equal(1, SmallPool.Of(new float[60], 2).Distinct.Pool.Count);
    }

    [Fact]
    public void Images_of_equal_content_are_copies_whatever_their_codes()
    {
        var pool = new SelectionPool(new float[] { 0, 10, 20, 30, 40, 50 }, 1) { Contents = [3, 1, 3, 7, 1, 3] };
        Assert.Equal(3, pool.Distinct.Pool.Count);
        Assert.Equal([0, 1, 0, 2, 1, 0], pool.Distinct.Expand([0, 1, 2]));
        Assert.Equal(
            "got the contents of 1 images with 2 codes; each code needs one. (Parameter 'value')",
            Assert
                .Throws<ArgumentException>(() => new SelectionPool(new float[] { 1, 2 }, 1) { Contents = [1] })
                .Message
        );
    }

    [Fact]
    public void Rows_are_equal_if_all_their_bytes_are()
    {
        byte[][] rows =
        [
            [1, 2],
            [1, 3],
            [1, 2],
            [],
            [1, 3],
            [1, 2],
            [],
        ];
        Assert.Equal([0, 1, 0, 3, 1, 0, 3], EqualRows.First(rows.Length, i => rows[i]));
    }

    [Fact]
    public void No_distance_derived_from_codes_is_below_the_least_between_different_ones()
    {
        var (pool, _) = WithCopies(SmallPool.Clustered(120, 2, clusters: 4), 200, jitter: 0);
        double least = Enumerable
            .Range(0, 120)
            .Min(i => Enumerable.Range(0, 120).Where(j => j != i).Min(j => SmallPool.Distance(pool, i, j)));
        foreach (int minSamples in new[] { 1, 2, 5, 25 })
            Assert.True(
                Dbscan.Fit(pool.Codes.Span, 2, new DbscanOptions { MinSamples = minSamples }).Eps >= least * (1 - 1e-6)
            );
        foreach (double purity in new[] { 0.05, 0.95, 0.999 })
            Assert.True(
                ProbCover.PureRadius(pool.Distinct.Pool, 10, purity, new Rng(1), default) >= least * (1 - 1e-6)
            );
        // Ten points nine times each: every one of the eight nearest neighbours is a copy.
        float[] ten = [.. Enumerable.Range(0, 90).Select(i => (float)(i % 10))];
        Assert.Equal(1, Dbscan.Fit(ten, 1, new DbscanOptions { MinSamples = 10 }).Eps);
        Assert.True(Dbscan.Fit(ten, 1, new DbscanOptions { MinSamples = 9 }).Eps > 0);
    }

    /// <summary>
    /// A pool followed by copies of its first images, and the index of the original of each. Codes of copies differ by
    /// <paramref name="jitter"/> or less in every second copy.
    /// </summary>
    private static (SelectionPool Pool, int[] Origin) WithCopies(SelectionPool pool, int count, float jitter)
    {
        var rng = new Rng(9);
        var codes = new List<float>(pool.Codes.ToArray());
        var origin = Enumerable.Range(0, pool.Count).ToList();
        for (int i = pool.Count; i < count; i++)
        {
            int original = (i - pool.Count) * 7 % pool.Count;
            origin.Add(original);
            foreach (float z in pool.Code(original))
                codes.Add(z + (i % 2 * jitter * (rng.NextSingle() - 0.5f)));
        }
        return (SmallPool.Of([.. codes], pool.Dimensions), [.. origin]);
    }
}
