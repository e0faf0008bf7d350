using Elbo.Engine;
using Elbo.Neighbours;
using Elbo.Projection;

namespace Elbo.Tests.Projection;

public class TSneTests
{
    private static readonly TSneOptions Small = new()
    {
        Perplexity = 10,
        Iterations = 400,
        Threads = 1,
    };

    [Fact]
    public void The_gradient_is_that_of_the_divergence()
    {
        var rng = new Rng(5);
        float[] points = Normal(rng, 14 * 3);
        double[] y = [.. Normal(rng, 28).Select(v => (double)v)];
        // With theta 0 no points are taken together, and all 13 others are neighbours: nothing is approximate.
        var partition = new Partition(1);
        var objective = new TSneObjective(Affinities.Of(points, 3, 4.34, partition), theta: 0, partition);
        double[] gradient = new double[28];
        objective.Gradient(y, 1, gradient);
        const double step = 1e-5;
        for (int i = 0; i < y.Length; i++)
        {
            double at = y[i];
            y[i] = at + step;
            double above = objective.Divergence(y);
            y[i] = at - step;
            double below = objective.Divergence(y);
            y[i] = at;
            // Central differences err by step² and by rounding over step, both about 1e-10.
            Assert.Equal((above - below) / (2 * step), gradient[i], 1e-8);
        }
    }

    [Fact]
    public void Affinities_have_the_wished_perplexity_and_sum_to_one()
    {
        var rng = new Rng(1);
        var table = Affinities.Of(Normal(rng, 60 * 4), 4, 15, new Partition(1));
        Assert.Equal(1, table.Values.Sum(), 12);
        for (int i = 0; i < 60; i++)
        {
            var columns = table.Columns[table.Starts[i]..table.Starts[i + 1]];
            Assert.Equal(columns.Order().Distinct(), columns);
            Assert.DoesNotContain(i, columns);
            foreach (int j in columns)
                Assert.Equal(Value(table, i, j), Value(table, j, i), 15);
        }
        // Points at the same distance from all others: a regular simplex has the same p everywhere.
        float[] simplex = new float[40 * 40];
        for (int i = 0; i < 40; i++)
            simplex[41 * i] = 1;
        var even = Affinities.Of(simplex, 40, 13, new Partition(1));
        Assert.All(
            Enumerable.Range(0, 40),
            i => Assert.Equal(1 / 40.0, even.Values[even.Starts[i]..even.Starts[i + 1]].Sum(), 0.02)
        );
    }

    [Fact]
    public void The_tree_gives_the_exact_repulsion_at_theta_0_and_nearly_at_one_half()
    {
        var rng = new Rng(2);
        const int count = 500;
        double[] y = [.. Normal(rng, 2 * count).Select(v => 10.0 * v)];
        (y[0], y[1]) = (y[2], y[3]); // two in one place
        var tree = new Quadtree(count);
        tree.Build(y);
        double error = 0,
            size = 0;
        for (int i = 0; i < count; i++)
        {
            var (x, w, sum) = Naive(y, i);
            var exact = tree.Repulsion(i, y, 0);
            Assert.Equal(
                (x, w, sum),
                exact,
                (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) + Math.Abs(a.Item3 - b.Item3) < 1e-9
            );
            var near = tree.Repulsion(i, y, 0.5);
            error += Math.Pow(near.X - x, 2) + Math.Pow(near.Y - w, 2);
            size += (x * x) + (w * w);
            Assert.Equal(sum, near.Sum, 0.05 * sum);
        }
        Assert.InRange(Math.Sqrt(error / size), 1e-6, 0.03);
    }

    [Fact]
    public void Clusters_far_apart_stay_apart()
    {
        var (points, labels) = Clusters();
        var result = TSne.Fit(points, 8, Small, new Rng(1));
        for (int i = 0; i < labels.Length; i++)
        {
            int nearest = Enumerable
                .Range(0, labels.Length)
                .Where(j => j != i)
                .MinBy(j => Distance(result.Coordinates, i, j));
            Assert.Equal(labels[i], labels[nearest]);
        }
    }

    [Fact]
    public void The_divergence_falls()
    {
        var (points, _) = Clusters();
        var result = TSne.Fit(points, 8, Small with { Iterations = 500 }, new Rng(1));
        Assert.Equal(10, result.History.Count);
        Assert.Equal(result.Divergence, result.History[^1]);
        // After the exaggeration of the first 250 iterations it is a plain descent; momentum may lift it by a little.
        Assert.True(result.History[5] < result.History[4] - 0.01);
        for (int k = 6; k < 10; k++)
            Assert.True(
                result.History[k] < result.History[k - 1] + 0.01,
                $"it rose to {result.History[k]} from {result.History[k - 1]}"
            );
        Assert.InRange(result.Divergence, 0, 1);
    }

