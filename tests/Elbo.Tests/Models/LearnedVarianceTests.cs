using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Nn;

namespace Elbo.Tests.Models;

public sealed class LearnedVarianceTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 4, 6);

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_reconstruction_in_training_is_the_likelihood_at_its_best_variance()
    {
        var model = Create();
        using var scope = _device.BeginStep();
        var (x, z) = (Images(1), Codes());
        double variance = Error(model, x, z);
        // Σ (x − m)²/(2σ²) is D/2 where σ² is the mean squared error.
        double expected = 0.5 * Shape.PixelCount * (Math.Log(2 * Math.PI * variance) + 1);
        Assert.Equal(expected, Reconstruction(model, x, z, training: true), 1e-4);
        // No other variance gives a higher likelihood of the same images.
        foreach (float other in (float[])[0.8f, 1.25f])
            Assert.True(
                0.5 * Shape.PixelCount * (Math.Log(2 * Math.PI * variance * other) + (1 / other)) > expected + 0.1
            );
    }

    [Fact]
    public void Evaluation_uses_the_running_mean_of_the_variances_and_leaves_it_alone()
    {
        var model = Create();
        using var scope = _device.BeginStep();
        var z = Codes();
        // Before the first step the variance is 1.
        double error = Error(model, Images(1), z);
        double first = 0.5 * Shape.PixelCount * (Math.Log(2 * Math.PI) + error);
        Assert.Equal(first, Reconstruction(model, Images(1), z, training: false), 1e-4);

        var errors = new List<double>();
        for (ulong seed = 1; seed <= 12; seed++)
        {
            errors.Add(Error(model, Images(seed), z));
            Reconstruction(model, Images(seed), z, training: true);
        }
        // The plain mean of ten, then a tenth of each new one.
        double variance = errors.Skip(10).Aggregate(errors.Take(10).Average(), (mean, e) => (0.9 * mean) + (0.1 * e));
        Assert.Equal(variance, model.Buffers.Single().Value.AsSpan()[0], 1e-6);
        double expected = 0.5 * Shape.PixelCount * (Math.Log(2 * Math.PI * variance) + (error / variance));
        for (int i = 0; i < 2; i++)
            Assert.Equal(expected, Reconstruction(model, Images(1), z, training: false), 1e-4);
    }

    [Fact]
    public void Perfect_images_get_the_minimum_variance_and_not_an_infinite_likelihood()
    {
        var model = Create();
        using var scope = _device.BeginStep();
        var z = Codes();
        var perfect = model.Decode(z, Context(training: false)).Mean;
        Assert.Equal(
            0.5 * Shape.PixelCount * Math.Log(2 * Math.PI * LearnedVariance.Least),
            Reconstruction(model, perfect, z, training: true),
            1e-3
        );
        Assert.Equal(LearnedVariance.Least, model.Buffers.Single().Value.AsSpan()[0]);
    }

    [Fact]
    public void A_loss_that_is_not_finite_leaves_the_variance_alone()
    {
        var model = Create();
        using var scope = _device.BeginStep();
        Reconstruction(model, Images(1), Codes(), training: true);
        float[] before = model.Buffers.Single().Value.ToArray();
        Assert.True(
            double.IsNaN(Reconstruction(model, _device.Full([9, Shape.PixelCount], float.NaN), Codes(), training: true))
        );
        Bits.AssertEqual(before, model.Buffers.Single().Value.AsSpan());
    }

    [Fact]
    public void Gradients_of_the_loss_are_those_of_finite_differences()
    {
        var model = Create();
        double Loss()
        {
            using var pause = _device.Tape.Pause();
            using var scope = _device.BeginStep();
            return model.Objective.ComputeLoss(model, Images(1), Images(1), Context(training: true)).Loss.ToScalar();
        }

        var gradients = new List<float[]>();
        using (_device.BeginStep())
        {
            var terms = model.Objective.ComputeLoss(model, Images(1), Images(1), Context(training: true));
            model.Parameters.ClearGradients();
            _device.Tape.Backward(terms.Loss);
            gradients.AddRange(model.Parameters.All.Select(p => p.Value.Gradient!.ToArray()));
        }
        const float Step = 1e-2f;
        foreach (var (parameter, gradient) in model.Parameters.All.Zip(gradients))
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
            {
                float before = parameter.Value.AsSpan()[i];
                parameter.Value.AsSpan()[i] = before + Step;
                double up = Loss();
                parameter.Value.AsSpan()[i] = before - Step;
                double difference = (up - Loss()) / (2 * Step);
                parameter.Value.AsSpan()[i] = before;
                // The loss has rounding errors of 1e-6, a hundred times that after the division; the rest is the third
                // derivative times the step squared.
                Assert.True(
                    Math.Abs(difference - gradient[i]) < 1e-3 + (2e-3 * Math.Abs(difference)),
                    $"{parameter.Name}[{i}]: the gradient is {gradient[i]}, the difference {difference}"
                );
            }
    }

    [Fact]
    public void A_learned_variance_needs_the_decoder_gaussian_and_its_mean()
    {
        void AssertRefused(LikelihoodOptions options, string complaint) =>
            Assert.Equal(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);

        new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = null }.Validate();
        AssertRefused(
            new LikelihoodOptions { Variance = null },
            "variance is learned; the decoder bernoulli has no such variance. Add --decoder gaussian, or leave out "
                + "--variance."
        );
        AssertRefused(
            new LikelihoodOptions
            {
                Decoder = DecoderKind.Gaussian,
                Variance = null,
                SampleReconstruction = true,
            },
            "sample-reconstruction needs a fixed variance; it is learned. Give --variance a number."
        );
    }

    private GenerativeModel Create() =>
        new VaeOptions
        {
            LatentDim = 3,
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = null },
        }.Create(Shape, _device, new Rng(1));

    private static ForwardContext Context(bool training) => new(new Rng(7), training);

    private Tensor Images(ulong seed) => Ops.RandomUniform(_device, [9, Shape.PixelCount], new Rng(seed));

    private Tensor Codes() => Ops.RandomNormal(_device, [9, 3], new Rng(2));

    private static double Error(GenerativeModel model, Tensor x, Tensor z) =>
        x.ToArray()
            .Zip(model.Decode(z, Context(training: false)).Mean.ToArray(), (a, b) => Math.Pow((double)a - b, 2))
            .Average();

    private static double Reconstruction(GenerativeModel model, Tensor x, Tensor z, bool training) =>
        model.Reconstruction(x, z, Context(training)).ToScalar();
}
