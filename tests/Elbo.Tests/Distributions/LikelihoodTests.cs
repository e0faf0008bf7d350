using Elbo.Distributions;
using Elbo.Engine;

namespace Elbo.Tests.Distributions;

public sealed class LikelihoodTests : IDisposable
{
    private const int Draws = 20_000;

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Bernoulli_is_the_cross_entropy_of_intensity_and_probability()
    {
        float[] logits = [-3, 0, 2, 80, -80, 0.5f],
            x = [0, 0.25f, 1, 1, 0, 0.7f];
        float[] nll = new BernoulliLikelihood(Tensor(logits, [2, 3])).NegativeLogProb(Tensor(x, [2, 3])).ToArray();
        for (int n = 0; n < 2; n++)
        {
            double expected = 0;
            for (int i = 3 * n; i < 3 * n + 3; i++)
            {
                // log(1 + eˡ) − x·l, with the exponent kept from overflowing.
                double l = logits[i];
                expected += Math.Max(l, 0) + Math.Log(1 + Math.Exp(-Math.Abs(l))) - x[i] * l;
            }
            Assert.Equal(expected, nll[n], 1e-5);
        }
    }

    [Fact]
    public void Bernoulli_stays_finite_where_the_decoder_is_certain_and_wrong() =>
        Assert.Equal(
            160,
            new BernoulliLikelihood(Tensor([80, -80], [1, 2])).NegativeLogProb(Tensor([0, 1], [1, 2])).ToScalar(),
            1e-3
        );

    [Fact]
    public void Bernoulli_samples_are_black_or_white_with_the_mean_as_share()
    {
        float[] logits = [-2, 0, 1.5f];
        var likelihood = new BernoulliLikelihood(Repeat(logits));
        float[] drawn = likelihood.Sample(new Rng(3)).ToArray();
        Assert.All(drawn, x => Assert.True(x is 0 or 1));
        for (int d = 0; d < 3; d++)
        {
            double p = 1 / (1 + Math.Exp(-logits[d]));
            Assert.Equal(p, likelihood.Mean.ToArray()[d], 1e-6);
            Assert.Equal(p, Moments(drawn, 3, d).Mean, 5 * Math.Sqrt(p * (1 - p) / Draws));
        }
    }

    [Fact]
    public void A_fixed_variance_weighs_the_squared_error()
    {
        var likelihood = new FixedVarianceLikelihood(Tensor([0.5f, 0.25f, 1, 0], [2, 2]), variance: 0.1f);
        float[] nll = likelihood.NegativeLogProb(Tensor([0, 0.25f, 0, 1], [2, 2])).ToArray();
        Assert.Equal(0.25 / 0.2, nll[0], 1e-6);
        Assert.Equal(2 / 0.2, nll[1], 1e-5);
    }

    [Fact]
    public void A_shared_variance_has_the_full_density()
    {
        float[] mean = [0.2f, 0.9f, 0.5f, 1],
            x = [0.25f, 0.1f, 0.5f, 0];
        float[] nll = new SharedVarianceLikelihood(Tensor(mean, [2, 2]), variance: 0.01f)
            .NegativeLogProb(Tensor(x, [2, 2]))
            .ToArray();
        for (int n = 0; n < 2; n++)
        {
            double expected = 0;
            for (int i = 2 * n; i < 2 * n + 2; i++)
                expected += 0.5 * (Math.Log(2 * Math.PI * 0.01) + Math.Pow(x[i] - mean[i], 2) / 0.01);
            Assert.Equal(expected, nll[n], 1e-4);
        }
    }

    [Fact]
    public void Gaussian_pixels_have_the_full_density()
    {
        float[] mean = [0.2f, 0.9f],
            deviation = [0.05f, 0.4f],
            x = [0.25f, 0.1f];
        double expected = 0;
        for (int i = 0; i < 2; i++)
            expected +=
                0.5
                * (Math.Log(2 * Math.PI * deviation[i] * deviation[i]) + Math.Pow((x[i] - mean[i]) / deviation[i], 2));
        Assert.Equal(
            expected,
            new GaussianLikelihood(Tensor(mean, [1, 2]), Tensor(deviation, [1, 2]))
                .NegativeLogProb(Tensor(x, [1, 2]))
                .ToScalar(),
            1e-5
        );
    }

    [Fact]
    public void Gaussian_samples_have_the_mean_and_deviation_asked_for()
    {
        float[] mean = [0.2f, 0.7f],
            deviation = [0.3f, 0.05f];
        AssertMoments(new GaussianLikelihood(Repeat(mean), Repeat(deviation)), mean, deviation);
        AssertMoments(new FixedVarianceLikelihood(Repeat(mean), variance: 0.04f), mean, [0.2f, 0.2f]);
        AssertMoments(new SharedVarianceLikelihood(Repeat(mean), variance: 0.04f), mean, [0.2f, 0.2f]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Images_are_repeated_over_further_dimensions_in_front(int kind)
    {
        var rng = new Rng(11);
        float[] parameters = [.. Enumerable.Range(0, 3 * 2 * 4).Select(_ => rng.NextSingle())],
            x = [.. Enumerable.Range(0, 8).Select(_ => rng.NextSingle())];
        ILikelihood Create(ReadOnlySpan<float> values, Shape shape) =>
            kind switch
            {
                0 => new BernoulliLikelihood(Tensor(values, shape)),
                1 => new FixedVarianceLikelihood(Tensor(values, shape), 0.3f),
                2 => new SharedVarianceLikelihood(Tensor(values, shape), 0.3f),
                _ => new GaussianLikelihood(Tensor(values, shape), _device.Full(shape, 0.4f)),
            };
        var all = Create(parameters, [3, 2, 4]).NegativeLogProb(Tensor(x, [2, 4]));
        Assert.Equal([3, 2], all.Shape);
        for (int k = 0; k < 3; k++)
            Bits.AssertEqual(
                Create(parameters.AsSpan(8 * k, 8), [2, 4]).NegativeLogProb(Tensor(x, [2, 4])).AsSpan(),
                all.AsSpan().Slice(2 * k, 2)
            );
    }

    private static void AssertMoments(ILikelihood likelihood, float[] mean, float[] deviation)
    {
        float[] drawn = likelihood.Sample(new Rng(3)).ToArray();
        for (int d = 0; d < mean.Length; d++)
        {
            var (m, s) = Moments(drawn, mean.Length, d);
            Assert.Equal(mean[d], m, 5 * deviation[d] / Math.Sqrt(Draws));
            Assert.Equal(deviation[d], s, 5 * deviation[d] / Math.Sqrt(2.0 * Draws));
        }
    }

    private static (double Mean, double Deviation) Moments(float[] values, int width, int column)
    {
        double[] chosen =
        [
            .. Enumerable.Range(0, values.Length / width).Select(i => (double)values[i * width + column]),
        ];
        double mean = chosen.Average();
        return (mean, Math.Sqrt(chosen.Average(v => (v - mean) * (v - mean))));
    }

    private Tensor Tensor(ReadOnlySpan<float> values, Shape shape) => _device.Tensor(values, shape);

    private Tensor Repeat(float[] row) =>
        _device.Tensor([.. Enumerable.Repeat(row, Draws).SelectMany(v => v)], [Draws, row.Length]);
}
