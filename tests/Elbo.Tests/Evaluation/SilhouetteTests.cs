using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class SilhouetteTests
{
    [Fact]
    public void A_line_by_hand()
    {
        // Points 0, 1 | 4, 6 | 20, its cluster's only one.
        double[] values = Silhouette.Of([0, 1, 4, 6, 20], 1, [2, 2, -5, -5, 9]);
        Assert.Equal([(5 - 1) / 5.0, (4 - 1) / 4.0, (3.5 - 2) / 3.5, (5.5 - 2) / 5.5, 0], values);
        Assert.Equal(values.Average(), Silhouette.Mean([0, 1, 4, 6, 20], 1, [2, 2, -5, -5, 9]), 12);
    }

    [Fact]
    public void Points_all_in_one_place_are_as_near_to_either_cluster() =>
        Assert.Equal([0, 0, 0, 0], Silhouette.Of([1, 1, 1, 1], 1, [0, 0, 1, 1]));

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var rng = new Rng(2);
        float[] points = [.. Enumerable.Range(0, 3 * 700).Select(_ => rng.NextNormal())];
        int[] clusters = [.. Enumerable.Range(0, 700).Select(_ => rng.Next(4))];
        Assert.Equal(Silhouette.Of(points, 3, clusters, threads: 1), Silhouette.Of(points, 3, clusters, threads: 3));
    }

    [Fact]
    public void What_has_no_silhouette_is_refused()
    {
        Assert.StartsWith(
            "got 1 clusters of 4 points; a silhouette needs from 2 to 3.",
            Assert.Throws<ArgumentException>(() => Silhouette.Of([1, 2, 3, 4], 1, [0, 0, 0, 0])).Message
        );
        Assert.StartsWith(
            "got 4 clusters of 4 points;",
            Assert.Throws<ArgumentException>(() => Silhouette.Of([1, 2, 3, 4], 1, [0, 1, 2, 3])).Message
        );
        Assert.StartsWith(
            "got 3 clusters with 4 points;",
            Assert.Throws<ArgumentException>(() => Silhouette.Of([1, 2, 3, 4], 1, [0, 1, 2])).Message
        );
    }
}
