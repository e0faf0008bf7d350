using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Tests.Clustering;

public class KMeansTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Inertia_and_clusters_are_those_of_the_reference()
    {
        using var golden = Golden.Open("clustering");
        float[] points = golden.ReadFloats("points").Values.ToArray();
        int[] expected = golden.ReadLabels("kmeans/labels");
        // Many attempts: one point between two clusters makes two ends of nearly equal inertia.
        var result = KMeans.Fit(
            points,
            2,
            new KMeansOptions
            {
                Clusters = expected.Distinct().Count(),
                Tolerance = 0,
                Restarts = 100,
            },
            new Rng(0)
        );
        Golden.AssertNear(golden.ReadFloats("kmeans/inertia").Values, [(float)result.Inertia]);
        Assert.Equal(expected.Distinct().Count(), result.Labels.Zip(expected).Distinct().Count());
    }

    [Theory]
    [InlineData(400, 1, 3)]
    [InlineData(3000, 2, 20)]
    [InlineData(2500, 7, 40)]
    public void Every_centre_is_the_mean_of_its_points_and_no_other_is_nearer(int count, int dimensions, int clusters)
    {
        float[] points = Blobs(new Rng(5), count, dimensions, clusters);
        var result = KMeans.Fit(
            points,
            dimensions,
            new KMeansOptions
            {
                Clusters = clusters,
                Restarts = 2,
                Tolerance = 0,
            },
            new Rng(1)
        );
        double inertia = 0;
        double[] sums = new double[clusters * dimensions];
        for (int i = 0; i < count; i++)
        {
            double[] distances =
            [
                .. Enumerable.Range(0, clusters).Select(c => Square(points, i, result.Centers, c, dimensions)),
            ];
            Assert.Equal(distances.Min(), distances[result.Labels[i]], 12);
            inertia += distances.Min();
            for (int d = 0; d < dimensions; d++)
                sums[(result.Labels[i] * dimensions) + d] += points[(i * dimensions) + d];
        }
        Assert.Equal(inertia, result.Inertia, inertia * 1e-12);
        for (int c = 0; c < clusters; c++)
        for (int d = 0; d < dimensions; d++)
            Assert.Equal(
                sums[(c * dimensions) + d] / result.Labels.Count(label => label == c),
                result.Centers[(c * dimensions) + d],
                10
            );
    }

    [Fact]
    public void Bounds_leave_the_clusters_of_plain_iterations()
    {
        float[] points = Blobs(new Rng(8), 1500, 3, 6);
        double[] start = [.. points.Take(3 * 12).Select(v => (double)v)];
        int[] plain = Plain(points, 3, [.. start], iterations: 9);
        Assert.Equal(plain, new Lloyd(points, 3, [.. start], new Partition(1)).Run(9, 0, default).Labels);
    }

    [Fact]
    public void Well_separated_groups_are_found()
    {
        float[] points = [.. Enumerable.Range(0, 300).Select(i => (100 * (i % 3)) + (i / 300f))];
        var result = KMeans.Fit(points, 1, new KMeansOptions { Clusters = 3, Restarts = 1 }, new Rng(3));
        Assert.Equal(3, Enumerable.Range(0, 300).Select(i => (i % 3, result.Labels[i])).Distinct().Count());
    }

    [Fact]
    public void A_cluster_that_lost_all_points_takes_the_farthest_one()
    {
        // Nothing is nearest to the centre at 1000; 9 is farthest from its own.
        var result = new Lloyd([0, 1, 2, 9], 1, [1, 1000], new Partition(1)).Run(100, 0, default);
        Assert.Equal([0, 0, 0, 1], result.Labels);
        Assert.Equal([1, 9], result.Centers);
        Assert.Equal(2, result.Inertia);
    }

    [Fact]
    public void More_clusters_than_places_leave_some_empty()
    {
        var result = KMeans.Fit([3, 3, 3, 8, 8], 1, new KMeansOptions { Clusters = 4 }, new Rng(0));
        Assert.Equal(0, result.Inertia);
        Assert.Equal(2, result.Labels.Distinct().Count());
        Assert.All(result.Centers, c => Assert.True(c is 3 or 8));
    }

    [Fact]
    public void As_many_clusters_as_points_leave_no_distance()
    {
        float[] points = Blobs(new Rng(2), 60, 2, 4);
        var result = KMeans.Fit(points, 2, new KMeansOptions { Clusters = 60, Restarts = 1 }, new Rng(0));
        Assert.Equal(0, result.Inertia);
        Assert.Equal(60, result.Labels.Distinct().Count());
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        float[] points = Blobs(new Rng(4), 5000, 4, 10);
        var one = KMeans.Fit(
            points,
            4,
            new KMeansOptions
            {
                Clusters = 25,
                Restarts = 2,
                Threads = 1,
            },
            new Rng(9)
        );
        var three = KMeans.Fit(
            points,
            4,
            new KMeansOptions
            {
                Clusters = 25,
                Restarts = 2,
                Threads = 3,
            },
            new Rng(9)
        );
        Assert.Equal(one.Centers, three.Centers);
        Assert.Equal(one.Labels, three.Labels);
        Assert.NotEqual(
            one.Centers,
            KMeans.Fit(points, 4, new KMeansOptions { Clusters = 25, Restarts = 2 }, new Rng(10)).Centers
        );
    }

    [Fact]
    public void What_has_no_clusters_is_refused()
    {
        Assert.Equal(
            "5 clusters of 4 points were asked for; it must be from 1 to the number of points.",
            Assert.Throws<ArgumentException>(() => Fit([1, 2, 3, 4], new KMeansOptions { Clusters = 5 })).Message
        );
        Assert.StartsWith(
            "coordinate 1 of point 1 is NaN; k-means needs finite numbers.",
            Assert.Throws<ArgumentException>(() => Fit([0, float.NaN], new KMeansOptions())).Message
        );
        Assert.StartsWith(
            "restarts is 0;",
            Assert
                .Throws<ArgumentException>(() => Fit([1, 2], new KMeansOptions { Clusters = 1, Restarts = 0 }))
                .Message
        );
    }

    private static KMeansResult Fit(float[] points, KMeansOptions options) =>
        KMeans.Fit(points, 1, options, new Rng(0));

    private static float[] Blobs(Rng rng, int count, int dimensions, int blobs)
    {
        float[] centers = [.. Enumerable.Range(0, blobs * dimensions).Select(_ => 5 * rng.NextNormal())];
        return
        [
            .. Enumerable
                .Range(0, count * dimensions)
                .Select(i => centers[(i / dimensions % blobs * dimensions) + (i % dimensions)] + rng.NextNormal()),
        ];
    }

    private static double Square(float[] points, int point, double[] centers, int center, int dimensions) =>
        Enumerable
            .Range(0, dimensions)
            .Sum(d => Math.Pow(points[(point * dimensions) + d] - centers[(center * dimensions) + d], 2));

    private static int[] Plain(float[] points, int dimensions, double[] centers, int iterations)
    {
        int count = points.Length / dimensions,
            clusters = centers.Length / dimensions;
        int[] labels = new int[count];
        for (int step = 0; step <= iterations; step++)
        {
            for (int i = 0; i < count; i++)
                labels[i] = Enumerable.Range(0, clusters).MinBy(c => Square(points, i, centers, c, dimensions));
            if (step == iterations)
                break;
            for (int c = 0; c < clusters; c++)
            {
                int[] members = [.. Enumerable.Range(0, count).Where(i => labels[i] == c)];
                for (int d = 0; d < dimensions; d++)
                    centers[(c * dimensions) + d] = members.Average(i => (double)points[(i * dimensions) + d]);
            }
        }
        return labels;
    }
}
