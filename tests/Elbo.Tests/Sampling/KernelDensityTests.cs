using Elbo.Engine;
using Elbo.Sampling;

namespace Elbo.Tests.Sampling;

public class KernelDensityTests
{
    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(2, 0.1)]
    [InlineData(2, 3)]
    [InlineData(5, 0.5)]
    [InlineData(10, 0.3)]
    public void Densities_are_those_of_the_formula(int dimensions, double bandwidth)
    {
        var rng = new Rng(1);
        float[] points = [.. Enumerable.Range(0, 700 * dimensions).Select(_ => rng.NextNormal())];
        var density = new KernelDensity(points, dimensions, bandwidth);
        for (int query = 0; query < 60; query++)
        {
            // Among the points at first, and then farther and farther away.
            float[] x = [.. Enumerable.Range(0, dimensions).Select(_ => (1 + (query * 0.5f)) * rng.NextNormal())];
            double[] exponents =
            [
                .. Enumerable
                    .Range(0, 700)
                    .Select(i =>
                        -Enumerable
                            .Range(0, dimensions)
                            .Sum(d => Math.Pow((double)x[d] - points[(i * dimensions) + d], 2))
                        / (2 * bandwidth * bandwidth)
                    ),
            ];
            double expected =
                exponents.Max()
                + Math.Log(exponents.Sum(e => Math.Exp(e - exponents.Max())))
                - Math.Log(700)
                - (dimensions * Math.Log(bandwidth * Math.Sqrt(2 * Math.PI)));
            Assert.Equal(expected, density.LogDensity(x), 1e-9 * Math.Max(1, Math.Abs(expected)));
            Assert.Equal(density.LogDensity(x), density.LogDensity([.. x.Select(v => (double)v)]));
        }
    }

    [Fact]
    public void The_density_sums_to_one()
    {
        var rng = new Rng(2);
        float[] points = [.. Enumerable.Range(0, 200).Select(_ => rng.NextNormal())];
        var density = new KernelDensity(points, 2);
        double sum = 0;
        for (float x = -8; x < 8; x += 0.05f)
        for (float y = -8; y < 8; y += 0.05f)
            sum += 0.05 * 0.05 * Math.Exp(density.LogDensity([x, y]));
        Assert.Equal(1, sum, 0.001);
    }

    [Fact]
    public void Far_away_it_falls_off_instead_of_underflowing()
    {
        var density = new KernelDensity([0, 1], 1, 0.1);
        // exp(−½·(1000/0.1)²) is far below the least number; its logarithm is not.
        Assert.Equal(-0.5e8 - Math.Log(2 * 0.1 * Math.Sqrt(2 * Math.PI)), density.LogDensity([1001f]), 1);
        Assert.Equal(double.NegativeInfinity, density.LogDensity([float.PositiveInfinity]));
    }

    [Fact]
    public void The_sampler_draws_from_it()
    {
        // The mean is that of the points, the variance theirs and the kernel's: ½ and 2 + 1.
        var density = new KernelDensity([-1.5f, 1.5f, 1.5f], 1, 1);
        var chain = EnsembleSampler.Run(
            density.LogDensity,
            [-3, -2, 3, 2, 0, 1, -1, 4],
            1,
            new EnsembleSamplerOptions { Steps = 10_000 },
            new Rng(3)
        );
        double[] draws = chain.Positions.ToArray();
        // Autocorrelation leaves some 2000 independent draws: four standard errors of mean and variance are 0.15 and
        // 0.3.
        Assert.InRange(draws.Length / chain.AutocorrelationTimes()[0], 2000, 10_000);
        Assert.Equal(0.5, draws.Average(), 0.15);
        Assert.Equal(3, draws.Average(x => (x - 0.5) * (x - 0.5)), 0.3);
    }

    [Fact]
    public void Scotts_rule_follows_spread_and_number()
    {
        var rng = new Rng(4);
        float[] points = [.. Enumerable.Range(0, 2 * 4096).Select(_ => 5 * rng.NextNormal())];
        Assert.Equal(5 * Math.Pow(4096, -1 / 6.0), KernelDensity.ScottBandwidth(points, 2), 0.05);
        Assert.Equal(KernelDensity.ScottBandwidth(points, 2), new KernelDensity(points, 2).Bandwidth);
        Assert.Equal(1, KernelDensity.ScottBandwidth([2, 2, 2], 1));
    }

    [Fact]
    public void What_has_no_density_is_refused()
    {
        Assert.StartsWith(
            "bandwidth is 0; it must be more than 0.",
            Assert.Throws<ArgumentException>(() => new KernelDensity([1], 1, 0)).Message
        );
        Assert.StartsWith("got 0 points;", Assert.Throws<ArgumentException>(() => new KernelDensity([], 1)).Message);
        Assert.StartsWith(
            "the position has 1 dimensions; the points have 2.",
            Assert.Throws<ArgumentException>(() => new KernelDensity([1, 2], 2).LogDensity([1f])).Message
        );
    }
}