    [Fact]
    public void Threads_and_repetitions_change_no_bit_and_seeds_do()
    {
        var (points, _) = Clusters(copies: 8);
        var options = Small with { Iterations = 60 };
        var one = TSne.Fit(points, 8, options, new Rng(1));
        var two = TSne.Fit(points, 8, options with { Threads = 2 }, new Rng(1));
        Bits.AssertEqual(one.Coordinates, two.Coordinates);
        Assert.Equal(BitConverter.DoubleToInt64Bits(one.Divergence), BitConverter.DoubleToInt64Bits(two.Divergence));
        Assert.NotEqual(one.Coordinates, TSne.Fit(points, 8, options, new Rng(2)).Coordinates);
    }

    [Fact]
    public void Points_all_in_one_place_are_arranged_nevertheless() =>
        Assert.All(
            TSne.Fit(new float[80], 2, Small with { Iterations = 300 }).Coordinates,
            v => Assert.True(float.IsFinite(v))
        );

    [Fact]
    public void Reducing_many_dimensions_first_loses_nothing_of_points_in_a_plane()
    {
        var rng = new Rng(9);
        float[] flat = Normal(rng, 60 * 2),
            wide = new float[60 * 64];
        for (int i = 0; i < flat.Length; i++)
            wide[(i / 2 * 64) + (i % 2)] = flat[i];
        // The same distances but for rounding, which a few steps do not yet enlarge.
        var options = Small with
        {
            Iterations = 20,
            ExaggeratedIterations = 0,
        };
        Assert.Equal(TSne.Fit(flat, 2, options).Divergence, TSne.Fit(wide, 64, options).Divergence, 1e-4);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(new() { Perplexity = 1 }, "perplexity is 1; it must be more than 1.");
        Refused(new() { Perplexity = double.NaN }, "perplexity is NaN; it must be more than 1.");
        Refused(
            new() { Perplexity = 14 },
            "perplexity is 14; 40 points allow 13 at most, a third of each one's neighbours."
        );
        Refused(
            new() { Perplexity = 5, Iterations = 0 },
            "0 iterations of t-SNE were asked for; it must be 1 or more."
        );
        Refused(new() { Perplexity = 5, Theta = 1.5 }, "theta is 1.5; it must be from 0 to 1.");
        Refused(new() { Perplexity = 5, Exaggeration = 0.5 }, "exaggeration is 0.5; it must be 1 or more.");
        Refused(
            new() { Perplexity = 5, ExaggeratedIterations = -1 },
            "-1 exaggerated iterations were asked for; it must be 0 or more."
        );
        Refused(new() { Perplexity = 5, Threads = -1 }, "threads is -1; it must be 0 or more.");
    }

    [Theory]
    [InlineData(ProjectionMethod.Pca, "PCA of 8 latent dimensions: the plane keeps ")]
    [InlineData(ProjectionMethod.Tsne, "t-SNE of 8 latent dimensions, perplexity 10, seed 4: KL divergence ")]
    public void A_projection_says_what_it_is(ProjectionMethod method, string caption)
    {
        var (points, _) = Clusters();
        var projection = PlaneProjection.Create(method, points, 8, Small, seed: 4);
        Assert.Equal(points.Length / 4, projection.Coordinates.Length);
        Assert.StartsWith(caption, projection.Caption);
        Assert.Matches(
            method == ProjectionMethod.Pca ? @"^PC 2 \([0-9.]+ % of variance\)$" : "^t-SNE 2$",
            projection.AxisLabels[1]
        );
    }

    private static void Refused(TSneOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => TSne.Fit(new float[80], 2, options)).Message);

    private static float[] Normal(Rng rng, int count) => [.. Enumerable.Range(0, count).Select(_ => rng.NextNormal())];

    /// <summary>Four clusters of deviation 1 at 20 from the origin along an axis each, in 8 dimensions.</summary>
    private static (float[] Points, int[] Labels) Clusters(int copies = 1)
    {
        var rng = new Rng(7);
        int count = 160 * copies;
        float[] points = Normal(rng, count * 8);
        for (int i = 0; i < count; i++)
            points[(8 * i) + (i % 4)] += 20;
        return (points, [.. Enumerable.Range(0, count).Select(i => i % 4)]);
    }

    private static double Value(Affinities table, int i, int j) =>
        table.Values[Array.IndexOf(table.Columns, j, table.Starts[i], table.Starts[i + 1] - table.Starts[i])];

    private static double Distance(float[] y, int i, int j) =>
        Math.Pow(y[2 * i] - y[2 * j], 2) + Math.Pow(y[(2 * i) + 1] - y[(2 * j) + 1], 2);

    private static (double X, double Y, double Sum) Naive(double[] y, int i)
    {
        var (x, w, sum) = (0.0, 0.0, 0.0);
        for (int j = 0; j < y.Length / 2; j++)
        {
            if (j == i)
                continue;
            double dx = y[2 * i] - y[2 * j],
                dy = y[(2 * i) + 1] - y[(2 * j) + 1],
                q = 1 / (1 + (dx * dx) + (dy * dy));
            (x, w, sum) = (x + (q * q * dx), w + (q * q * dy), sum + q);
        }
        return (x, w, sum);
    }
}
