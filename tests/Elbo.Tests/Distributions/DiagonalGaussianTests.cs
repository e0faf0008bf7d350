using Elbo.Distributions;
using Elbo.Engine;

namespace Elbo.Tests.Distributions;

public sealed class DiagonalGaussianTests : IDisposable
{
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Kl_and_log_density_follow_their_formulas()
    {
        var rng = new Rng(1);
        float[] mu = Draw(rng, 12, scale: 2),
            sigma = [.. Draw(rng, 12, scale: 1).Select(v => MathF.Exp(v))],
            x = Draw(rng, 12, scale: 3);
        var q = Gaussian(mu, sigma, [4, 3]);
        float[] kl = q.KlToStandardNormal().ToArray(),
            logProb = q.LogProb(_device.Tensor(x, [4, 3])).ToArray();
        for (int n = 0; n < 4; n++)
        {
            double expectedKl = 0,
                expectedLog = 0;
            for (int i = 3 * n; i < 3 * n + 3; i++)
            {
                double m = mu[i],
                    s = sigma[i];
                expectedKl += 0.5 * (m * m + s * s - Math.Log(s * s) - 1);
                expectedLog -= 0.5 * (Math.Log(2 * Math.PI * s * s) + (x[i] - m) * (x[i] - m) / (s * s));
            }
            // Single precision over three terms, and 1e-8 within the logarithm.
            Assert.Equal(expectedKl, kl[n], 1e-5 * (1 + Math.Abs(expectedKl)));
            Assert.Equal(expectedLog, logProb[n], 1e-5 * (1 + Math.Abs(expectedLog)));
        }
    }

    [Fact]
    public void Kl_of_the_standard_normal_to_itself_is_zero() =>
        Assert.All(
            Gaussian(new float[8], [.. Enumerable.Repeat(1f, 8)], [2, 4]).KlToStandardNormal().ToArray(),
            kl => Assert.Equal(0, kl, 1e-6)
        );

    [Fact]
    public void Kl_is_the_mean_of_the_log_ratio_over_samples()
    {
        const int Draws = 40_000;
        var q = Gaussian([0.5f, -1], [0.6f, 1.5f], [2]);
        var standard = Gaussian([0, 0], [1, 1], [2]);
        var z = q.Sample(Elbo.Engine.Autograd.Ops.RandomNormal(_device, [Draws, 2], new Rng(5)));
        float[] ratio = [.. q.LogProb(z).ToArray().Zip(standard.LogProb(z).ToArray(), (a, b) => a - b)];
        // The ratio's deviation is near 2, so that of its mean is 0.01; five of them.
        Assert.Equal(q.KlToStandardNormal().ToScalar(), ratio.Average(), 0.05);
    }

    [Fact]
    public void Samples_have_the_mean_and_deviation_asked_for()
    {
        const int Draws = 20_000;
        float[] mu = [3, -2],
            sigma = [0.1f, 2];
        var q = Gaussian(
            [.. Enumerable.Repeat(mu, Draws).SelectMany(v => v)],
            [.. Enumerable.Repeat(sigma, Draws).SelectMany(v => v)],
            [Draws, 2]
        );
        float[] z = q.Sample(new Rng(7)).ToArray();
        for (int d = 0; d < 2; d++)
        {
            double[] column = [.. Enumerable.Range(0, Draws).Select(i => (double)z[2 * i + d])];
            double mean = column.Average(),
                deviation = Math.Sqrt(column.Average(v => (v - mean) * (v - mean)));
            // Five standard errors: σ/√N of the mean, σ/√(2N) of the deviation.
            Assert.Equal(mu[d], mean, 5 * sigma[d] / Math.Sqrt(Draws));
            Assert.Equal(sigma[d], deviation, 5 * sigma[d] / Math.Sqrt(2.0 * Draws));
        }
    }

    [Fact]
    public void A_sample_of_given_noise_is_mean_plus_deviation_times_noise()
    {
        float[] z = Gaussian([1, 2], [3, 4], [2]).Sample(_device.Tensor([0.5f, -1, 0, 2], [2, 2])).ToArray();
        Assert.Equal([2.5f, -2, 1, 10], z);
    }

    [Fact]
    public void Gradients_reach_mean_and_deviation_through_a_sample()
    {
        var (mean, deviation) = (_device.Tensor([1, 2], [1, 2]), _device.Tensor([3, 4], [1, 2]));
        mean.RequiresGradient = deviation.RequiresGradient = true;
        var z = new DiagonalGaussian(mean, deviation).Sample(_device.Tensor([0.5f, -1], [1, 2]));
        _device.Tape.Backward(Elbo.Engine.Autograd.Ops.Sum(z));
        Assert.Equal([1, 1], mean.Gradient!.ToArray());
        Assert.Equal([0.5f, -1], deviation.Gradient!.ToArray());
    }

    private static float[] Draw(Rng rng, int count, float scale)
    {
        var values = new float[count];
        foreach (ref float v in values.AsSpan())
            v = rng.NextNormal() * scale;
        return values;
    }

    private DiagonalGaussian Gaussian(float[] mean, float[] deviation, Shape shape) =>
        new(_device.Tensor(mean, shape), _device.Tensor(deviation, shape));
}
