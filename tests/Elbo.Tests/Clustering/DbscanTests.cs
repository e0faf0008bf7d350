using Elbo.Clustering;
using Elbo.Engine;

namespace Elbo.Tests.Clustering;

public class DbscanTests
{
    [Theory]
    [InlineData("points", 2, 0.3, 10, "dbscan_eps0.3_min10")]
    [InlineData("points", 2, 0.18, 25, "dbscan_eps0.18_min25")]
    [InlineData("points", 2, 0.5, 5, "dbscan_eps0.5_min5")]
    [InlineData("points5d", 5, 1.5, 8, "dbscan5d_eps1.5_min8")]
    [Trait("Category", "Reference")]
    public void Labels_are_those_of_the_reference(
        string points,
        int dimensions,
        double eps,
        int minSamples,
        string expected
    )
    {
        using var golden = Golden.Open("clustering");
        var result = Dbscan.Fit(
            golden.ReadFloats(points).Values,
            dimensions,
            new DbscanOptions { Eps = eps, MinSamples = minSamples }
        );
        Assert.Equal(golden.ReadLabels(expected + "/labels"), result.Labels);
    }

    [Theory]
    [InlineData(1, 700, 0.01, 4)]
    [InlineData(2, 1500, 0.05, 3)]
    [InlineData(2, 1500, 0.2, 10)]
    [InlineData(2, 1500, 0.6, 2)]
    [InlineData(2, 1500, 100, 30)]
    [InlineData(3, 1500, 0.3, 6)]
    [InlineData(10, 1000, 1.8, 5)]
    [InlineData(10, 1000, 2.2, 1)]
    public void Labels_are_those_of_the_definition(int dimensions, int count, double eps, int minSamples)
    {
        float[] points = Points(new Rng((ulong)(count + dimensions)), count, dimensions);
        var result = Dbscan.Fit(points, dimensions, new DbscanOptions { Eps = eps, MinSamples = minSamples });
        int[] expected = ByDefinition(points, dimensions, eps, minSamples);
        Assert.Equal(expected, result.Labels);
        Assert.Equal(expected.Max() + 1, result.Clusters);
    }

    [Fact]
    public void A_point_at_exactly_eps_is_a_neighbour()
    {
        Assert.Equal([0, 0, 0], Dbscan.Fit([0, 0.5f, 1], 1, new DbscanOptions { Eps = 0.5, MinSamples = 3 }).Labels);
        Assert.Equal(
            [-1, -1, -1],
            Dbscan.Fit([0, 0.5f, 1], 1, new DbscanOptions { Eps = 0.499, MinSamples = 2 }).Labels
        );
    }

    [Fact]
    public void A_border_point_between_clusters_belongs_to_the_first()
    {
        // At 2 and at 0 are five points each, and 1 is within reach of all; it alone has eleven, the others have six.
        float[] points = [2, 0, 2, 0, 1, 2, 0, 2, 0, 2, 0];
        Assert.Equal(
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Dbscan.Fit(points, 1, new DbscanOptions { Eps = 1, MinSamples = 6 }).Labels
        );
        // Only a third point of each side is near enough to 1, which then has three neighbours and is no core point.
        points = [2, 2.4f, 2.4f, 2.4f, 0, -0.4f, -0.4f, -0.4f, 1];
        Assert.Equal(
            [0, 0, 0, 0, 1, 1, 1, 1, 0],
            Dbscan.Fit(points, 1, new DbscanOptions { Eps = 1, MinSamples = 4 }).Labels
        );
    }

    [Fact]
    public void Noise_is_no_cluster()
    {
        var result = Dbscan.Fit([0, 10, 20, 30], 1, new DbscanOptions { Eps = 1, MinSamples = 2 });
        Assert.Equal([-1, -1, -1, -1], result.Labels);
        Assert.Equal(0, result.Clusters);
    }

