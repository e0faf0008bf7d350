using CsCheck;
using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class ClusteringMetricsTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Every_metric_is_that_of_the_reference()
    {
        using var golden = Golden.Open("clustering");
        int[] clusters = golden.ReadLabels("kmeans/labels"),
            classes = golden.ReadLabels("labels");
        var metrics = ClusteringMetrics.Of(clusters, classes);
        double silhouette = Silhouette.Mean(golden.ReadFloats("points").Values, 2, clusters);
        Golden.AssertNear(
            golden.ReadFloats("metrics").Values,
            [
                (float)metrics.HungarianAccuracy,
                (float)metrics.NormalizedMutualInformation,
                (float)metrics.AdjustedRandIndex,
                (float)silhouette,
                (float)metrics.Homogeneity,
                (float)metrics.Completeness,
            ]
        );
    }

    [Fact]
    public void A_case_by_hand()
    {
        // Clusters {a a b}, {b b}, {a}: one to one, cluster 0 takes a (2) and cluster 1 takes b (2); by majority
        // cluster 2 takes a as well.
        var metrics = ClusteringMetrics.Of([0, 0, 0, 1, 1, 2], [7, 7, 9, 9, 9, 7]);
        Assert.Equal((3, 2), (metrics.Clusters, metrics.Classes));
        Assert.Equal(4 / 6.0, metrics.HungarianAccuracy, 12);
        Assert.Equal(5 / 6.0, metrics.MajorityAccuracy, 12);
        double classes = Math.Log(2),
            within = 0.5 * (Math.Log(3) - (2 / 3.0 * Math.Log(2))); // H(class), H(class | cluster)
        double clusters = (0.5 * Math.Log(2)) + (Math.Log(3) / 3) + (Math.Log(6) / 6);
        Assert.Equal(1 - (within / classes), metrics.Homogeneity, 12);
        Assert.Equal((classes - within) / clusters, metrics.Completeness, 12);
        Assert.Equal(2 * (classes - within) / (classes + clusters), metrics.NormalizedMutualInformation, 12);
        // Of 15 pairs 4 share a cluster and 6 a class, 2 both; 4·6/15 = 1.6 were expected, 5 the most.
        Assert.Equal((2 - 1.6) / (5 - 1.6), metrics.AdjustedRandIndex, 12);
    }

    [Fact]
    public void Clusters_without_a_class_of_their_own_are_wrong_one_to_one_but_not_by_majority()
    {
        int[] classes = [.. Enumerable.Range(0, 60).Select(i => i / 20)],
            clusters = [.. Enumerable.Range(0, 60).Select(i => i / 10)];
        var metrics = ClusteringMetrics.Of(clusters, classes);
        Assert.Equal((6, 3), (metrics.Clusters, metrics.Classes));
        Assert.Equal(0.5, metrics.HungarianAccuracy, 12);
        Assert.Equal(1, metrics.MajorityAccuracy, 12);
        Assert.Equal(1, metrics.Homogeneity, 12);
        Assert.InRange(metrics.Completeness, 0.5, 0.99);
    }

    [Fact]
    public void Classes_may_outnumber_clusters()
    {
        int[] classes = [.. Enumerable.Range(0, 60).Select(i => i / 10)],
            clusters = [.. Enumerable.Range(0, 60).Select(i => i / 20)];
        var metrics = ClusteringMetrics.Of(clusters, classes);
        Assert.Equal(0.5, metrics.HungarianAccuracy, 12);
        Assert.Equal(0.5, metrics.MajorityAccuracy, 12);
        Assert.Equal(1, metrics.Completeness, 12);
    }

    [Fact]
    public void Only_which_points_share_a_number_matters()
    {
        var rng = new Rng(1);
        int[] clusters = [.. Enumerable.Range(0, 500).Select(_ => rng.Next(8) - 1)],
            classes = [.. Enumerable.Range(0, 500).Select(_ => rng.Next(5))];
        var metrics = ClusteringMetrics.Of(clusters, classes);
        Assert.Equal(
            metrics,
            ClusteringMetrics.Of([.. clusters.Select(c => (3 * c) - 1000)], [.. classes.Select(c => 7 * c)])
        );
        // Random clusters: agreement about pairs is chance and no more.
        Assert.InRange(metrics.AdjustedRandIndex, -0.02, 0.02);
        int[] renamed = [.. clusters.Select(c => (c + 4) * 5 % 11)];
        Assert.Equal(metrics.HungarianAccuracy, ClusteringMetrics.Of(renamed, classes).HungarianAccuracy);
        Assert.Equal(
            metrics.NormalizedMutualInformation,
            ClusteringMetrics.Of(renamed, classes).NormalizedMutualInformation,
            12
        );
    }

    [Fact]
    public void No_metric_depends_on_the_names_of_clusters_and_classes_or_on_the_order_of_points() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4])
            .Array[1, 60]
            .Select(Gen.Shuffle(Enumerable.Range(-3, 6).ToArray()), Gen.Shuffle(Enumerable.Range(7, 5).ToArray()))
            .Sample(
                (points, clusterNames, classNames) =>
                {
                    var (metrics, renamed) = (
                        Of(points),
                        Of([.. points.Reverse().Select(p => (clusterNames[p.Item1], classNames[p.Item2]))])
                    );
                    Assert.Equal(metrics.HungarianAccuracy, renamed.HungarianAccuracy);
                    Assert.Equal(metrics.MajorityAccuracy, renamed.MajorityAccuracy);
                    Assert.Equal(metrics.AdjustedRandIndex, renamed.AdjustedRandIndex);
                    // Sums of logarithms in another order.
                    Assert.Equal(metrics.NormalizedMutualInformation, renamed.NormalizedMutualInformation, 1e-9);
                    Assert.Equal(metrics.Homogeneity, renamed.Homogeneity, 1e-9);
                    Assert.Equal(metrics.Completeness, renamed.Completeness, 1e-9);
                    Assert.True(metrics.MajorityAccuracy >= metrics.HungarianAccuracy);
                }
            );

    private static ClusteringMetrics Of((int Cluster, int Class)[] points) =>
        ClusteringMetrics.Of([.. points.Select(p => p.Cluster)], [.. points.Select(p => p.Class)]);

    [Fact]
    public void The_same_partition_is_perfect()
    {
        var metrics = ClusteringMetrics.Of([4, 4, 1, 0, 0, 0], [0, 0, 5, 3, 3, 3]);
        Assert.Equal(
            (1, 1, 1, 1, 1, 1),
            (
                metrics.HungarianAccuracy,
                metrics.MajorityAccuracy,
                metrics.NormalizedMutualInformation,
                metrics.AdjustedRandIndex,
                metrics.Homogeneity,
                metrics.Completeness
            )
        );
    }

    [Fact]
    public void A_single_cluster_says_nothing_of_several_classes()
    {
        var metrics = ClusteringMetrics.Of([3, 3, 3, 3], [0, 0, 1, 1]);
        Assert.Equal(
            (0.5, 0, 0, 0, 1),
            (
                metrics.HungarianAccuracy,
                metrics.NormalizedMutualInformation,
                metrics.AdjustedRandIndex,
                metrics.Homogeneity,
                metrics.Completeness
            )
        );
        Assert.Equal(1, ClusteringMetrics.Of([3, 3], [1, 1]).NormalizedMutualInformation);
        Assert.Equal(1, ClusteringMetrics.Of([3], [1]).AdjustedRandIndex);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.StartsWith(
            "got 2 clusters and 3 classes; each point needs one of both.",
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.Of([1, 2], [1, 2, 3])).Message
        );
        Assert.StartsWith(
            "got no points;",
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.Of([], [])).Message
        );
    }
}

