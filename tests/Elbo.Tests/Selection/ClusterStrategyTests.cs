using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

/// <summary>The strategies that choose of k-means clusters, by their definitions.</summary>
public class ClusterStrategyTests
{
    [Fact]
    public void Of_each_k_means_cluster_the_image_nearest_to_the_centre_is_chosen()
    {
        var pool = SmallPool.Clustered(400, 3, clusters: 8);
        var result = new KMeansCentres().Select(pool, 8, new Rng(3));
        int[] chosen = result.Indices();
        int before = int.MaxValue;
        foreach (int choice in chosen)
        {
            int[] members = Members(result, result.Clusters![choice]);
            double[] centre = [.. Enumerable.Range(0, 3).Select(d => members.Average(i => (double)pool.Code(i)[d]))];
            double Way(int i) => Math.Sqrt(Enumerable.Range(0, 3).Sum(d => Math.Pow(pool.Code(i)[d] - centre[d], 2)));
            Assert.True(Way(choice) <= members.Min(Way) + 1e-4);
            Assert.True(members.Length <= before, "the largest cluster comes first");
            before = members.Length;
        }
        Assert.Equal(8, chosen.Select(i => result.Clusters![i]).Distinct().Count());
    }

    [Fact]
    public void Of_each_cluster_the_most_typical_image_is_chosen()
    {
        var pool = SmallPool.Clustered(300, 2, clusters: 6);
        var result = new TypiClust(new TypiClustOptions { Neighbours = 7 }).Select(pool, 6, new Rng(1));
        int before = int.MaxValue;
        foreach (int choice in result.Indices())
        {
            int[] members = Members(result, result.Clusters![choice]);
            double Mean(int i) =>
                members
                    .Where(j => j != i)
                    .Select(j => SmallPool.Distance(pool, i, j))
                    .Order()
                    .Take(Math.Min(7, members.Length / 2))
                    .Average();
            Assert.True(Mean(choice) <= members.Min(Mean) + 1e-5);
            Assert.True(members.Length <= before, "the largest cluster comes first");
            before = members.Length;
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.667)]
    [InlineData(0.2)]
    public void Of_each_cluster_the_image_nearest_to_a_share_of_it_is_chosen(double share)
    {
        var pool = SmallPool.Clustered(300, 3, clusters: 6);
        var result = new TrimmedMedoids(new TrimmedMedoidsOptions { NearFraction = share }).Select(pool, 9, new Rng(1));
        int before = int.MaxValue;
        foreach (int choice in result.Indices())
        {
            int[] members = Members(result, result.Clusters![choice]);
            double Sum(int i) =>
                members
                    .Select(j => SmallPool.Distance(pool, i, j))
                    .Order()
                    .Take((int)Math.Ceiling(share * members.Length))
                    .Sum();
            Assert.True(Sum(choice) <= members.Min(Sum) + 1e-4);
            Assert.True(members.Length <= before, "the largest cluster comes first");
            before = members.Length;
        }
    }

    [Theory]
    [InlineData(0.1, 10)]
    [InlineData(0.3, 3)]
    public void Images_in_the_sparsest_places_are_left_aside(double share, int neighbour)
    {
        var pool = SmallPool.Clustered(300, 3, clusters: 6);
        var result = new TrimmedMedoids(
            new TrimmedMedoidsOptions { OutlierFraction = share, Neighbours = neighbour }
        ).Select(pool, 9, new Rng(1));
        double Sparsity(int i) =>
            Enumerable
                .Range(0, pool.Count)
                .Where(j => j != i)
                .Select(j => SmallPool.Distance(pool, i, j))
                .Order()
                .ElementAt(neighbour - 1);
        int[] aside =
        [
            .. Enumerable.Range(0, pool.Count).OrderByDescending(Sparsity).Take((int)(share * pool.Count)).Order(),
        ];
        Assert.Equal(aside, Enumerable.Range(0, pool.Count).Where(i => result.Clusters![i] < 0));
        Assert.Empty(result.Indices().Intersect(aside));
    }

    [Fact]
    public void No_image_is_left_aside_that_the_budget_needs()
    {
        var pool = SmallPool.Clustered(40, 2, clusters: 3);
        Assert.Equal(Enumerable.Range(0, 40), new TrimmedMedoids().Select(pool, 40, new Rng(1)).Indices().Order());
        Assert.Equal(1, new TrimmedMedoids().Select(pool, 39, new Rng(1)).Clusters!.Count(cluster => cluster < 0));
        Assert.DoesNotContain(
            new TrimmedMedoids(new TrimmedMedoidsOptions { OutlierFraction = 0 }).Select(pool, 5, new Rng(1)).Clusters!,
            cluster => cluster < 0
        );
    }

