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
    public void A_tenth_of_the_budget_are_anchors_and_the_others_are_least_redundant_with_them()
    {
        var pool = Groups(2000, 2);
        var result = new VoteMi().Select(pool, 50, new Rng(2));
        Assert.Equal(
            [.. Enumerable.Repeat(2, 5), .. Enumerable.Repeat(1, 45)],
            result.Images.Select(image => image.Round!.Value)
        );
        double[] redundancy =
        [
            .. result
                .Indices()
                .Skip(5)
                .Select(index => result.Indices().Take(5).Max(anchor => Information(pool, index, anchor))),
        ];
        Assert.Equal(redundancy.Order(), redundancy);
        Assert.All(result.Images, image => Assert.InRange(image.Votes!.Value, 0, 10));
        Assert.Contains(result.Images, image => image.Votes == 10);
    }

    [Fact]
    public void Votes_go_to_the_members_that_anchors_tell_most_of()
    {
        // Four members, two anchors (members 0 and 3), two votes each: member 1 has the votes of both.
        double[] information = [9, 1, 8, 7, 2, 3, 1, 9];
        int[] votes = AnchorVotes.Count(information, anchors: 2, each: 2);
        Assert.Equal([1, 2, 0, 1], votes);
        Assert.Equal([0, 3, 1], AnchorVotes.Winners(votes, information, [0, 3], quota: 3));
        Assert.Equal([0, 3, 1, 2], AnchorVotes.Winners(votes, information, [0, 3], quota: 4));
        // Of equal votes, the one with more information in sum; of equal sums, the first.
        Assert.Equal([2, 1], AnchorVotes.Winners([1, 1, 1], [3, 4, 9], [2], quota: 2));
        Assert.Equal([2, 0], AnchorVotes.Winners([1, 1, 1], [4, 4, 9], [2], quota: 2));
    }

    [Fact]
    public void The_votes_of_every_choice_can_be_counted_again()
    {
        // One cluster, and as many anchors as are candidates: all candidates are anchors, whose votes follow from their
        // images alone.
        var rng = new Rng(3);
        var pool = SmallPool.Of([.. Enumerable.Range(0, 2 * 100).Select(_ => 0.3f * rng.NextNormal())], 2);
        var result = new VoteMi(
            new VoteMiOptions
            {
                Eps = 5,
                MinSamples = 2,
                ClusterFraction = 0.1,
                AnchorFraction = 1,
            }
        ).Select(pool, 5, new Rng(4));
        Assert.Equal(5, result.Images.Count);
        Assert.All(result.Images, image => Assert.Equal(2, image.Round));
        // Each of the ten anchors votes for itself: its image tells most of itself.
        Assert.All(result.Images, image => Assert.InRange(image.Votes!.Value, 1, 10));
    }

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
            image => Assert.Equal((-1, null, null), (result.Clusters![image.Index], image.Round, image.Votes))
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
    public void Anchors_are_distinct_images_where_codes_lie_dense()
    {
        // Half of the codes within 0.1 of 0, the rest anywhere from −10 to 10.
        var rng = new Rng(6);
        float[] codes =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(i => i % 2 == 0 ? 0.1f * rng.NextNormal() : (20 * rng.NextSingle()) - 10),
        ];
        var anchors = DensityAnchors.Draw(codes, 1, 200, new VoteMiOptions { Bandwidth = 0.1 }, new Rng(7), default);
        Assert.Equal(200, anchors.Members.Distinct().Count());
        // About half of what is drawn is from the dense place; single draws of a walker depend on those before.
        Assert.InRange(anchors.Members.Count(member => Math.Abs(codes[member]) < 0.5), 70, 140);
        Assert.InRange(anchors.AcceptanceFraction, 0.2, 1);
        Assert.True(anchors.AutocorrelationTime > 1);
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
        MutualInformation.Of(pool.Decode!(pool.Code(a)), pool.Decode!(pool.Code(b)));
}