    [Fact]
    public void Without_eps_groups_are_told_from_what_lies_between_them()
    {
        var rng = new Rng(3);
        // Three groups of 400 with deviation 0.3, six or more apart, and 60 points anywhere.
        float[] points =
        [
            .. Enumerable.Range(0, 1200).SelectMany(i => Near(rng, 6 * (i % 3), i % 3 == 1 ? 6 : 0, 0.3f)),
            .. Enumerable.Range(0, 60).SelectMany(_ => Near(rng, 6, 3, 8)),
        ];
        var result = Dbscan.Fit(points, 2);
        Assert.Equal(3, result.Clusters);
        Assert.Equal(
            3,
            Enumerable
                .Range(0, 1200)
                .Where(i => result.Labels[i] >= 0)
                .Select(i => (i % 3, result.Labels[i]))
                .Distinct()
                .Count()
        );
        Assert.InRange(result.Labels.Take(1200).Count(label => label < 0), 0, 60);
        Assert.InRange(result.Labels.Skip(1200).Count(label => label < 0), 40, 60);
    }

    [Fact]
    public void Copies_of_a_few_places_are_clusters() =>
        Assert.Equal(2, Dbscan.Fit([.. Enumerable.Range(0, 100).Select(i => (float)(i % 2))], 1).Clusters);

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        float[] points = Points(new Rng(9), 6000, 2);
        var one = Dbscan.Fit(points, 2, new DbscanOptions { MinSamples = 6, Threads = 1 });
        var four = Dbscan.Fit(points, 2, new DbscanOptions { MinSamples = 6, Threads = 4 });
        Assert.Equal(one.Eps, four.Eps);
        Assert.Equal(one.Labels, four.Labels);
        Assert.InRange(one.Clusters, 2, 500);
    }

    [Fact]
    public void What_has_no_clusters_is_refused()
    {
        Assert.StartsWith(
            "eps is 0; it must be more than 0.",
            Assert.Throws<ArgumentException>(() => Dbscan.Fit([1], 1, new DbscanOptions { Eps = 0 })).Message
        );
        Assert.StartsWith(
            "min-samples is 0;",
            Assert.Throws<ArgumentException>(() => Dbscan.Fit([1], 1, new DbscanOptions { MinSamples = 0 })).Message
        );
        Assert.StartsWith(
            "got 0 points; DBSCAN needs at least 1.",
            Assert.Throws<ArgumentException>(() => Dbscan.Fit([], 1)).Message
        );
    }

    private static float[] Near(Rng rng, float x, float y, float deviation) =>
        [x + (deviation * rng.NextNormal()), y + (deviation * rng.NextNormal())];

    /// <summary>Dense and sparse groups with points between them, and some points twice.</summary>
    private static float[] Points(Rng rng, int count, int dimensions)
    {
        float[] centers = [.. Enumerable.Range(0, 6 * dimensions).Select(_ => 1.5f * rng.NextNormal())];
        float[] points =
        [
            .. Enumerable
                .Range(0, count * dimensions)
                .Select(i =>
                    centers[(i / dimensions % 6 * dimensions) + (i % dimensions)]
                    + ((0.2f + (0.15f * (i / dimensions % 6))) * rng.NextNormal())
                ),
        ];
        for (int i = 0; i < count; i += 50)
            points.AsSpan((count - 1 - i) * dimensions, dimensions).CopyTo(points.AsSpan(i * dimensions));
        return points;
    }

    /// <summary>Each cluster grown from its first core point, one after the other.</summary>
    private static int[] ByDefinition(float[] points, int dimensions, double eps, int minSamples)
    {
        int count = points.Length / dimensions;
        int[][] neighbours =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    Enumerable.Range(0, count).Where(j => Square(points, i, j, dimensions) <= eps * eps).ToArray()
                ),
        ];
        int[] labels = [.. Enumerable.Repeat(-1, count)];
        int clusters = 0;
        for (int first = 0; first < count; first++)
        {
            if (labels[first] >= 0 || neighbours[first].Length < minSamples)
                continue;
            var open = new Stack<int>([first]);
            labels[first] = clusters;
            while (open.TryPop(out int i))
            {
                if (neighbours[i].Length < minSamples)
                    continue;
                foreach (int j in neighbours[i])
                {
                    if (labels[j] >= 0)
                        continue;
                    labels[j] = clusters;
                    open.Push(j);
                }
            }
            clusters++;
        }
        return labels;
    }

    private static double Square(float[] points, int a, int b, int dimensions)
    {
        double sum = 0;
        for (int d = 0; d < dimensions; d++)
        {
            double difference = (double)points[(a * dimensions) + d] - points[(b * dimensions) + d];
            sum += difference * difference;
        }
        return sum;
    }
}
