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
        int[] chosen = result.Indices();
        double[] redundancy =
        [
            .. Enumerable
                .Range(45, 5)
                .Select(k => chosen.Take(k).Max(earlier => Information(pool, chosen[k], earlier))),
        ];
        Assert.Equal(redundancy, result.Images.Skip(45).Select(image => image.Redundancy!.Value));
        Assert.Equal(redundancy.Order(), redundancy);
        Assert.All(result.Images.Take(45), image => Assert.Null(image.Redundancy));
        // Drawn by density: every group has its share, up to the rounding of its parts.
        int[] groups = [.. chosen.Take(45).Select(image => result.Clusters![image])];
        Assert.All(Enumerable.Range(0, 3), group => Assert.InRange(groups.Count(g => g == group), 12, 18));
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
