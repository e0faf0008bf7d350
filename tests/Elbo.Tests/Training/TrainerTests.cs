using Elbo.Data;
using Elbo.Engine;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void An_epoch_visits_every_image_once_and_its_last_step_takes_what_is_left()
    {
        var model = Recording();
        var trainer = Trainer(model, new TrainerOptions { BatchSize = 4 }, Ramp(10));
        var metrics = trainer.RunEpoch()!;
        Assert.Equal([4, 4, 2], model.Targets.Select(t => t.Length / 4));
        Assert.Equal(
            Enumerable.Range(0, 10),
            model.Targets.SelectMany(t => t.Chunk(4)).Select(image => (int)Math.Round(image[0] * 255)).Order()
        );
        // Images of 0, 1, …, 9 of 255: the mean over images, not over steps.
        Assert.Equal(4.5 / 255, metrics.Terms[0].Value, 1e-6);
        Assert.Equal(["reconstruction", "kl"], metrics.Terms.Select(t => t.Name));
        Assert.Equal((1, "train", 3L), (metrics.Epoch, metrics.Split, trainer.State.Step));
    }

    [Fact]
    public void Only_the_chosen_images_are_trained_on()
    {
        var model = Recording();
        new Trainer(
            model,
            new Sgd(model.Parameters),
            new ConstantSchedule(0.1f),
            new TrainerOptions(),
            Ramp(10),
            [7, 2],
            new Rng(1)
        ).RunEpoch();
        Assert.Equal([2, 7], model.Targets.Single().Chunk(4).Select(image => (int)Math.Round(image[0] * 255)).Order());
    }

    [Theory]
    [InlineData(NoiseKind.Gaussian)]
    [InlineData(NoiseKind.Dropout)]
    [InlineData(NoiseKind.SaltPepper)]
    public void Noise_is_on_the_input_and_the_target_stays_clean(NoiseKind noise)
    {
        var model = Recording(FewDigits.Train.Shape);
        var trainer = Trainer(
            model,
            new TrainerOptions
            {
                BatchSize = 260,
                Noise = noise,
                NoiseFactor = 0.4f,
            },
            FewDigits.Train
        );
        trainer.RunEpoch();
        trainer.RunEpoch();
        float[] input = model.Inputs[0],
            target = model.Targets[0];
        Assert.Equal(FewDigits.Train.ToIntensities().Order(), target.Order());
        double[] changes = [.. input.Zip(target, (a, b) => (double)a - b)];
        switch (noise)
        {
            case NoiseKind.Gaussian:
                Assert.Equal(0, changes.Average(), 0.01);
                Assert.Equal(0.16, changes.Average(c => c * c), 0.005);
                break;
            case NoiseKind.Dropout:
                Assert.All(input.Zip(target), pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
                Assert.Equal(0.4, Share(input.Zip(target).Where(p => p.Second > 0), p => p.First == 0), 0.01);
                break;
            default:
                Assert.All(input.Zip(target), pair => Assert.True(pair.First is 0 or 1 || pair.First == pair.Second));
                Assert.Equal(
                    0.2,
                    Share(input.Zip(target).Where(p => p.Second is > 0 and < 1), p => p.First == 0),
                    0.015
                );
                Assert.Equal(
                    0.2,
                    Share(input.Zip(target).Where(p => p.Second is > 0 and < 1), p => p.First == 1),
                    0.015
                );
                break;
        }
        double[] later = [.. model.Inputs[1].Zip(model.Targets[1], (a, b) => (double)a - b)];
        Assert.NotEqual(changes, later);
    }

    [Fact]
    public void A_threshold_makes_half_intensities_and_above_white()
    {
        var model = Recording();
        Trainer(
                model,
                new TrainerOptions { Binarize = Binarization.Threshold },
                new ImageDataset("four", new ImageShape(1, 2, 2), new byte[] { 0, 127, 128, 255 })
            )
            .RunEpoch();
        Assert.Equal([0, 0, 1, 1], model.Targets.Single());
        Assert.Equal([0, 0, 1, 1], model.Inputs.Single());
    }

    [Fact]
    public void Dynamic_binarization_draws_each_pixel_anew_with_its_intensity_as_chance()
    {
        var model = Recording(new ImageShape(1, 100, 100));
        byte[] pixels = [.. Enumerable.Repeat((byte)51, 9_000), .. new byte[500], .. Enumerable.Repeat((byte)255, 500)];
        var trainer = Trainer(
            model,
            new TrainerOptions { Binarize = Binarization.Dynamic },
            new ImageDataset("one", new ImageShape(1, 100, 100), pixels)
        );
        trainer.RunEpoch();
        trainer.RunEpoch();
        Assert.All(model.Targets[0], x => Assert.True(x is 0 or 1));
        // A fifth of 9,000: 42 is one standard deviation.
        Assert.InRange(model.Targets[0].Take(9_000).Sum(), 1800 - 170, 1800 + 170);
        Assert.All(model.Targets[0].Skip(9_000).Take(500), x => Assert.Equal(0, x));
        Assert.All(model.Targets[0].Skip(9_500), x => Assert.Equal(1, x));
        Assert.NotEqual(model.Targets[0], model.Targets[1]);
        Assert.Equal(model.Targets[0], model.Inputs[0]);
    }

    [Fact]
    public void The_weight_of_the_kl_divergence_rises_step_by_step_to_beta()
    {
        var model = Recording();
        var trainer = Trainer(
            model,
            new TrainerOptions
            {
                BatchSize = 5,
                Beta = 2,
                KlWarmup = 1.5f,
            },
            Ramp(20)
        );
        for (int i = 0; i < 2; i++)
            trainer.RunEpoch();
        Assert.Equal([0, 1 / 3f, 2 / 3f, 1, 4 / 3f, 5 / 3f, 2, 2], model.KlWeights);
    }

    [Fact]
    public void Without_warm_up_beta_acts_from_the_first_step()
    {
        var model = Recording();
        Trainer(model, new TrainerOptions { Beta = 0.5f }, Ramp(3)).RunEpoch();
        Assert.Equal([0.5f], model.KlWeights);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_training_and_changes_nothing()
    {
        var model = Recording(nanStep: 3);
        var optimizer = new Adam(model.Parameters);
        var trainer = new Trainer(
            model,
            optimizer,
            new ConstantSchedule(0.1f),
            new TrainerOptions { BatchSize = 2 },
            Ramp(10),
            FewDigits.First(10),
            new Rng(1)
        );
        float afterTwo = 0;
        var e = Assert.Throws<TrainingFailedException>(() =>
            trainer.RunEpoch(progress =>
            {
                if (progress.Batch == 2)
                    afterTwo = model.Parameters.All[0].Value.ToScalar();
            })
        );
        Assert.StartsWith("the loss became NaN at step 3 (epoch 1);", e.Message);
        Assert.Equal(afterTwo, model.Parameters.All[0].Value.ToScalar());
        Assert.Equal(
            (2L, 2, 4L, 2L),
            (trainer.State.Step, trainer.State.BatchInEpoch, trainer.State.EpochImages, optimizer.Steps)
        );
        // The tape is clean: the next step is an ordinary one.
        Assert.NotNull(trainer.RunEpoch());
    }

    [Fact]
    public void The_schedule_gives_each_epoch_its_rate()
    {
        var model = Recording();
        var trainer = new Trainer(
            model,
            new Sgd(model.Parameters),
            new ExponentialSchedule(0.1f),
            new TrainerOptions(),
            Ramp(4),
            FewDigits.First(4),
            new Rng(1)
        );
        var rates = new List<float>();
        for (int i = 0; i < 3; i++)
        {
            float before = model.Parameters.All[0].Value.ToScalar();
            var metrics = trainer.RunEpoch()!;
            trainer.EpochEnded(metrics.Loss);
            rates.Add(metrics.LearningRate);
            // The gradient of p² is 2p.
            Assert.Equal(before - metrics.LearningRate * 2 * before, model.Parameters.All[0].Value.ToScalar(), 1e-6);
        }
        Assert.Equal([0.1f, 0.095f, 0.09025f], rates, (a, b) => MathF.Abs(a - b) < 1e-7f);
    }

    [Fact]
    public void A_plateau_lowers_the_rate_when_the_reported_loss_stays()
    {
        var model = Recording();
        var trainer = new Trainer(
            model,
            new Sgd(model.Parameters),
            new PlateauSchedule(0.1f, new PlateauScheduleOptions { Patience = 1 }),
            new TrainerOptions(),
            Ramp(4),
            FewDigits.First(4),
            new Rng(1)
        );
        var rates = new List<float>();
        for (int i = 0; i < 5; i++)
        {
            rates.Add(trainer.RunEpoch()!.LearningRate);
            trainer.EpochEnded(7);
        }
        Assert.Equal([0.1f, 0.1f, 0.1f, 0.01f, 0.01f], rates, (a, b) => MathF.Abs(a - b) < 1e-8f);
    }

    [Fact]
    public void The_gradient_is_clipped_before_the_step()
    {
        var model = Recording();
        new Trainer(
            model,
            new Sgd(model.Parameters),
            new ConstantSchedule(1),
            new TrainerOptions { ClipGradNorm = 0.25f },
            Ramp(4),
            FewDigits.First(4),
            new Rng(1)
        ).RunEpoch();
        Assert.Equal(0.25f, model.Parameters.All[0].Value.ToScalar(), 1e-5f);
    }

    [Fact]
    public void Progress_counts_batches_and_averages_the_loss()
    {
        var model = Recording();
        var seen = new List<StepProgress>();
        Trainer(model, new TrainerOptions { BatchSize = 3 }, Ramp(7)).RunEpoch(seen.Add);
        Assert.Equal([(1, 1, 3), (1, 2, 3), (1, 3, 3)], seen.Select(p => (p.Epoch, p.Batch, p.Batches)));
        Assert.All(seen, p => Assert.True(p.ImagesPerSecond > 0 && p.Loss > 0.2));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        AssertRefused(new() { BatchSize = 0 }, "batch-size is 0;");
        AssertRefused(new() { BatchSize = 70_000 }, "batch-size is 70000;");
        AssertRefused(new() { LearningRate = 0 }, "learning-rate is 0;");
        AssertRefused(new() { LearningRate = float.NaN }, "learning-rate is NaN;");
        AssertRefused(new() { Beta = -1 }, "beta is -1;");
        AssertRefused(new() { Beta = float.PositiveInfinity }, "beta is Infinity;");
        AssertRefused(new() { KlWarmup = -1 }, "kl-warmup is -1;");
        AssertRefused(new() { NoiseFactor = -0.1f }, "noise-factor is -0.1;");
        AssertRefused(new() { Noise = NoiseKind.SaltPepper, NoiseFactor = 1 }, "noise-factor is 1;");
        AssertRefused(new() { ClipGradNorm = -1 }, "clip-grad-norm is -1;");
        var model = Recording();
        Assert.StartsWith(
            "there are no images to train on.",
            Assert
                .Throws<ArgumentException>(() =>
                    new Trainer(
                        model,
                        new Sgd(model.Parameters),
                        new ConstantSchedule(1),
                        new TrainerOptions(),
                        Ramp(4),
                        [],
                        new Rng(1)
                    )
                )
                .Message
        );
    }

    private void AssertRefused(TrainerOptions options, string complaint) =>
        Assert.StartsWith(
            complaint,
            Assert.Throws<ArgumentException>(() => Trainer(Recording(), options, Ramp(4))).Message
        );

    private static double Share<T>(IEnumerable<T> items, Func<T, bool> has) => items.Average(i => has(i) ? 1.0 : 0);

    private RecordingModel Recording(ImageShape? shape = null, int nanStep = 0) =>
        new(_device, shape ?? new ImageShape(1, 2, 2), nanStep);

    private static Trainer Trainer(RecordingModel model, TrainerOptions options, ImageDataset images) =>
        new(
            model,
            new Sgd(model.Parameters),
            new ConstantSchedule(0.01f),
            options,
            images,
            FewDigits.First(images.Count),
            new Rng(1)
        );

    /// <summary>2×2 images, all of whose pixels are the image's number.</summary>
    private static ImageDataset Ramp(int count) =>
        new(
            "ramp",
            new ImageShape(1, 2, 2),
            Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)i, 4)).ToArray()
        );
}
