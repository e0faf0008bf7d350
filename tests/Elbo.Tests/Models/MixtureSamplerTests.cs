using Elbo.Engine;
using Elbo.Models;

namespace Elbo.Tests.Models;

public class MixtureSamplerTests
{
    [Fact]
    public void Samples_have_the_moments_of_the_mixture()
    {
        const int Samples = 50_000;
        double[] weights = [0.25, 0.75],
            means = [-2, 1, 2, 0],
            covariances = [1, 0.6, 0.6, 0.5, 0.3, 0, 0, 2];
        float[] codes = new MixtureSampler(weights, means, covariances).Sample(Samples, new Rng(1));
        double[] expected = new double[2];
        for (int k = 0; k < 2; k++)
        for (int d = 0; d < 2; d++)
            expected[d] += weights[k] * means[(2 * k) + d];
        for (int a = 0; a < 2; a++)
        {
            double mean = Mean(i => codes[(2 * i) + a]);
            // Four standard errors of values with variances of at most four.
            Assert.Equal(expected[a], mean, 4 * 2 / Math.Sqrt(Samples));
            for (int b = 0; b < 2; b++)
            {
                double covariance = 0;
                for (int k = 0; k < 2; k++)
                    covariance +=
                        weights[k]
                        * (
                            covariances[(4 * k) + (2 * a) + b]
                            + ((means[(2 * k) + a] - expected[a]) * (means[(2 * k) + b] - expected[b]))
                        );
                // Four standard errors of products whose variances are at most about 25.
                Assert.Equal(
                    covariance,
                    Mean(i => (codes[(2 * i) + a] - expected[a]) * (codes[(2 * i) + b] - expected[b])),
                    4 * 5 / Math.Sqrt(Samples)
                );
            }
        }

        static double Mean(Func<int, double> value) => Enumerable.Range(0, Samples).Average(value);
    }

    [Fact]
    public void A_fit_returns_the_mixture_of_the_codes()
    {
        double[] weights = [0.5, 0.5],
            means = [-4, 0, 4, 1],
            covariances = [1, 0.5, 0.5, 1, 0.2, 0, 0, 0.4];
        float[] codes = new MixtureSampler(weights, means, covariances).Sample(10_000, new Rng(1));
        var fitted = MixtureSampler.Fit(codes, 2, components: 2, new Rng(2));
        int left = fitted.Means[0] < 0 ? 0 : 1;
        Assert.Equal((2, 2), (fitted.Components, fitted.Dimensions));
        for (int k = 0; k < 2; k++)
        {
            int other = k == 0 ? left : 1 - left;
            // Moments of 5,000 points with variances of at most 1: standard errors of at most 0.02.
            Assert.Equal(weights[k], fitted.Weights[other], 0.02);
            for (int d = 0; d < 2; d++)
                Assert.Equal(means[(2 * k) + d], fitted.Means[(2 * other) + d], 0.06);
            for (int d = 0; d < 4; d++)
                Assert.Equal(covariances[(4 * k) + d], fitted.Covariances[(4 * other) + d], 0.08);
        }
    }

    [Fact]
    public void Mixtures_that_mean_nothing_are_refused()
    {
        void AssertRefused(double[] weights, double[] means, double[] covariances, string complaint) =>
            Assert.StartsWith(
                complaint,
                Assert.Throws<ArgumentException>(() => new MixtureSampler(weights, means, covariances)).Message
            );

        AssertRefused([], [], [], "0 weights, 0 values of means and 0 of covariances were given;");
        AssertRefused([1], [0, 0], [1], "1 weights, 2 values of means and 1 of covariances were given;");
        AssertRefused([0.5, 0.6], [0, 0], [1, 1], "the weights of a mixture must be 0 or more and have the sum 1.");
        AssertRefused([-1, 2], [0, 0], [1, 1], "the weights of a mixture must be 0 or more and have the sum 1.");
        AssertRefused([1], [double.NaN], [1], "a mean of the mixture is NaN; it must be finite.");
        AssertRefused([0.5, 0.5], [0, 0], [1, -1], "the covariance of component 1 is not positive definite.");
        Assert.Equal(
            "5 codes were given; a mixture of 2 components in 2 dimensions needs 6 or more. Use fewer components.",
            Assert.Throws<ArgumentException>(() => MixtureSampler.Fit(new float[10], 2, 2, new Rng(0))).Message
        );
    }
}
