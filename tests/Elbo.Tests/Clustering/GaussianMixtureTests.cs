using Elbo.Clustering;
using Elbo.Engine;

namespace Elbo.Tests.Clustering;

public class GaussianMixtureTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Likelihood_and_weights_are_those_of_the_reference()
    {
        using var golden = Golden.Open("clustering");
        var mixture = GaussianMixture.Fit(
            golden.ReadFloats("points5d").Values,
            5,
            new GaussianMixtureOptions
            {
                Components = 2,
                Restarts = 5,
                Tolerance = 1e-9,
            },
            new Rng(0)
        );
        Assert.True(mixture.Converged);
        Golden.AssertNear(golden.ReadFloats("gmm2/avg_log_likelihood").Values, [(float)mixture.MeanLogLikelihood]);
        Golden.AssertNear(
            golden.ReadFloats("gmm2/sorted_weights").Values,
            [.. mixture.Weights.Order().Select(w => (float)w)]
        );
    }

    [Theory]
    [InlineData(Covariance.Full)]
    [InlineData(Covariance.Diagonal)]
    public void Coordinates_of_any_scale_that_depend_on_each_other_have_covariances(Covariance covariance)
    {
        foreach (float scale in (ReadOnlySpan<float>)[1e-20f, 1, 1e6f, 1e12f, 1e18f])
        foreach (float offset in (ReadOnlySpan<float>)[0, 1e6f * scale])
        {
            var rng = new Rng(4);
            float[] points = new float[600];
            for (int i = 0; i < points.Length; i += 3)
                points[i] = points[i + 1] = points[i + 2] = offset + (scale * rng.NextNormal());
            var mixture = GaussianMixture.Fit(
                points,
                3,
                new GaussianMixtureOptions { Components = 4, Covariance = covariance },
                rng
            );
            Assert.All(mixture.LogDeterminants, value => Assert.True(double.IsFinite(value)));
            Assert.True(double.IsFinite(mixture.MeanLogLikelihood));
        }
    }

    [Fact]
    public void One_component_is_the_normal_distribution_of_the_points()
    {
        var rng = new Rng(6);
        float[] points = [.. Enumerable.Range(0, 900).SelectMany(_ => Correlated(rng, 100, 3))];
        var mixture = GaussianMixture.Fit(
            points,
            3,
            new GaussianMixtureOptions { Components = 1, Regularization = 1e-9 },
            rng
        );
        for (int a = 0; a < 3; a++)
        {
            double mean = Enumerable.Range(0, 900).Average(i => (double)points[(3 * i) + a]);
            Assert.Equal(mean, mixture.Means[a], 9);
            for (int b = 0; b < 3; b++)
            {
                double other = Enumerable.Range(0, 900).Average(i => (double)points[(3 * i) + b]);
                Assert.Equal(
                    Enumerable.Range(0, 900).Average(i => (points[(3 * i) + a] - mean) * (points[(3 * i) + b] - other)),
                    mixture.Covariances[(3 * a) + b],
                    6
                );
            }
        }
        Assert.Equal([1], mixture.Weights);
    }

    [Fact]
    public void Parameters_of_a_known_mixture_come_back()
    {
        var rng = new Rng(11);
        // A quarter at (−4, 0) with a slanted shape, the rest at (4, 1).
        float[] points =
        [
            .. Enumerable
                .Range(0, 40_000)
                .SelectMany(i =>
                    i % 4 == 0 ? Slanted(rng, -4, 0) : [4 + (0.5f * rng.NextNormal()), 1 + (2 * rng.NextNormal())]
                ),
        ];
        var mixture = GaussianMixture.Fit(
            points,
            2,
            new GaussianMixtureOptions { Components = 2, Tolerance = 1e-7 },
            new Rng(1)
        );
        int left = mixture.Means[0] < 0 ? 0 : 1,
            right = 1 - left;
        // Standard errors are about 0.01; covariances of the slanted component are (1, 0.8; 0.8, 1).
        Assert.Equal(0.25, mixture.Weights[left], 0.01);
        AssertNear([-4, 0], mixture.Means.AsSpan(2 * left, 2), 0.04);
        AssertNear([4, 1], mixture.Means.AsSpan(2 * right, 2), 0.04);
        AssertNear([1, 0.8, 0.8, 1], mixture.Covariances.AsSpan(4 * left, 4), 0.05);
        AssertNear([0.25, 0, 0, 4], mixture.Covariances.AsSpan(4 * right, 4), 0.1);
    }

    [Fact]
    public void No_step_lowers_the_likelihood()
    {
        float[] points = Points(2000, 4);
        var mixture = GaussianMixture.Fit(
            points,
            4,
            new GaussianMixtureOptions
            {
                Components = 7,
                Tolerance = 1e-9,
                MaxIterations = 60,
            },
            new Rng(2)
        );
        Assert.True(mixture.Iterations > 10);
        Assert.All(
            mixture.History.Zip(mixture.History.Skip(1)),
            pair => Assert.True(pair.Second >= pair.First - 1e-5, $"{pair.First} became {pair.Second}")
        );
        Assert.Equal(mixture.LogDensity(points).Average(), mixture.MeanLogLikelihood, 10);
    }

    [Fact]
    public void Densities_and_responsibilities_are_those_of_the_formula()
    {
        float[] points = Points(600, 3);
        var mixture = GaussianMixture.Fit(points, 3, new GaussianMixtureOptions { Components = 4 }, new Rng(3));
        double[] densities = mixture.LogDensity(points),
            responsibilities = mixture.Responsibilities(points);
        int[] predicted = mixture.Predict(points);
        for (int i = 0; i < 600; i += 7)
        {
            double[] joint =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(k => mixture.Weights[k] * Density(mixture, k, points.AsSpan(3 * i, 3))),
            ];
            Assert.Equal(Math.Log(joint.Sum()), densities[i], 8);
            for (int k = 0; k < 4; k++)
                Assert.Equal(joint[k] / joint.Sum(), responsibilities[(4 * i) + k], 8);
            Assert.Equal(Array.IndexOf(joint, joint.Max()), predicted[i]);
        }
    }

    [Fact]
    public void Far_from_every_component_nothing_underflows()
    {
        var mixture = GaussianMixture.Fit(Points(500, 2), 2, new GaussianMixtureOptions { Components = 3 }, new Rng(3));
        float[] far = [1e4f, -2e4f];
        Assert.InRange(mixture.LogDensity(far)[0], -1e12, -1e5);
        Assert.Equal(1, mixture.Responsibilities(far).Sum(), 12);
    }

    [Fact]
    public void Diagonal_covariances_maximise_the_likelihood_among_diagonal_ones()
    {
        var rng = new Rng(6);
        // Two correlated clusters, far apart: each component is the normal distribution of one of them.
        float[] points = [.. Enumerable.Range(0, 600).SelectMany(i => Correlated(rng, i < 200 ? 0 : 100, 3))];
        var options = new GaussianMixtureOptions
        {
            Components = 2,
            Regularization = 1e-9,
            Covariance = Covariance.Diagonal,
        };
        var mixture = GaussianMixture.Fit(points, 3, options, rng);
        int small = mixture.Weights[0] < mixture.Weights[1] ? 0 : 1;
        foreach (var (k, first, count) in new[] { (small, 0, 200), (1 - small, 200, 400) })
        {
            Assert.Equal(count / 600.0, mixture.Weights[k], 9);
            for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++)
            {
                double[] values = [.. Enumerable.Range(first, count).Select(i => (double)points[(3 * i) + a])];
                double mean = values.Average();
                Assert.Equal(
                    a == b ? values.Average(v => (v - mean) * (v - mean)) : 0,
                    mixture.Covariances[(((k * 3) + a) * 3) + b],
                    6
                );
            }
        }
        double full = GaussianMixture
            .Fit(points, 3, options with { Covariance = Covariance.Full }, new Rng(0))
            .MeanLogLikelihood;
        Assert.True(mixture.MeanLogLikelihood < full - 0.01, $"{mixture.MeanLogLikelihood}, {full}");
    }

    [Fact]
    public void Uniform_weights_stay_so()
    {
        float[] points = [.. Enumerable.Range(0, 900).Select(i => (i % 9 == 0 ? -5 : 5) + (i / 900f))];
        var options = new GaussianMixtureOptions { Components = 2, UniformWeights = true };
        Assert.Equal([0.5, 0.5], GaussianMixture.Fit(points, 1, options, new Rng(0)).Weights);
        Assert.Equal(
            1 / 9.0,
            GaussianMixture.Fit(points, 1, options with { UniformWeights = false }, new Rng(0)).Weights.Min(),
            6
        );
    }

    [Fact]
    public void Fewer_places_than_components_are_no_obstacle()
    {
        var mixture = GaussianMixture.Fit(
            [1, 1, 1, 1, 6, 6],
            1,
            new GaussianMixtureOptions { Components = 3 },
            new Rng(0)
        );
        Assert.True(double.IsFinite(mixture.MeanLogLikelihood));
        Assert.Equal(1, mixture.Weights.Sum(), 6);
        int[] labels = mixture.Predict([1, 6]);
        Assert.NotEqual(labels[0], labels[1]);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        float[] points = Points(5000, 5);
        var options = new GaussianMixtureOptions
        {
            Components = 6,
            Restarts = 2,
            MaxIterations = 20,
        };
        var one = GaussianMixture.Fit(points, 5, options with { Threads = 1 }, new Rng(4));
        var three = GaussianMixture.Fit(points, 5, options with { Threads = 3 }, new Rng(4));
        Assert.Equal(one.Means, three.Means);
        Assert.Equal(one.Covariances, three.Covariances);
        Assert.Equal(one.Responsibilities(points), three.Responsibilities(points));
    }

    [Fact]
    public void What_makes_no_mixture_is_refused()
    {
        Assert.Equal(
            "3 components for 2 points were asked for; it must be from 1 to the number of points.",
            Assert
                .Throws<ArgumentException>(() =>
                    GaussianMixture.Fit([1, 2], 1, new GaussianMixtureOptions { Components = 3 }, new Rng(0))
                )
                .Message
        );
        Assert.StartsWith(
            "regularization is 0;",
            Assert
                .Throws<ArgumentException>(() =>
                    GaussianMixture.Fit(
                        [1, 2],
                        1,
                        new GaussianMixtureOptions { Components = 1, Regularization = 0 },
                        new Rng(0)
                    )
                )
                .Message
        );
        Assert.StartsWith(
            "got 3 numbers;",
            Assert
                .Throws<ArgumentException>(() =>
                    GaussianMixture
                        .Fit(Points(50, 2), 2, new GaussianMixtureOptions { Components = 1 }, new Rng(0))
                        .Predict([1, 2, 3])
                )
                .Message
        );
    }

    private static float[] Points(int count, int dimensions)
    {
        var rng = new Rng(77);
        float[] centers = [.. Enumerable.Range(0, 5 * dimensions).Select(_ => 2 * rng.NextNormal())];
        return
        [
            .. Enumerable
                .Range(0, count * dimensions)
                .Select(i => centers[(i / dimensions % 5 * dimensions) + (i % dimensions)] + rng.NextNormal()),
        ];
    }

    private static float[] Correlated(Rng rng, float scale, int dimensions)
    {
        float shared = rng.NextNormal();
        return [.. Enumerable.Range(0, dimensions).Select(d => scale + (d * shared) + rng.NextNormal())];
    }

    private static float[] Slanted(Rng rng, float x, float y)
    {
        float a = rng.NextNormal();
        return [x + a, y + (0.8f * a) + (0.6f * rng.NextNormal())];
    }

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    /// <summary>N(x; μ, Σ) in three dimensions with determinant and inverse written out.</summary>
    private static double Density(GaussianMixture mixture, int k, ReadOnlySpan<float> x)
    {
        double[] s = mixture.Covariances[(9 * k)..(9 * (k + 1))],
            u = [x[0] - mixture.Means[3 * k], x[1] - mixture.Means[(3 * k) + 1], x[2] - mixture.Means[(3 * k) + 2]];
        double Minor(int a, int b, int c, int d) => (s[a] * s[b]) - (s[c] * s[d]);
        double determinant = (s[0] * Minor(4, 8, 5, 7)) - (s[1] * Minor(3, 8, 5, 6)) + (s[2] * Minor(3, 7, 4, 6));
        double form =
            (u[0] * u[0] * Minor(4, 8, 5, 7))
            + (u[1] * u[1] * Minor(0, 8, 2, 6))
            + (u[2] * u[2] * Minor(0, 4, 1, 3))
            + (
                2
                * (
                    (u[0] * u[1] * Minor(2, 7, 1, 8))
                    + (u[0] * u[2] * Minor(1, 5, 2, 4))
                    + (u[1] * u[2] * Minor(1, 6, 0, 7))
                )
            );
        return Math.Exp(-0.5 * form / determinant) / Math.Sqrt(Math.Pow(2 * Math.PI, 3) * determinant);
    }
}