    [Fact]
    public void Outliers_and_neighbours_have_ranges()
    {
        Assert.Equal(
            "outlier-fraction is 1; it must be at least 0 and below 1.",
            Assert.Throws<ArgumentException>(new TrimmedMedoidsOptions { OutlierFraction = 1 }.Validate).Message
        );
        Assert.Equal(
            "neighbours is 0; it must be 1 or more.",
            Assert.Throws<ArgumentException>(new TrimmedMedoidsOptions { Neighbours = 0 }.Validate).Message
        );
    }

    [Fact]
    public void The_smallest_numbers_come_first()
    {
        var rng = new Rng(1);
        foreach (int length in new[] { 1, 2, 3, 10, 1000 })
        foreach (int different in new[] { 1, 3, 100_000 })
        foreach (int count in new[] { 0, 1, length / 2, length - 1, length })
        {
            float[] values = [.. Enumerable.Range(0, length).Select(_ => (float)rng.Next(different))];
            float[] arranged = [.. values];
            SmallestFirst.Arrange(arranged, count);
            Assert.Equal(values.Order().Take(count), arranged.Take(count).Order());
            Assert.Equal(values.Order(), arranged.Order());
        }
    }

    [Fact]
    public void With_fewer_clusters_than_images_to_choose_each_is_taken_in_turn()
    {
        var pool = SmallPool.Clustered(200, 2, clusters: 4);
        var result = new TypiClust(new TypiClustOptions { Clusters = 4 }).Select(pool, 12, new Rng(0));
        Assert.All(
            result.Indices().Select(i => result.Clusters![i]).Chunk(4),
            turn => Assert.Equal(4, turn.Distinct().Count())
        );
    }

    [Fact]
    public void Small_clusters_are_passed_over()
    {
        // Two images far away from sixty.
        float[] codes = [.. Enumerable.Range(0, 60).SelectMany(i => new float[] { i % 8, i / 8 }), 100, 100, 101, 100];
        var pool = SmallPool.Of(codes, 2);
        Assert.All(new TypiClust().Select(pool, 2, new Rng(2)).Indices(), index => Assert.InRange(index, 0, 59));
        Assert.Contains(
            new TypiClust(new TypiClustOptions { MinClusterSize = 0 }).Select(pool, 2, new Rng(2)).Indices(),
            index => index >= 60
        );
    }

    [Fact]
    public void Each_ball_covers_as_many_more_images_as_any_could()
    {
        const double Radius = 0.7;
        var pool = SmallPool.Clustered(250, 2, clusters: 5);
        int[] chosen = new ProbCover(new ProbCoverOptions { Radius = Radius }).Select(pool, 15, new Rng(0)).Indices();
        bool[] covered = new bool[pool.Count];
        foreach (int choice in chosen)
        {
            int Adds(int j) =>
                Enumerable.Range(0, pool.Count).Count(i => !covered[i] && SmallPool.Distance(pool, i, j) < Radius);
            Assert.Equal(Enumerable.Range(0, pool.Count).Max(Adds), Adds(choice));
            for (int i = 0; i < pool.Count; i++)
                covered[i] |= SmallPool.Distance(pool, i, choice) < Radius;
        }
    }

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.5)]
    public void The_radius_is_the_largest_of_which_enough_balls_are_pure(double purity)
    {
        var pool = SmallPool.Clustered(200, 2, clusters: 4);
        int[] labels = KMeans.Fit(pool.Codes.Span, 2, new KMeansOptions { Clusters = 6 }, new Rng(9)).Labels;
        double radius = ProbCover.PureRadius(pool, 6, purity, new Rng(9), CancellationToken.None);
        double Pure(double r) =>
            Enumerable
                .Range(0, pool.Count)
                .Count(i =>
                    Enumerable
                        .Range(0, pool.Count)
                        .All(j => labels[i] == labels[j] || SmallPool.Distance(pool, i, j) >= r)
                ) / (double)pool.Count;
        // Radii are floats.
        Assert.True(Pure(radius * (1 - 1e-6)) >= purity);
        Assert.True(Pure(radius * (1 + 1e-6)) < purity);
    }

    [Fact]
    public void When_all_is_covered_the_rest_is_chosen_at_random_and_said_so()
    {
        var result = new ProbCover(new ProbCoverOptions { Radius = 1000 }).Select(
            SmallPool.Clustered(50, 2, clusters: 2),
            10,
            new Rng(0)
        );
        Assert.Contains("1 balls cover all images; 9 were added at random.", result.Remarks);
        Assert.Equal(10, result.Indices().Distinct().Count());
    }

    private static int[] Members(SelectionResult result, int cluster) =>
        [.. Enumerable.Range(0, result.Clusters!.Count).Where(i => result.Clusters[i] == cluster)];
}
