using Elbo.Formats;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

public sealed class BestWeightsTests(BestWeightsTests.WholeRun whole)
    : IClassFixture<BestWeightsTests.WholeRun>,
        IDisposable
{
    /// <summary>With 24 training images, eight steps an epoch, the loss of all others soon rises.</summary>
    private static readonly RunConfig Wavering = SmallDigits.Config with
    {
        Epochs = 20,
        BatchSize = 3,
        LearningRate = 0.02f,
        EarlyStopping = 2,
        EarlyStoppingDelta = 0.5f,
        ValidationFraction = 0.98f,
        Name = "run",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingObserver _observer = new();

    public void Dispose()
    {
        _observer.Dispose();
        _folder.Dispose();
    }

    /// <summary>A run that early stopping has ended.</summary>
    public sealed class WholeRun() : TrainedRun(Wavering);

    [Fact]
    public void Early_stopping_ends_with_the_weights_of_the_epoch_whose_validation_loss_was_lowest()
    {
        var run = whole.Folder;
        var validation = MetricsTable.Load(run.Metrics).Rows.Where(r => r.Split == "validation").ToArray();
        var best = validation.MinBy(r => r.Loss)!;
        // Otherwise there would be nothing to tell apart.
        Assert.InRange(validation.Length, 3, Wavering.Epochs - 1);
        Assert.NotEqual(validation.Length, best.Epoch);
        Assert.Equal(
            $"model.safetensors has the weights of epoch {best.Epoch}, whose validation loss of {best.Loss:F2} is "
                + "the lowest.",
            whole.Notes[^1]
        );

        var checkpoint = new CheckpointStore(run.Checkpoints)
            .Files.Select(CheckpointFile.Read)
            .First(c => c.State.Epoch == best.Epoch);
        AssertWeights(checkpoint, run.Model);
        AssertWeights(checkpoint, run.Best);
        using var model = new SafetensorsReader(run.Model);
        Assert.Equal($"{best.Epoch}", model.Metadata["epoch"]);
        Assert.Equal("validation", model.Metadata["split"]);
        Assert.Equal(best.Loss, double.Parse(model.Metadata["loss"]), 1e-6);
        AssertCodes(run, RunWeights.Final);
    }

    [Fact]
    public void Commands_take_the_weights_that_are_asked_for()
    {
        var run = StartAndStop(Wavering, 100);
        File.Copy(whole.Folder.Model, run.Model, overwrite: true);
        float[] Codes(RunWeights weights)
        {
            using var loaded = LoadedRun.Open(run.Path, weights: weights);
            return ModelInputs.Codes(loaded.Model, loaded.Config, loaded.Data.Test, 5);
        }

        Assert.Equal(Codes(RunWeights.Final), Codes(RunWeights.Best));
        Assert.NotEqual(Codes(RunWeights.Final), Codes(RunWeights.Last));
        var store = new CheckpointStore(run.Checkpoints);
        foreach (int epoch in store.Epochs())
        {
            using var loaded = LoadedRun.Open(run.Path, weights: RunWeights.Parse($"epoch-{epoch}"));
            var tensors = loaded.Model.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value.ToArray());
            foreach (var tensor in store.LoadEpoch(epoch)!.Model)
                Bits.AssertEqual(tensor.Values, tensors[tensor.Name]);
        }
        Assert.True(store.Epochs().Count > 1);
        Assert.Equal(
            $"{run.Path} has no checkpoint of the end of epoch 999; it has those of "
                + $"{string.Join(", ", store.Epochs())}. --keep-checkpoints keeps more of them.",
            Assert
                .Throws<InvalidDataException>(() => LoadedRun.Open(run.Path, weights: RunWeights.AfterEpoch(999)))
                .Message
        );
        File.Delete(run.Best);
        Assert.Equal(
            $"{run.Path} has no best.safetensors among its checkpoints: a run keeps its best weights only with "
                + "validation images or early stopping.",
            Assert.Throws<InvalidDataException>(() => LoadedRun.Open(run.Path, weights: RunWeights.Best)).Message
        );
        Directory.Delete(run.Checkpoints, recursive: true);
        Assert.Equal(
            $"{run.Path} has no intact checkpoint.",
            Assert.Throws<InvalidDataException>(() => LoadedRun.Open(run.Path, weights: RunWeights.Last)).Message
        );
    }

    [Theory]
    [InlineData(30)]
    [InlineData(95)]
    public void A_stopped_run_resumes_to_the_same_best_weights(int steps)
    {
        var stopped = StartAndStop(Wavering with { Name = "stopped" }, steps);
        Resume(stopped);
        AssertSameResult(whole.Folder, stopped);
    }

    [Fact]
    public void A_crash_between_best_weights_and_checkpoint_changes_nothing()
    {
        // The best weights are of an epoch that no checkpoint has come to.
        var crashed = StartAndStop(Wavering with { Name = "crashed", KeepCheckpoints = 0 }, 92);
        foreach (string file in new CheckpointStore(crashed.Checkpoints).Files.Take(3))
            File.Delete(file);
        Resume(crashed);
        AssertSameResult(whole.Folder, crashed);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    public void Lost_best_weights_are_told_and_end_nothing(string loss)
    {
        var stopped = StartAndStop(Wavering, 30);
        if (loss == "gone")
            File.Delete(stopped.Best);
        else
            File.WriteAllText(stopped.Best, "junk");
        Resume(stopped);
        Assert.Contains(
            _observer.Notes,
            note =>
                note.Contains(stopped.Best, StringComparison.Ordinal)
                && note.EndsWith("; the 3 epochs before can no longer be the best one.", StringComparison.Ordinal)
        );
        var later = MetricsTable.Load(stopped.Metrics).Rows.Where(r => r.Split == "validation" && r.Epoch > 3);
        Assert.Equal(later.MinBy(r => r.Loss)!.Epoch, new BestWeights(stopped.Best).Read()!.Epoch);
    }

    [Fact]
    public void Validation_images_alone_keep_the_best_weights_beside_those_of_the_last_epoch()
    {
        var run = Start(Wavering with { EarlyStopping = 0, Epochs = 8 });
        var validation = MetricsTable.Load(run.Metrics).Rows.Where(r => r.Split == "validation").ToArray();
        Assert.Equal(validation.MinBy(r => r.Loss)!.Epoch, new BestWeights(run.Best).Read()!.Epoch);
        AssertWeights(new CheckpointStore(run.Checkpoints).LoadNewestSound(out _)!, run.Model);
        Assert.Empty(_observer.Notes);
        Assert.False(File.Exists(Start(SmallDigits.Config with { Name = "without" }).Best));
    }

    [Fact]
    public void Without_validation_images_early_stopping_takes_the_test_loss()
    {
        var run = Start(SmallDigits.Config with { EarlyStopping = 2 });
        var best = new BestWeights(run.Best).Read()!;
        Assert.Equal("test", best.Split);
        Assert.Equal(
            $"model.safetensors has the weights of epoch {best.Epoch}, whose test loss of {best.Loss:F2} is the "
                + "lowest.",
            _observer.Notes[^1]
        );
    }

    [Fact]
    public void The_delta_decides_what_counts_as_an_improvement()
    {
        int Epochs(float delta) =>
            MetricsTable
                .Load(
                    Start(
                        SmallDigits.Config with
                        {
                            Epochs = 6,
                            EarlyStopping = 1,
                            EarlyStoppingDelta = delta,
                            Name = $"delta{delta}",
                        }
                    ).Metrics
                )
                .Rows[^1]
                .Epoch;
        Assert.Equal(6, Epochs(0));
        Assert.Equal(2, Epochs(1000));
    }

    private RunFolder Start(RunConfig config) =>
        TrainWorkflow.Start(config, _folder.Path, overwrite: false, TinyRun.Location, _observer);

    private RunFolder StartAndStop(RunConfig config, int steps)
    {
        using var observer = new RecordingObserver { StopAfter = steps };
        Assert.Throws<RunStoppedException>(() => observer.Train(config, _folder));
        return RunFolder.Open(_folder.File(config.Name!));
    }

    private void Resume(RunFolder run) => TrainWorkflow.Resume(run, epochs: null, TinyRun.Location, _observer);

    private static void AssertSameResult(RunFolder expected, RunFolder actual)
    {
        Assert.Equal(File.ReadAllBytes(expected.Model), File.ReadAllBytes(actual.Model));
        Assert.Equal(File.ReadAllBytes(expected.Best), File.ReadAllBytes(actual.Best));
        Assert.Equal(File.ReadAllBytes(expected.Latent("test.csv")), File.ReadAllBytes(actual.Latent("test.csv")));
    }

    [Fact]
    public void Names_of_weights_are_parsed_and_others_refused()
    {
        Assert.Equal(RunWeights.Final, default);
        Assert.Equal(RunWeights.Best, RunWeights.Parse("best"));
        Assert.Equal((12, "epoch-12"), (RunWeights.Parse("epoch-12").Epoch, RunWeights.Parse("epoch-12").ToString()));
        foreach (string text in (string[])["", "first", "epoch-", "epoch-0", "epoch--3", "epoch-x"])
            Assert.StartsWith(
                $"'{text}' is not final, best, last or epoch-N",
                Assert.Throws<FormatException>(() => RunWeights.Parse(text)).Message
            );
    }

    private static void AssertWeights(Checkpoint checkpoint, string path)
    {
        using var reader = new SafetensorsReader(path);
        foreach (var tensor in checkpoint.Model)
            Bits.AssertEqual(tensor.Values, reader.ReadFloats(tensor.Name).Values);
    }

    /// <summary>The codes written at the end are those of the model file.</summary>
    private static void AssertCodes(RunFolder run, RunWeights weights)
    {
        using var loaded = LoadedRun.Open(run.Path, weights: weights);
        Assert.Equal(
            ModelInputs.Codes(loaded.Model, loaded.Config, loaded.Data.Test, 300),
            LatentCsv.Load(run.Latent("test.csv")).Codes
        );
    }
}
