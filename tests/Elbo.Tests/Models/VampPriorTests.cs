using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

public sealed class VampPriorTests : IDisposable
{
    private const string Weight = "decoder.prior.pseudo.weight";

    private static readonly ImageShape Shape = new(1, 2, 3);

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_divergence_and_the_ratio_are_those_of_double_precision()
    {
        var model = Create(components: 4, latentDim: 2);
        var context = new ForwardContext(new Rng(1), Training: true);
        using var scope = _device.BeginStep();
        var x = Images(5);
        var q = model.Encode(x, context);
        var z = q.Sample(new Rng(2));
        double kl = model.Prior.Divergence(x, q, z, context).Single().Value.ToScalar();
        float[] ratios = model
            .Prior.LogRatio(x, q, z, Ops.RandomNormal(_device, [5, 0], new Rng(0)), context)
            .ToArray();

        // The components are the posteriors of the pseudo-inputs, as those of any images.
        float[] pseudo = [.. Find(model, Weight).ToArray().Select(w => (float)(1 / (1 + Math.Exp(-w))))];
        float[] components = Inference.EncodePosterior(model, pseudo);
        float[] posteriors = Inference.EncodePosterior(model, x.ToArray());
        float[] codes = z.ToArray();
        double sum = 0;
        for (int i = 0; i < 5; i++)
        {
            var code = codes.AsSpan(2 * i, 2);
            double prior = 0;
            for (int k = 0; k < 4; k++)
                prior += Math.Exp(LogDensity(code, components.AsSpan(4 * k, 4))) / 4;
            double ratio = Math.Log(prior) - LogDensity(code, posteriors.AsSpan(4 * i, 4));
            // A few nats in single precision.
            Assert.Equal(ratio, ratios[i], 1e-4);
            sum -= ratio / 5;
        }
        Assert.Equal(sum, kl, 1e-4);
    }

    [Theory]
    [InlineData("elbo")]
    [InlineData("iwae")]
    public void Gradients_of_the_loss_are_those_of_finite_differences(string objective)
    {
        var model = Create(
            components: 3,
            latentDim: 2,
            objective == "elbo" ? new EvidenceLowerBound() : new ImportanceWeighted { Samples = 3 }
        );
        FiniteDifferences.AssertGradients(model, () => Terms(model).Loss);
    }

