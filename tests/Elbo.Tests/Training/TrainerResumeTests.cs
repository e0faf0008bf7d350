using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

/// <summary>The promise of the trainer: stopping anywhere, and any number of threads, change no bit.</summary>
public class TrainerResumeTests
{
    private const int Epochs = 3;
    private const int StepsPerEpoch = 3;

    /// <summary>
    /// Chance everywhere: order, dropout, noise, binarisation, latent samples; and everything that depends on the step.
    /// </summary>
    private static readonly TrainerOptions Options = new()
    {
        BatchSize = 100,
        Noise = NoiseKind.Gaussian,
        NoiseFactor = 0.3f,
        Binarize = Binarization.Dynamic,
        Beta = 2,
        KlWarmup = 1.5f,
        ClipGradNorm = 50,
    };

    /// <summary>Before the first step, within each epoch, at the end of each, and after the last step.</summary>
    public static TheoryData<int> Points => [.. Enumerable.Range(0, Epochs * StepsPerEpoch + 1)];

    [Theory]
    [MemberData(nameof(Points))]
    public void A_run_stopped_after_any_step_and_restored_ends_with_the_same_bits(int steps)
    {
        using var whole = new Session(seed: 1, threads: 1);
        whole.Train();

        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path);
        using (var first = new Session(seed: 1, threads: 2))
        {
            first.Train(stopAfter: steps);
            Assert.Equal(steps, first.Trainer.State.Step);
            store.Save(Checkpoint.Of(first.Optimizer, first.Trainer.State));
        }
        // Other first weights: nothing that was there before may shine through.
        using var second = new Session(seed: 1, threads: 1, weights: 99);
        var checkpoint = store.LoadNewestSound(out var complaints)!;
        Assert.Empty(complaints);
        checkpoint.Restore(second.Optimizer);
        second.Trainer.State = checkpoint.State;
        second.Train();

        Bits.AssertEqual(whole.Model.Parameters.Values.AsSpan(), second.Model.Parameters.Values.AsSpan());
        foreach (var (expected, actual) in whole.Optimizer.State.Zip(second.Optimizer.State))
            Bits.AssertEqual(expected.Value.AsSpan(), actual.Value.AsSpan());
        Assert.Equal(whole.Optimizer.Steps, second.Optimizer.Steps);
        Assert.Equal(whole.Trainer.State.Schedule, second.Trainer.State.Schedule);
        // The figures of the epoch that was interrupted, too.
        foreach (var (epoch, figures) in second.Figures)
            Assert.Equal(whole.Figures[epoch], figures);
        Assert.True(second.Figures.Count >= Epochs - (steps + StepsPerEpoch - 1) / StepsPerEpoch);
    }

    [Fact]
    public void Two_threads_give_the_bits_of_one()
    {
        using var one = new Session(seed: 4, threads: 1);
        using var two = new Session(seed: 4, threads: 2);
        one.Train();
        two.Train();
        Bits.AssertEqual(one.Model.Parameters.Values.AsSpan(), two.Model.Parameters.Values.AsSpan());
        Assert.Equal(one.Figures, two.Figures);
    }

    [Fact]
    public void Another_seed_gives_other_bits()
    {
        using var one = new Session(seed: 4, threads: 1);
        using var other = new Session(seed: 5, threads: 1, weights: 4);
        one.Train();
        other.Train();
        Assert.NotEqual(Bits.Of(one.Model.Parameters.Values), Bits.Of(other.Model.Parameters.Values));
    }

    [Fact]
    public void A_cancelled_epoch_gives_no_figures_and_a_state_within_it()
    {
        using var session = new Session(seed: 1, threads: 1);
        session.Train(stopAfter: 4);
        var state = session.Trainer.State;
        Assert.Equal((1, 1, 4L, 100L), (state.Epoch, state.BatchInEpoch, state.Step, state.EpochImages));
        Assert.Equal([1], session.Figures.Keys);
        Assert.Equal(["kl", "loss", "reconstruction"], state.EpochSums.Keys.Order());
    }

    private sealed class Session : IDisposable
    {
        private readonly Device _device;

        public Session(ulong seed, int threads, ulong? weights = null)
        {
            _device = new Device(new DeviceOptions { Threads = threads });
            Model = new GenerativeModel(
                new VaeOptions
                {
                    Network = new DenseOptions
                    {
                        EncoderHidden = [40, 20],
                        DecoderHidden = [20, 40],
                        Dropout = 0.2f,
                    },
                },
                FewDigits.Train.Shape,
                _device,
                new Rng(weights ?? seed)
            );
            Optimizer = new Adam(Model.Parameters, new AdamOptions { AmsGrad = true });
            Trainer = new Trainer(
                Model,
                Optimizer,
                new PlateauSchedule(0.01f, new PlateauScheduleOptions { Patience = 0, Threshold = 0.2f }),
                Options,
                FewDigits.Train,
                FewDigits.First(260),
                new Rng(seed)
            );
        }

        public GenerativeModel Model { get; }

        public Optimizer Optimizer { get; }

        public Trainer Trainer { get; }

        /// <summary>Loss, terms and rate of each epoch.</summary>
        public Dictionary<int, string> Figures { get; } = [];

        public void Train(int stopAfter = int.MaxValue)
        {
            using var stop = new CancellationTokenSource();
            while (Trainer.Epoch < Epochs)
            {
                if (Trainer.State.Step == stopAfter)
                    stop.Cancel();
                var metrics = Trainer.RunEpoch(
                    _ =>
                    {
                        if (Trainer.State.Step == stopAfter)
                            stop.Cancel();
                    },
                    stop.Token
                );
                if (metrics is null)
                    return;
                Trainer.EpochEnded(metrics.Loss);
                Figures[metrics.Epoch] =
                    $"{metrics.Loss:R} {string.Join(' ', metrics.Terms.Select(t => $"{t.Name} {t.Value:R}"))} "
                    + $"{metrics.LearningRate:R}";
            }
        }

        public void Dispose() => _device.Dispose();
    }
}