public class LinearAssignmentTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(6, 6)]
    [InlineData(3, 7)]
    [InlineData(7, 3)]
    [InlineData(1, 5)]
    public void The_sum_is_the_greatest_of_all_pairings(int rows, int columns)
    {
        var rng = new Rng((ulong)((rows * 10) + columns));
        for (int repeat = 0; repeat < 20; repeat++)
        {
            // Few distinct values, some negative: ties and rows that are worth nothing.
            int[,] values = new int[rows, columns];
            for (int i = 0; i < rows * columns; i++)
                values[i / columns, i % columns] = rng.Next(9) - 3;
            int greatest = rows <= columns ? TryAll(values, 0, 0) : TryAll(Transposed(values), 0, 0);
            Assert.Equal(greatest, LinearAssignment.GreatestSum(rows, columns, (row, column) => values[row, column]));
        }
    }

    private static int TryAll(int[,] values, int row, int used)
    {
        if (row == values.GetLength(0))
            return 0;
        int best = int.MinValue;
        for (int column = 0; column < values.GetLength(1); column++)
            if ((used & (1 << column)) == 0)
                best = Math.Max(best, values[row, column] + TryAll(values, row + 1, used | (1 << column)));
        return best;
    }

    private static int[,] Transposed(int[,] values)
    {
        int[,] result = new int[values.GetLength(1), values.GetLength(0)];
        for (int i = 0; i < values.GetLength(0); i++)
        for (int j = 0; j < values.GetLength(1); j++)
            result[j, i] = values[i, j];
        return result;
    }
}
