using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

/// <summary>Images that are labelled already count as chosen.</summary>
public class LabelledImagesTests
{
    public static TheoryData<string> Names => SelectionCatalogTests.Names;

    /// <summary>Strategies that spread their choice over the codes.</summary>
    public static TheoryData<string> Spreading =>
        [.. SelectionCatalog.All.Select(entry => entry.Name).Except(["probcover", "vote-mi", "random"])];

    [Theory]
    [MemberData(nameof(Names))]
    public void Neither_labelled_images_nor_their_copies_are_chosen(string name)
    {
        float[] codes = SmallPool.Clustered(120, 3, clusters: 4).Codes.ToArray();
        // Images 120 to 129 are copies of 0 to 9.
        var pool = Labelled(SmallPool.Of([.. codes, .. codes[..30]], 3), [3, 50, 51, 52, 122, 122]);
        int[] gone = [2, 3, 50, 51, 52, 122, 123];
        foreach (int budget in new[] { 1, 40, 123 })
        {
            int[] chosen = SelectionCatalog.Get(name).Create().Select(pool, budget, new Rng(2)).Indices();
            Assert.Equal(budget, chosen.Distinct().Count());
            Assert.Empty(chosen.Intersect(gone));
        }
        Assert.Equal(
            "budget is 124; it must be from 1 to 123, the number of images that are neither labelled nor copies of "
                + "labelled ones. (Parameter 'budget')",
            Assert
                .Throws<ArgumentOutOfRangeException>(() =>
                    SelectionCatalog.Get(name).Create().Select(pool, 124, new Rng(2))
                )
                .Message
        );
    }

    [Theory]
    [MemberData(nameof(Spreading))]
    public void Clusters_with_a_labelled_image_are_covered(string name)
    {
        // Six clusters, far apart; image i is in cluster i modulo 6. Three have a labelled image.
        var rng = new Rng(4);
        float[] codes =
        [
            .. Enumerable
                .Range(0, 180)
                .SelectMany(i =>
                    new[] { (i % 6 * 40) + (0.5f * rng.NextNormal()), (i % 6 % 2 * 90) + (0.5f * rng.NextNormal()) }
                ),
        ];
        var pool = Labelled(SmallPool.Of(codes, 2), [6, 13, 59]);
        int[] chosen = SelectionCatalog.Get(name).Create().Select(pool, 3, new Rng(7)).Indices();
        Assert.Equal([2, 3, 4], chosen.Select(i => i % 6).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_incremental_strategy_goes_on_from_its_own_choice(string name)
    {
        // Random draws anew; a greedy choice depends on what is covered only.
        if (!SelectionCatalog.Get(name).IsIncremental || name == "random")
            return;
        var pool = SmallPool.Clustered(300, 3, clusters: 5);
        var strategy = SelectionCatalog.Get(name).Create();
        int[] all = strategy.Select(pool, 25, new Rng(1)).Indices();
        Assert.Equal(all[10..], strategy.Select(Labelled(pool, all[..10]), 15, new Rng(1)).Indices());
    }

    [Fact]
    public void Labelled_images_are_medoids_that_stay()
    {
        // 0 … 8 and 100 … 104; 0 is labelled. One more medoid serves the others best at 102, without 0 at 4.
        float[] codes = [.. Enumerable.Range(0, 9).Select(i => (float)i), 100, 101, 102, 103, 104];
        var pool = Labelled(SmallPool.Of(codes, 1), [0]);
        var result = new KMedoids().Select(pool, 1, new Rng(0));
        Assert.Equal([11], result.Indices());
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1], result.Clusters);
        // Distances 0 … 8 and 2, 1, 0, 1, 2.
        Assert.StartsWith($"mean distance to the nearest medoid {42.0 / 14:G4} ", result.Remarks[0]);
        Assert.Equal([4, 11], new KMedoids().Select(SmallPool.Of(codes, 1), 2, new Rng(0)).Indices().Order());
    }

    [Fact]
    public void A_balls_images_are_covered_by_a_labelled_one()
    {
        float[] codes = [0, 0.1f, 0.2f, 0.3f, 10, 10.1f, 10.2f, 20, 20.1f];
        var cover = new ProbCover(new ProbCoverOptions { Radius = 1 });
        Assert.Equal([0, 4, 7], cover.Select(SmallPool.Of(codes, 1), 3, new Rng(0)).Indices());
        Assert.Equal([4, 7], cover.Select(Labelled(SmallPool.Of(codes, 1), [2]), 2, new Rng(0)).Indices());
    }

    [Fact]
    public void A_labelled_image_is_of_the_pool() =>
        Assert.Equal(
            "image 3 is labelled; the pool has images 0 to 2. (Parameter 'value')",
            Assert.Throws<ArgumentException>(() => Labelled(SmallPool.Of([1, 2, 3], 1), [3])).Message
        );

    private static SelectionPool Labelled(SelectionPool pool, int[] labelled) =>
        new(pool.Codes, pool.Dimensions)
        {
            Decode = pool.Decode,
            Threads = pool.Threads,
            Labelled = labelled,
        };
}
