using Elbo.Tests.Workflows;

namespace Elbo.Tests;

/// <summary>Progress, cancellation and early stopping of Fit.</summary>
public partial class AutoencoderTests
{
    [Fact]
    public async Task Progress_is_told_and_fitting_can_be_stopped_and_gone_on_with()
    {
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        using var stop = new CancellationTokenSource();
        var told = new List<FitProgress>();
        float[] first = vae.Encode(FewDigits.Test);
        var e = await Assert.ThrowsAsync<OperationCanceledException>(() =>
            vae.FitAsync(
                FewDigits.Train,
                Quick,
                FewDigits.Test,
                new Listener(progress =>
                {
                    told.Add(progress);
                    if (told.Count == 7)
                        stop.Cancel();
                }),
                stop.Token
            )
        );
        Assert.Equal("cancelled in epoch 2; the autoencoder keeps what it has learned.", e.Message);
        Assert.Equal([(1, 1), (1, 2), (1, 3), (1, 4), (1, 4), (2, 1), (2, 2)], told.Select(p => (p.Epoch, p.Batch)));
        Assert.All(told, p => Assert.Equal((2, 4), (p.Epochs, p.Batches)));
        Assert.Equal(["train", "validation"], told[4].Figures.Select(r => r.Split));
        Assert.Equal(2, vae.History.Count);
        Assert.NotEqual(first, vae.Encode(FewDigits.Test).ToArray());
        double before = vae.Evaluate(FewDigits.Test).Loss;
        var history = await vae.FitAsync(FewDigits.Train, Quick);
        Assert.Equal(2, history.Count);
        Assert.True((await vae.EvaluateAsync(FewDigits.Test)).Loss < before);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => vae.EvaluateAsync(FewDigits.Test, stop.Token));
    }

    [Fact]
    public void While_it_fits_its_own_thread_may_look_and_others_are_refused()
    {
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        int looks = 0;
        vae.Fit(
            FewDigits.Train,
            Quick with
            {
                Epochs = 1,
            },
            progress: new Listener(_ =>
            {
                Assert.Equal(10 * 784, vae.Generate(10).Length);
                // Not a task: waiting for one may run it on this very thread.
                Exception? refusal = null;
                var other = new Thread(() => refusal = Record.Exception(() => vae.Generate(1)));
                other.Start();
                other.Join();
                Assert.Equal(
                    "Generate was called while another thread trains this autoencoder; await that first.",
                    Assert.IsType<InvalidOperationException>(refusal).Message
                );
                looks++;
            })
        );
        Assert.Equal(5, looks);
        using var undisturbed = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        undisturbed.Fit(FewDigits.Train, Quick with { Epochs = 1 });
        Bits.AssertEqual(undisturbed.Generate(3), vae.Generate(3));
    }

    [Fact]
    public void Early_stopping_watches_validation_images_and_needs_them()
    {
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        var options = Quick with { Epochs = 9, LearningRate = 1e-9f, EarlyStopping = 2 };
        Assert.Equal(3, vae.Fit(FewDigits.Train, options, FewDigits.Test).Max(r => r.Epoch));
        Assert.StartsWith(
            "early-stopping is 2; it needs validation images, and there are none.",
            Assert.Throws<ArgumentException>(() => vae.Fit(FewDigits.Train, options)).Message
        );
    }

    [Fact]
    public void Early_stopping_leaves_the_weights_of_the_best_epoch()
    {
        var options = Quick with { Epochs = 30, LearningRate = 0.2f };
        using var stopped = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        var history = stopped.Fit(FewDigits.Train, options with { EarlyStopping = 3 }, FewDigits.Test);
        int best = history.Where(r => r.Split == "validation").MinBy(r => r.Loss)!.Epoch;
        Assert.True(best < history[^1].Epoch);

        using var shorter = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        shorter.Fit(FewDigits.Train, options with { Epochs = best });
        Bits.AssertEqual(shorter.Encode(FewDigits.Test), stopped.Encode(FewDigits.Test));
    }
}
