using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

public class VoteMiTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public void Any_latent_size_will_do(int dimensions)
    {
        var result = new VoteMi().Select(Groups(600, dimensions), 30, new Rng(1));
        Assert.Equal(30, result.Indices().Distinct().Count());
        Assert.Equal(3, result.Clusters!.Max() + 1);
    }

    [Fact]
    public void Clusters_are_those_of_dbscan_and_noise_is_none()
    {
        var pool = Groups(900, 2, strays: 30);
        var result = new VoteMi(new VoteMiOptions { Eps = 0.5, MinSamples = 10 }).Select(pool, 60, new Rng(1));
        int[] labels = Dbscan.Fit(pool.Codes.Span, 2, new DbscanOptions { Eps = 0.5, MinSamples = 10 }).Labels;
        Assert.Contains(-1, labels);
        Assert.Equal(labels, result.Clusters);
        Assert.All(result.Images, image => Assert.True(labels[image.Index] >= 0));
        Assert.Contains(
            result.Remarks,
            remark =>
                remark.StartsWith("3 clusters and ", StringComparison.Ordinal)
                && remark.Contains("of noise with eps 0.5.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Nine_tenths_are_drawn_and_the_others_are_least_redundant_with_them()
    {
        var pool = Groups(2000, 2);
        var result = new VoteMi().Select(pool, 50, new Rng(2));
        Assert.Equal(
            [.. Enumerable.Repeat(2, 45), .. Enumerable.Repeat(1, 5)],
            result.Images.Select(image => image.Round!.Value)
        );
        double[] redundancy =
        [
            .. result
                .Indices()
                .Skip(45)
                .Select(index => result.Indices().Take(45).Max(drawn => Information(pool, index, drawn))),
        ];
        Assert.Equal(redundancy.Order(), redundancy);
        Assert.Equal(redundancy, result.Images.Skip(45).Select(image => image.Redundancy!.Value));
        Assert.All(result.Images.Take(45), image => Assert.Null(image.Redundancy));
        // Drawn by density: every group has its share.
        int[] groups = [.. result.Images.Take(45).Select(image => result.Clusters![image.Index])];
        Assert.All(Enumerable.Range(0, 3), group => Assert.InRange(groups.Count(g => g == group), 4, 30));
    }

    [Fact]
    public void All_is_drawn_where_no_share_is_for_the_least_redundant() =>
        Assert.All(
            new VoteMi(new VoteMiOptions { RedundancyFraction = 0 }).Select(Groups(600, 2), 20, new Rng(1)).Images,
            image => Assert.Equal((2, null), (image.Round, image.Redundancy))
        );

    [Fact]
    public void Noise_is_chosen_only_when_clusters_have_no_more()
    {
        var pool = Groups(300, 2, strays: 20);
        var options = new VoteMiOptions { Eps = 0.6, MinSamples = 10 };
        int clustered = Dbscan
            .Fit(pool.Codes.Span, 2, new DbscanOptions { Eps = 0.6, MinSamples = 10 })
            .Labels.Count(label => label >= 0);
        Assert.InRange(clustered, 250, 305);
        var result = new VoteMi(options).Select(pool, clustered + 4, new Rng(5));
        Assert.All(result.Images.Take(clustered), image => Assert.True(result.Clusters![image.Index] >= 0));
        Assert.All(
            result.Images.Skip(clustered),
            image => Assert.Equal((-1, null, null), (result.Clusters![image.Index], image.Round, image.Redundancy))
        );
        Assert.Contains("4 images of noise were added at random: the clusters have no more.", result.Remarks);
    }

    [Fact]
    public void Where_all_is_noise_all_images_are_one_cluster()
    {
        var pool = SmallPool.Of([.. Enumerable.Range(0, 50).Select(i => (float)i)], 1);
        var result = new VoteMi(new VoteMiOptions { Eps = 0.5 }).Select(pool, 10, new Rng(0));
        Assert.All(result.Clusters!, cluster => Assert.Equal(0, cluster));
        Assert.Contains("no cluster with eps 0.5: all images were taken as one.", result.Remarks);
    }

    [Fact]
    public void Positions_take_distinct_images_where_codes_lie_dense()
    {
        // Half of the codes within 0.1 of 0, the rest anywhere from −10 to 10.
        var rng = new Rng(6);
        float[] codes =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(i => i % 2 == 0 ? 0.1f * rng.NextNormal() : (20 * rng.NextSingle()) - 10),
        ];
        var options = new VoteMiOptions { Bandwidth = 0.1 };
        var draws = DensityDraws.Run(codes, 1, steps: 20, options, new Rng(7), default);
        Assert.Equal(200, draws.Positions.Length);
        int[] members = draws.Snap(codes, 1, 200);
        Assert.Equal(200, members.Distinct().Count());
        // About half of what is drawn is from the dense place; single draws of a walker depend on those before.
        Assert.InRange(members.Count(member => Math.Abs(codes[member]) < 0.5), 60, 150);
        Assert.InRange(draws.AcceptanceFraction, 0.2, 1);
        // The first position takes the nearest code of all.
        Assert.Equal(Enumerable.Range(0, codes.Length).MinBy(i => Math.Abs(codes[i] - draws.Positions[0])), members[0]);
    }

    [Fact]
    public void Positions_begin_with_the_last_step_and_go_on_with_the_farthest()
    {
        Assert.Equal([9, 0, 4, 2, 6, 1, 3, 5, 7, 8], DensityDraws.Spread(10));
        Assert.Equal([0], DensityDraws.Spread(1));
    }

    [Fact]
    public void Walkers_are_even_and_twice_as_many_as_dimensions()
    {
        Assert.Equal(10, DensityDraws.Walkers(new VoteMiOptions(), 2));
        Assert.Equal(24, DensityDraws.Walkers(new VoteMiOptions(), 12));
        Assert.Equal(12, DensityDraws.Walkers(new VoteMiOptions { Walkers = 11 }, 2));
    }

    [Fact]
    public void Without_a_model_there_is_nothing_to_compare() =>
        Assert.StartsWith(
            "Vote-MI compares decoded images; this pool has no model that decodes its codes.",
            Assert
                .Throws<ArgumentException>(() =>
                    new VoteMi().Select(new SelectionPool(new float[10], 2), 1, new Rng(0))
                )
                .Message
        );

    /// <summary>Three round groups, ten apart, and strays between them.</summary>
    private static SelectionPool Groups(int count, int dimensions, int strays = 0)
    {
        var rng = new Rng(8);
        return SmallPool.Of(
            [
                .. Enumerable
                    .Range(0, (count + strays) * dimensions)
                    .Select(i =>
                        i / dimensions >= count
                            ? 10 + (8 * rng.NextNormal())
                            : (10 * (i / dimensions % 3)) + (0.4f * rng.NextNormal())
                    ),
            ],
            dimensions
        );
    }

    private static double Information(SelectionPool pool, int a, int b) =>
        MutualInformation.Normalized(pool.Decode!(pool.Code(a)), pool.Decode!(pool.Code(b)));
}