    [Fact]
    public void The_density_ratio_has_mean_one()
    {
        var model = Create(components: 5, latentDim: 1);
        const int Samples = 100_000;
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        // q is wider than every component, so that the ratio has a small variance.
        var q = new DiagonalGaussian(_device.Full([1, 1], 0.3f), _device.Full([1, 1], 4));
        var z = q.Sample(Ops.RandomNormal(_device, [Samples, 1, 1], new Rng(2)));
        var ratio = model.Prior.LogRatio(
            Images(1),
            q,
            z,
            Ops.RandomNormal(_device, [Samples, 1, 0], new Rng(3)),
            new ForwardContext(new Rng(0), Training: false)
        );
        Assert.Equal([Samples, 1], ratio.Shape);
        double[] values = [.. Ops.Exp(ratio).ToArray().Select(r => (double)r)];
        double mean = values.Average(),
            error = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) / Samples);
        Assert.True(Math.Abs(mean - 1) < 3 * error, $"{mean} ± {error}");
    }

    [Fact]
    public void Samples_have_the_moments_of_the_mixture()
    {
        const int Samples = 40_000;
        var model = Create(components: 3, latentDim: 2);
        float[] pseudo = [.. Find(model, Weight).ToArray().Select(w => (float)(1 / (1 + Math.Exp(-w))))];
        float[] components = Inference.EncodePosterior(model, pseudo);
        float[] codes = Inference.SamplePrior(model, Samples, new Rng(4));
        Assert.Equal(codes, Inference.SamplePrior(model, Samples, new Rng(4)));
        for (int d = 0; d < 2; d++)
        {
            double mean = Enumerable.Range(0, 3).Average(k => components[(4 * k) + d]);
            double square = Enumerable
                .Range(0, 3)
                .Average(k => Math.Pow(components[(4 * k) + d], 2) + Math.Pow(components[(4 * k) + 2 + d], 2));
            double variance = square - (mean * mean);
            double[] column = [.. Enumerable.Range(0, Samples).Select(i => (double)codes[(2 * i) + d])];
            double average = column.Average();
            Assert.Equal(mean, average, 4 * Math.Sqrt(variance / Samples));
            // The variance of a sample's variance is about 2·variance² / N for tails near the normal ones.
            Assert.Equal(variance, column.Average(c => (c - average) * (c - average)), 0.04 * variance);
        }
    }

    [Fact]
    public void The_first_epoch_starts_with_training_images_and_later_training_keeps_what_was_learned()
    {
        var model = new VaeOptions
        {
            Network = DenseOptions.WithLayers([8], [8]),
            Prior = new VampOptions { PseudoInputs = 5 },
        }.Create(FewDigits.Train.Shape, _device, new Rng(1));
        // A step so short leaves the initial pseudo-inputs.
        Trainer Next(float rate) =>
            new(
                model,
                new Adam(model.Parameters),
                new ConstantSchedule(rate),
                new TrainerOptions { BatchSize = 52 },
                FewDigits.Train,
                FewDigits.First(52),
                new Rng(5)
            );
        Next(1e-9f).RunEpoch();
        float[] pixels = [.. Find(model, Weight).ToArray().Select(w => 1 / (1 + MathF.Exp(-w)))];
        float[] images = FewDigits.Train.ToIntensities(FewDigits.First(52));
        for (int k = 0; k < 5; k++)
            Assert.Contains(
                Enumerable.Range(0, 52),
                i =>
                    Enumerable
                        .Range(0, 784)
                        .All(p =>
                            Math.Abs(Math.Clamp(images[(i * 784) + p], 0.05f, 0.95f) - pixels[(k * 784) + p]) < 1e-4
                        )
            );

        Next(1e-2f).RunEpoch();
        float[] learned = Find(model, Weight).ToArray();
        Assert.Contains(pixels.Zip(learned), pair => Math.Abs(pair.First - (1 / (1 + MathF.Exp(-pair.Second)))) > 1e-4);
        Next(1e-9f).RunEpoch();
        // Adam's step is at most the rate, up to rounding.
        Assert.All(learned.Zip(Find(model, Weight).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        void AssertRefused(ModelOptions options, string complaint) =>
            Assert.StartsWith(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);

        AssertRefused(
            new VaeOptions { Prior = new VampOptions { PseudoInputs = 0 } },
            "pseudo-inputs is 0; it must be from 1 to 10000."
        );
        AssertRefused(
            new VaeOptions { Prior = new VampOptions(), Objective = new FreeBits() },
            "free-bits needs a prior with independent dimensions"
        );
    }

    private GenerativeModel Create(int components, int latentDim, IObjective? objective = null) =>
        new VaeOptions
        {
            LatentDim = latentDim,
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Prior = new VampOptions { PseudoInputs = components },
            Objective = objective ?? new EvidenceLowerBound(),
        }.Create(Shape, _device, new Rng(1));

    private Tensor Images(int count) => Ops.RandomUniform(_device, [count, Shape.PixelCount], new Rng(3));

    private LossTerms Terms(GenerativeModel model)
    {
        var x = Images(9);
        return model.Objective.ComputeLoss(model, x, x, new ForwardContext(new Rng(7), Training: true));
    }

    private static Span<float> Find(GenerativeModel model, string name) =>
        model.Parameters.All.Single(p => p.Name == name).Value.AsSpan();

    /// <summary>log N(z; μ, σ²) with μ and then σ in <paramref name="posterior"/>.</summary>
    private static double LogDensity(ReadOnlySpan<float> z, ReadOnlySpan<float> posterior)
    {
        double sum = 0;
        for (int d = 0; d < z.Length; d++)
        {
            double deviation = posterior[z.Length + d],
                error = (z[d] - posterior[d]) / deviation;
            sum -= (0.5 * error * error) + Math.Log(deviation) + (0.5 * Math.Log(2 * Math.PI));
        }
        return sum;
    }
}
