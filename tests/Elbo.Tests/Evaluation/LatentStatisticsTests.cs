using CsCheck;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class LatentStatisticsTests
{
    /// <summary>Means and standard deviations of up to 20 images in up to 5 dimensions.</summary>
    private static readonly Gen<(int Dimensions, float[] Means, float[] Deviations)> Posteriors = Gen.Select(
            Gen.Int[1, 5],
            Gen.Int[2, 20]
        )
        .SelectMany(
            (dimensions, count) =>
                Gen.Select(
                    Gen.Float[-3, 3].Array[count * dimensions],
                    Gen.Float[0.01f, 2].Array[count * dimensions],
                    (means, deviations) => (dimensions, means, deviations)
                )
        );

    [Fact]
    [Trait("Category", "Reference")]
    public void Every_figure_is_that_of_NumPy()
    {
        using var golden = Golden.Open("evaluation");
        var statistics = LatentStatistics.Of(Read("means"), Read("deviations"), 4);
        Assert.Equal(50, statistics.Images);
        AssertRounded("code_variance", statistics.CodeVariance);
        AssertRounded("kl", statistics.KlPerDimension);
        AssertRounded("aggregate_mean", statistics.AggregateMean);
        AssertRounded("aggregate_deviation", statistics.AggregateDeviation);
        AssertRounded("total_correlation", [statistics.TotalCorrelation]);
        AssertRounded("aggregate_kl", [statistics.AggregateKl]);
        // The means of the second dimension have a standard deviation of 0.05.
        Assert.Equal(3, statistics.ActiveUnits);

        float[] Read(string name) => golden.ReadFloats($"latent/{name}").Values.ToArray();

        void AssertRounded(string name, IReadOnlyList<double> actual) => Golden.AssertRounded(Read(name), actual);
    }

    [Fact]
    public void No_divergence_is_negative_and_the_aggregate_is_at_most_the_mean_of_the_posteriors() =>
        Posteriors.Sample(posteriors =>
        {
            var statistics = LatentStatistics.Of(posteriors.Means, posteriors.Deviations, posteriors.Dimensions);
            Assert.All(statistics.KlPerDimension, kl => Assert.True(kl >= 0));
            Assert.True(statistics.TotalCorrelation >= 0);
            // The divergence is convex, and a Gaussian has the lowest of all distributions with its moments.
            Assert.InRange(statistics.AggregateKl, 0, statistics.Kl + 1e-9);
        });

    [Fact]
    public void The_order_of_the_images_does_not_matter() =>
        Posteriors.Sample(posteriors =>
        {
            var a = LatentStatistics.Of(posteriors.Means, posteriors.Deviations, posteriors.Dimensions);
            var b = LatentStatistics.Of(Turned(posteriors.Means), Turned(posteriors.Deviations), posteriors.Dimensions);
            Assert.Equal(a.Kl, b.Kl, 1e-9);
            Assert.Equal(a.AggregateKl, b.AggregateKl, 1e-9);
            Assert.Equal(a.ActiveUnits, b.ActiveUnits);

            float[] Turned(float[] values) =>
                [.. values.Chunk(posteriors.Dimensions).Reverse().SelectMany(value => value)];
        });

    /// <summary>Images that occur several times have the same moments, and become more than the dimensions.</summary>
    [Fact]
    public void Fewer_images_than_dimensions_and_more_have_the_same_total_correlation() =>
        Posteriors.Sample(posteriors =>
        {
            var few = LatentStatistics.Of(posteriors.Means, posteriors.Deviations, posteriors.Dimensions);
            var many = LatentStatistics.Of(
                [.. Enumerable.Repeat(posteriors.Means, 5).SelectMany(values => values)],
                [.. Enumerable.Repeat(posteriors.Deviations, 5).SelectMany(values => values)],
                posteriors.Dimensions
            );
            Assert.Equal(few.TotalCorrelation, many.TotalCorrelation, 1e-9);
        });

    [Fact]
    public void Thousands_of_dimensions_of_a_few_images_take_no_time()
    {
        const int Dimensions = 4096;
        var rng = new Elbo.Engine.Rng(3);
        float[] means = [.. Enumerable.Range(0, 20 * Dimensions).Select(_ => rng.NextNormal())];
        float[] deviations = [.. means.Select(_ => 0.5f)];
        // The codes of 20 images lie in 19 directions, in each of which their variance is about Z/19 · 0.95.
        double logDeterminant = 19 * Math.Log(1 + (Dimensions / 20.0 / 0.25)),
            independent = Dimensions * Math.Log(1 + (0.95 / 0.25));
        double correlation = LatentStatistics.Of(means, deviations, Dimensions).TotalCorrelation;
        Assert.InRange(correlation, 0.45 * (independent - logDeterminant), 0.55 * (independent - logDeterminant));
    }

    [Fact]
    public void Posteriors_equal_to_the_prior_have_no_divergence_and_have_collapsed()
    {
        var statistics = LatentStatistics.Of(new float[6], [1, 1, 1, 1, 1, 1], 2);
        Assert.Equal((0, 0, 0), (statistics.Kl, statistics.AggregateKl, statistics.TotalCorrelation));
        Assert.Equal([1, 1], statistics.AggregateDeviation);
        Assert.Equal(CollapseDegree.Complete, statistics.Collapse.Degree);
        Assert.Equal(
            "The posterior has collapsed to the prior: 0 of 2 units are active, KL 0.00 nats per image. The decoder "
                + "ignores the codes. Try a lower β, a KL warm-up, free bits, or a lower variance of a Gaussian decoder.",
            statistics.Collapse.Verdict
        );
    }

    [Fact]
    public void Dimensions_that_say_the_same_are_correlated_and_the_variance_of_the_posterior_is_part_of_the_aggregate()
    {
        // Means ±1 in both dimensions, variance 1/4: covariance 1 off the diagonal, 5/4 on it.
        var statistics = LatentStatistics.Of([1, 1, -1, -1], [0.5f, 0.5f, 0.5f, 0.5f], 2);
        Assert.Equal([1, 1], statistics.CodeVariance);
        Assert.Equal(Math.Sqrt(1.25), statistics.AggregateDeviation[0], 12);
        Assert.Equal(-0.5 * Math.Log(1 - (0.8 * 0.8)), statistics.TotalCorrelation, 12);
        Assert.Equal((0.5 * (1 + 0.25 - 1)) - Math.Log(0.5), statistics.KlPerDimension[0], 12);
    }

    [Theory]
    [InlineData(0, 20, 0.0, CollapseDegree.Complete)]
    [InlineData(1, 20, 0.9, CollapseDegree.Complete)]
    [InlineData(2, 20, 3.0, CollapseDegree.Partial)]
    [InlineData(5, 20, 2.7, CollapseDegree.Partial)]
    [InlineData(18, 20, 7.9, CollapseDegree.None)]
    [InlineData(2, 2, 6.5, CollapseDegree.None)]
    [InlineData(1, 1, 3.5, CollapseDegree.None)]
    [InlineData(13, 20, 24.0, CollapseDegree.None)]
    [InlineData(20, 100, 25.0, CollapseDegree.None)]
    public void A_wide_latent_space_with_inactive_units_has_not_collapsed_one_that_says_little_has(
        int active,
        int dimensions,
        double kl,
        CollapseDegree degree
    )
    {
        var collapse = PosteriorCollapse.Of(active, dimensions, kl);
        Assert.Equal(degree, collapse.Degree);
        Assert.Contains($"{active} of {dimensions} units are active", collapse.Verdict, StringComparison.Ordinal);
        Assert.Equal(degree == CollapseDegree.None, !collapse.Verdict.Contains("Try", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_posterior_is_refused()
    {
        Assert.StartsWith(
            "got the standard deviation 0; they must be positive.",
            Assert.Throws<ArgumentException>(() => LatentStatistics.Of([1, 2], [1, 0], 1)).Message
        );
        Assert.StartsWith(
            "got 1 points; a variance over images needs at least 2.",
            Assert.Throws<ArgumentException>(() => LatentStatistics.Of([1, 2], [1, 1], 2)).Message
        );
        Assert.StartsWith(
            "got 2 means and 3 standard deviations;",
            Assert.Throws<ArgumentException>(() => LatentStatistics.Of([1, 2], [1, 1, 1], 1)).Message
        );
    }
}
