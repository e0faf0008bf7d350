using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;

namespace Elbo.Tests.Training;

public sealed class BoundEvaluatorTests : IDisposable
{
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });
    private readonly GenerativeModel _model;

    public BoundEvaluatorTests() =>
        _model = new GenerativeModel(
            new VaeOptions
            {
                Network = new DenseOptions
                {
                    EncoderHidden = [20, 10],
                    DecoderHidden = [10, 20],
                    Dropout = 0.5f,
                },
            },
            FewDigits.Train.Shape,
            _device,
            new Rng(1)
        );

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_same_rng_gives_the_same_figures_whatever_dropout_the_model_trains_with()
    {
        var first = Evaluate(FewDigits.First(60));
        Assert.Equal(first.Loss, Evaluate(FewDigits.First(60)).Loss);
        Assert.NotEqual(first.Loss, Evaluate(FewDigits.First(60), seed: 8).Loss);
        Assert.Equal("test", first.Split);
        Assert.True(first.ImagesPerSecond > 0);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_figures()
    {
        using var two = new Device(new DeviceOptions { Threads = 2 });
        var model = new GenerativeModel(
            new VaeOptions
            {
                Network = new DenseOptions
                {
                    EncoderHidden = [20, 10],
                    DecoderHidden = [10, 20],
                    Dropout = 0.5f,
                },
            },
            FewDigits.Train.Shape,
            two,
            new Rng(1)
        );
        Assert.Equal(
            Evaluate(FewDigits.First(60)).Loss,
            BoundEvaluator
                .Evaluate(model, FewDigits.Train, FewDigits.First(60), "test", new TrainerOptions(), new Rng(7))
                .Loss
        );
    }

    [Fact]
    public void The_loss_is_reconstruction_plus_beta_times_kl_without_warm_up()
    {
        var figures = Evaluate(FewDigits.First(60), new TrainerOptions { Beta = 4, KlWarmup = 10 });
        Assert.Equal(["reconstruction", "kl"], figures.Terms.Select(t => t.Name));
        Assert.Equal(figures.Terms[0].Value + 4 * figures.Terms[1].Value, figures.Loss, 1e-3);
    }

    [Fact]
    public void Images_beyond_one_piece_weigh_as_much_as_others()
    {
        // The KL divergence needs no sample, so pieces must average to the whole exactly up to rounding.
        int[] indices = [.. Enumerable.Range(0, 1100).Select(i => i % 260)];
        double whole = Kl(indices),
            parts = (Kl(indices[..300]) * 300 + Kl(indices[300..]) * 800) / 1100;
        Assert.Equal(whole, parts, 1e-5);
    }

    [Fact]
    public void Noise_of_training_is_left_out_and_binarization_is_not()
    {
        double clean = Kl(FewDigits.First(60));
        Assert.Equal(
            clean,
            Kl(FewDigits.First(60), new TrainerOptions { Noise = NoiseKind.Gaussian, NoiseFactor = 1 })
        );
        Assert.NotEqual(clean, Kl(FewDigits.First(60), new TrainerOptions { Binarize = Binarization.Threshold }));
    }

    [Fact]
    public void The_model_is_left_as_it_was()
    {
        float[] before = _model.Parameters.Values.ToArray();
        Evaluate(FewDigits.First(60));
        long bytes = _device.TensorBytes;
        Evaluate(FewDigits.First(60));
        Bits.AssertEqual(before, _model.Parameters.Values.AsSpan());
        Assert.All(_model.Parameters.All, p => Assert.False(p.Value.HasGradient));
        Assert.Equal(bytes, _device.TensorBytes);
    }

    [Fact]
    public void No_images_are_refused() =>
        Assert.StartsWith(
            "the test split has no images.",
            Assert.Throws<ArgumentException>(() => Evaluate([])).Message
        );

    private EpochMetrics Evaluate(int[] indices, TrainerOptions? options = null, ulong seed = 7) =>
        BoundEvaluator.Evaluate(
            _model,
            FewDigits.Train,
            indices,
            "test",
            options ?? new TrainerOptions(),
            new Rng(seed)
        );

    private double Kl(int[] indices, TrainerOptions? options = null) =>
        Evaluate(indices, options).Terms.Single(t => t.Name == "kl").Value;
}
