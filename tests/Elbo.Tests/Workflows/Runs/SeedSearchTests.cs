using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

public sealed class SeedSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<RunConfig> _asked = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_seed_has_a_run_that_is_called_by_it()
    {
        var runs = Search(TinyRun.Config with { Seed = 7 }, [3, 1, 2], "test");
        Assert.Equal([7, 8, 9], _asked.Select(config => config.Seed));
        Assert.Equal(
            ["vae-digits-z2-seed7", "vae-digits-z2-seed8", "vae-digits-z2-seed9"],
            runs.Select(run => Path.GetFileName(run.Run.Path))
        );
        Assert.Equal(
            "mine-seed7",
            Path.GetFileName(Search(TinyRun.Config with { Name = "mine" }, [1], "test")[0].Run.Path)
        );
        Assert.Equal(
            ["s7", "s8"],
            Search(TinyRun.Config with { Name = "s{seed}" }, [1, 2], "test")
                .Select(run => Path.GetFileName(run.Run.Path))
        );
    }

    [Fact]
    public void The_best_has_the_lowest_loss_after_the_last_epoch()
    {
        var best = SeedSearch.Best(Search(TinyRun.Config, [3, 1, 2], "test"));
        Assert.Equal((8UL, "test", 2, 1.0), (best.Seed, best.Result.Split, best.Result.Epoch, best.Result.Loss));
    }

    [Fact]
    public void With_early_stopping_it_is_the_lowest_of_all_epochs_as_those_weights_are_kept()
    {
        var best = SeedSearch.Best(Search(TinyRun.Config with { EarlyStopping = 2 }, [3, 1, 2], "test"));
        Assert.Equal((7UL, 1, 0.5), (best.Seed, best.Result.Epoch, best.Result.Loss));
    }

    [Fact]
    public void Validation_images_decide_where_there_are_any() =>
        Assert.Equal("validation", Search(TinyRun.Config, [3, 1], "validation")[0].Result.Split);

    [Fact]
    public void A_trained_run_is_judged_by_its_own_figures()
    {
        using var observer = new RecordingObserver();
        var config = SmallDigits.Config with { Epochs = 1 };
        var run = Assert.Single(
            SeedSearch.Run(
                config,
                1,
                wanted => TrainWorkflow.Start(wanted, _folder.Path, overwrite: false, TinyRun.Location, observer)
            )
        );
        Assert.Equal(observer.Epochs[^1][^1].Loss, run.Result.Loss, 1e-4);
        Assert.Equal("test", run.Result.Split);
    }

    [Theory]
    [InlineData(0, 0UL, "num-seeds is 0; it must be 1 or more.")]
    [InlineData(
        3,
        ulong.MaxValue - 1,
        "seed is 18446744073709551614; from there on there are no 3 seeds, the largest is 18446744073709551615."
    )]
    public void Seeds_there_are_none_of_are_refused(int seeds, ulong first, string message) =>
        Assert.Equal(
            message,
            Assert
                .Throws<ArgumentException>(() =>
                    SeedSearch.Run(
                        TinyRun.Config with
                        {
                            Seed = first,
                        },
                        seeds,
                        _ => throw new InvalidOperationException()
                    )
                )
                .Message
        );

    /// <summary>Runs that end with these losses; the one that ends worst began best.</summary>
    private IReadOnlyList<SeedRun> Search(RunConfig config, double[] losses, string split) =>
        SeedSearch.Run(
            config,
            losses.Length,
            wanted =>
            {
                _asked.Add(wanted);
                double loss = losses[wanted.Seed - config.Seed];
                var run = RunFolder.Create(_folder.Path, RunName.Of(wanted), overwrite: false);
                new MetricsTable([
                    Row(1, "train", 0),
                    Row(1, split, loss == losses.Max() ? 0.5 : 5),
                    Row(2, "train", 0),
                    Row(2, split, loss),
                ]).Save(run.Metrics);
                return run;
            }
        );

    private static EpochMetrics Row(int epoch, string split, double loss) =>
        new(epoch, split, loss, [("reconstruction", loss)], 1e-3f, 1, epoch);
}
