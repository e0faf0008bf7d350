using Elbo.Engine;
using Elbo.Sampling;

namespace Elbo.Tests.Sampling;

public class EnsembleSamplerTests
{
    [Fact]
    public void A_slanted_gaussian_in_two_dimensions_has_its_moments()
    {
        // Mean (3, −1), covariance (4, 1.5; 1.5, 1): determinant 1.75.
        var chain = EnsembleSampler.Run(
            x =>
                -((1 * (x[0] - 3) * (x[0] - 3)) - (2 * 1.5 * (x[0] - 3) * (x[1] + 1)) + (4 * (x[1] + 1) * (x[1] + 1)))
                / (2 * 1.75),
            Start(20, 2, new Rng(1)),
            2,
            new EnsembleSamplerOptions { Steps = 10_000, BurnIn = 500 },
            new Rng(2)
        );
        // About 200,000 / 25 independent draws: standard errors of 0.02 in the mean, and 2 % of the variances.
        var (mean, covariance) = Moments(chain);
        Assert.Equal(3, mean[0], 0.1);
        Assert.Equal(-1, mean[1], 0.05);
        Assert.Equal(4, covariance[0], 0.3);
        Assert.Equal(1.5, covariance[1], 0.15);
        Assert.Equal(1, covariance[3], 0.08);
        Assert.InRange(chain.AcceptanceFraction, 0.5, 0.8);
        Assert.All(chain.AutocorrelationTimes(), time => Assert.InRange(time, 5, 60));
    }

    [Fact]
    public void A_gaussian_in_ten_dimensions_of_very_different_widths_has_its_moments()
    {
        // Standard deviations 1, 2, …, 10, mean at i; no step size had to know of them.
        var chain = EnsembleSampler.Run(
            x =>
            {
                double sum = 0;
                for (int d = 0; d < x.Length; d++)
                    sum += (x[d] - d) * (x[d] - d) / ((d + 1.0) * (d + 1.0));
                return -0.5 * sum;
            },
            Start(40, 10, new Rng(3)),
            10,
            new EnsembleSamplerOptions { Steps = 5000, BurnIn = 1500 },
            new Rng(4)
        );
        var (mean, covariance) = Moments(chain);
        double time = chain.AutocorrelationTimes().Max(),
            draws = 40 * 5000 / time;
        Assert.InRange(time, 30, 250);
        for (int d = 0; d < 10; d++)
        {
            // Four standard errors of a mean and of a variance.
            Assert.Equal(d, mean[d], 4 * (d + 1) / Math.Sqrt(draws));
            Assert.Equal(1, covariance[11 * d] / ((d + 1) * (d + 1)), 4 * Math.Sqrt(2 / draws));
            for (int other = 0; other < d; other++)
                Assert.Equal(0, covariance[(10 * d) + other] / ((d + 1) * (other + 1)), 5 / Math.Sqrt(draws));
        }
        Assert.InRange(chain.AcceptanceFraction, 0.2, 0.6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0.8905)]
    public void On_a_flat_density_moves_are_accepted_as_the_stretch_alone_says(int dimensions, double expected)
    {
        // E min(1, z^(d − 1)) with the density of z; for d = 2, (2/3·(1 − 2^−1.5) + 2·(√2 − 1)) / √2.
        var chain = EnsembleSampler.Run(
            _ => 0,
            Start(10, dimensions, new Rng(5)),
            dimensions,
            new EnsembleSamplerOptions { Steps = 2000 },
            new Rng(6)
        );
        Assert.Equal(expected, chain.AcceptanceFraction, 0.01);
    }

    [Fact]
    public void Where_the_density_is_zero_no_walker_goes()
    {
        var chain = EnsembleSampler.Run(
            x =>
                x[0] > 0 ? -x[0]
                : x[0] < -1 ? double.NaN
                : double.NegativeInfinity,
            [1, 2, 0.5, 3],
            1,
            new EnsembleSamplerOptions { Steps = 20_000 },
            new Rng(7)
        );
        Assert.True(chain.Positions.ToArray().Min() > 0);
        Assert.Equal(1, chain.Positions.ToArray().Average(), 0.1); // the mean of the exponential distribution
    }

    [Fact]
    public void The_same_chance_gives_the_same_bits()
    {
        double[] start = Start(8, 3, new Rng(8));
        EnsembleChain Run(ulong seed) =>
            EnsembleSampler.Run(
                x => -(x[0] * x[0]) - (x[1] * x[1]) - (x[2] * x[2]),
                start,
                3,
                new EnsembleSamplerOptions { Steps = 50 },
                new Rng(seed)
            );
        Assert.Equal(Run(1).Positions, Run(1).Positions);
        Assert.False(Run(1).Positions.SequenceEqual(Run(2).Positions));
        Assert.Equal((50, 8, 3), (Run(1).Steps, Run(1).Walkers, Run(1).Dimensions));
    }

    [Fact]
    public void The_autocorrelation_time_of_a_known_process_is_found()
    {
        // x(t + 1) = φ·x(t) + noise has ρ(t) = φ^t and the time (1 + φ)/(1 − φ) = 19.
        const double phi = 0.9;
        var rng = new Rng(9);
        double[] positions = new double[20_000 * 4];
        for (int i = 0; i < positions.Length; i++)
            positions[i] = (i < 4 ? 0 : phi * positions[i - 4]) + rng.NextNormal();
        Assert.Equal(19, new EnsembleChain(positions, 4, 1, 1).AutocorrelationTimes()[0], 1.5);
        Assert.Equal(double.NaN, new EnsembleChain(new double[100], 2, 1, 0).AutocorrelationTimes()[0]);
    }

    [Fact]
    public void What_cannot_walk_is_refused()
    {
        static string Refusal(double[] start, int dimensions, LogDensity density) =>
            Assert
                .Throws<ArgumentException>(() => EnsembleSampler.Run(density, start, dimensions, null, new Rng(0)))
                .Message;
        Assert.StartsWith(
            "got 2 walkers; 2 dimensions need an even number of 4 or more.",
            Refusal([0, 0, 1, 1], 2, _ => 0)
        );
        Assert.StartsWith("got 3 walkers; 1 dimensions need an even number", Refusal([0, 1, 2], 1, _ => 0));
        Assert.StartsWith("got 3 numbers; positions of 2 dimensions", Refusal([0, 1, 2], 2, _ => 0));
        Assert.StartsWith(
            "the log-density where walker 1 begins is",
            Refusal([0, 5], 1, x => x[0] > 1 ? double.NegativeInfinity : 0)
        );
        Assert.Equal(
            "stretch is 1; it must be more than 1.",
            Assert.Throws<ArgumentException>(() => new EnsembleSamplerOptions { Stretch = 1 }.Validate()).Message
        );
    }

    private static double[] Start(int walkers, int dimensions, Rng rng) =>
        [.. Enumerable.Range(0, walkers * dimensions).Select(_ => (double)rng.NextNormal())];

    private static (double[] Mean, double[] Covariance) Moments(EnsembleChain chain)
    {
        int n = chain.Dimensions,
            count = chain.Steps * chain.Walkers;
        double[] mean = new double[n],
            covariance = new double[n * n];
        for (int i = 0; i < chain.Positions.Length; i++)
            mean[i % n] += chain.Positions[i] / count;
        for (int i = 0; i < count; i++)
        {
            var x = chain.Positions.Slice(i * n, n);
            for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++)
                covariance[(a * n) + b] += (x[a] - mean[a]) * (x[b] - mean[b]) / count;
        }
        return (mean, covariance);
    }
}
