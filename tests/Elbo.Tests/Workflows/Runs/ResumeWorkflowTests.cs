using System.Text.Json.Nodes;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

/// <summary>Runs that were stopped, damaged or are to go on.</summary>
public class ResumeWorkflowTests(ResumeWorkflowTests.WholeRun run) : IClassFixture<ResumeWorkflowTests.WholeRun>
{
    private static readonly RunConfig Config = SmallDigits.Config with { ImageEvery = 1 };

    /// <summary>A run that was never stopped, with figures of every epoch.</summary>
    public sealed class WholeRun() : TrainedRun(Config);

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(23)]
    public void A_cancelled_run_resumes_to_the_same_bytes(int steps)
    {
        using var folder = new TemporaryFolder();
        using var first = new RecordingObserver { StopAfter = steps };
        var e = Assert.Throws<RunStoppedException>(() =>
            TrainWorkflow.Start(
                Config with
                {
                    Threads = 1,
                },
                folder.Path,
                overwrite: false,
                TinyRun.Location,
                first,
                cancellation: first.Token
            )
        );
        string path = folder.File("vae-arrays-z2");
        Assert.Equal($"stopped in epoch {steps / 12 + 1}; 'elbo resume {path}' resumes it.", e.Message);
        // Leftovers as of a process killed while it wrote.
        string stray = Path.Combine(path, "images", $".input.png.{Guid.NewGuid():N}.tmp");
        File.WriteAllText(stray, "");

        using var second = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(path), epochs: null, TinyRun.Location, second);
        Assert.Equal(steps / 12 + 1, second.Start!.FirstEpoch);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(Path.Combine(path, "model.safetensors")));
        Assert.Equal(Losses(run.Folder.Metrics), Losses(Path.Combine(path, "metrics.csv")));
        Assert.False(File.Exists(stray));
        Assert.Equal(Pictures(run.Folder.Path), Pictures(path));
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("plateau")]
    [InlineData("step")]
    [InlineData("cosine")]
    [InlineData("exponential")]
    public void With_every_schedule_a_stopped_run_resumes_to_the_same_bytes(string schedule)
    {
        // At a rate this low nothing gets better, so that without patience a plateau is reached within the four epochs.
        var config = Config with
        {
            LrSchedule = schedule,
            LearningRate = 1e-7f,
            Epochs = 4,
            ImageEvery = 0,
            ScheduleSettings = new()
            {
                Milestones = schedule == "step" ? [2] : null,
                Patience = schedule == "plateau" ? 0 : null,
            },
        };
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var whole = TrainWorkflow.Start(
            config with
            {
                Name = "whole",
            },
            folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        var rates = observer.Epochs.Select(e => e[0].LearningRate).ToArray();
        Assert.Equal(schedule == "constant" ? 1 : 2, Math.Min(2, rates.Distinct().Count()));
        if (schedule == "step")
            Assert.Equal([1e-7f, 1e-7f, 1e-8f, 1e-8f], rates, (a, b) => Math.Abs(a - b) < 1e-13f);

        using var first = new RecordingObserver { StopAfter = 40 };
        Assert.Throws<RunStoppedException>(() =>
            TrainWorkflow.Start(
                config with
                {
                    Name = "parts",
                },
                folder.Path,
                overwrite: false,
                TinyRun.Location,
                first,
                cancellation: first.Token
            )
        );
        var parts = RunFolder.Open(folder.File("parts"));
        TrainWorkflow.Resume(parts, epochs: null, TinyRun.Location, observer);
        Assert.Equal(File.ReadAllBytes(whole.Model), File.ReadAllBytes(parts.Model));
        Assert.Equal(Losses(whole.Metrics), Losses(parts.Metrics));
    }

    [Fact]
    public void A_run_with_batch_normalisation_resumes_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        using var whole = new RecordingObserver();
        var config = Config with
        {
            ModelOptions = new CnnVaeOptions { Network = new DcganOptions { Channels = [2, 3] } },
            ImageEvery = 0,
            Name = "whole",
        };
        var expected = TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, whole);
        using var first = new RecordingObserver { StopAfter = 17 };
        Assert.Throws<RunStoppedException>(() =>
            TrainWorkflow.Start(
                config with
                {
                    Name = "stopped",
                },
                folder.Path,
                overwrite: false,
                TinyRun.Location,
                first,
                cancellation: first.Token
            )
        );
        using var second = new RecordingObserver();
        var resumed = RunFolder.Open(folder.File("stopped"));
        TrainWorkflow.Resume(resumed, epochs: null, TinyRun.Location, second);
        Assert.Equal(File.ReadAllBytes(expected.Model), File.ReadAllBytes(resumed.Model));
        Assert.Equal(whole.Epochs[^1].Select(r => r.Loss), second.Epochs[^1].Select(r => r.Loss));
        using var loaded = LoadedRun.Open(resumed.Path);
        Assert.Equal("cnn-vae", loaded.Config.Model);
        Assert.IsType<DcganOptions>(loaded.Model.Options.Network);
    }

    [Fact]
    public void More_epochs_give_the_bytes_of_a_run_that_had_them_from_the_start()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var started = TrainWorkflow.Start(
            Config with
            {
                Epochs = 1,
                ImageEvery = 0,
            },
            folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        TrainWorkflow.Resume(started, epochs: 2, TinyRun.Location, observer);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(started.Model));
        Assert.Equal(2, RunSettings.Load(started).Epochs);
        Assert.Equal(
            ["reconstruction-epoch-001.png", "reconstruction-epoch-002.png"],
            Directory
                .GetFiles(folder.File("vae-arrays-z2/images"), "reconstruction*")
                .Select(f => Path.GetFileName(f))
                .Order()
        );
        // Without figures of every epoch, there are no codes of epochs either.
        Assert.DoesNotContain(
            RunFiles.Of(started.Path),
            f => f.Contains("latent", StringComparison.Ordinal) && f.Contains("epoch", StringComparison.Ordinal)
        );

        Assert.Equal(
            "epochs is 1; it must be 2 or more, since the run has started epoch 2.",
            Assert
                .Throws<ArgumentException>(() => TrainWorkflow.Resume(started, epochs: 1, TinyRun.Location, observer))
                .Message
        );
        Assert.Equal(2, RunSettings.Load(started).Epochs);

        byte[] weights = File.ReadAllBytes(started.Model);
        TrainWorkflow.Resume(started, epochs: null, TinyRun.Location, observer);
        Assert.Contains("all 2 epochs are done; give a higher --epochs to continue.", observer.Notes);
        Assert.Equal(weights, File.ReadAllBytes(started.Model));
    }

    [Fact]
    public void Options_of_a_model_that_is_larger_than_the_checkpoints_take_no_memory()
    {
        using var copy = Copy();
        string config = copy.File("config.json");
        var options = RunSettings.ReadFile(config);
        options["encoder-hidden"] = new JsonArray(30_000, 30_000);
        File.WriteAllText(config, options.ToJsonString());
        var before = RunFiles.Snapshot(copy.Path);
        using var observer = new RecordingObserver();
        var e = Assert.Throws<InvalidDataException>(() =>
            TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 3, TinyRun.Location, observer)
        );
        Assert.StartsWith($"{config} describes a model whose weights take 3,6", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, RunFiles.Snapshot(copy.Path));
    }

    [Fact]
    public void Resuming_passes_over_damaged_checkpoints_and_stops_where_all_are()
    {
        using var copy = Copy();
        string[] checkpoints = [.. Directory.GetFiles(copy.File("checkpoints")).Order()];
        Truncate(checkpoints[1]);
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: null, TinyRun.Location, observer);
        Assert.StartsWith($"skipped a damaged checkpoint: {checkpoints[1]}", observer.Notes.Single());
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(copy.File("model.safetensors")));

        foreach (string file in checkpoints)
            Truncate(file);
        var before = RunFiles.Snapshot(copy.Path);
        var e = Assert.Throws<InvalidDataException>(() =>
            TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 3, TinyRun.Location, observer)
        );
        Assert.StartsWith(
            $"none of the 2 checkpoints in {copy.File("checkpoints")} is intact ({checkpoints[1]}: ",
            e.Message
        );
        Assert.Equal(before, RunFiles.Snapshot(copy.Path));
    }

    [Fact]
    public void Weights_without_checkpoints_are_not_trained_over()
    {
        using var copy = Copy();
        Directory.Delete(copy.File("checkpoints"), recursive: true);
        var before = RunFiles.Snapshot(copy.Path);
        using var observer = new RecordingObserver();
        Assert.StartsWith(
            $"{copy.Path} has weights but no checkpoint to resume from; nothing was changed.",
            Assert
                .Throws<InvalidDataException>(() =>
                    TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: null, TinyRun.Location, observer)
                )
                .Message
        );
        Assert.Equal(before, RunFiles.Snapshot(copy.Path));
    }

    [Fact]
    public void A_run_that_never_came_to_a_checkpoint_starts_again()
    {
        using var copy = Copy();
        foreach (string part in (string[])["checkpoints", "images", "plots", "latent"])
            Directory.Delete(copy.File(part), recursive: true);
        File.Delete(copy.File("model.safetensors"));
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: null, TinyRun.Location, observer);
        Assert.Equal(["there is no checkpoint yet; training starts from the beginning."], observer.Notes);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(copy.File("model.safetensors")));
        Assert.Equal(RunFiles.Promised, RunFiles.Written(copy.Path));
    }

    [Fact]
    public void Lost_metrics_are_told_and_damaged_ones_stop_resuming()
    {
        using var copy = Copy();
        File.Delete(copy.File("metrics.csv"));
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 3, TinyRun.Location, observer);
        Assert.Equal([$"{copy.File("metrics.csv")} is missing; the metrics of 2 epochs are lost."], observer.Notes);
        Assert.Equal([3, 3], MetricsTable.Load(copy.File("metrics.csv")).Rows.Select(r => r.Epoch));

        File.WriteAllText(copy.File("metrics.csv"), "junk");
        var before = RunFiles.Snapshot(copy.Path);
        Assert.EndsWith(
            "Nothing was changed; move that file away to resume without its metrics.",
            Assert
                .Throws<InvalidDataException>(() =>
                    TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 4, TinyRun.Location, observer)
                )
                .Message
        );
        Assert.Equal(before, RunFiles.Snapshot(copy.Path));
    }

    [Fact]
    public void Two_processes_do_not_train_one_run()
    {
        using var copy = Copy();
        using var observer = new RecordingObserver();
        var copied = RunFolder.Open(copy.Path);
        string complaint =
            $"another process is training {copy.Path}; wait for it to end, or train under another --name.";
        using (RunLock.Take(copied))
        {
            Assert.Equal(
                complaint,
                Assert
                    .Throws<IOException>(() => TrainWorkflow.Resume(copied, epochs: null, TinyRun.Location, observer))
                    .Message
            );
            Assert.Equal(
                complaint,
                Assert
                    .Throws<IOException>(() =>
                        RunFolder.Create(Path.GetDirectoryName(copy.Path)!, copied.Name, overwrite: true)
                    )
                    .Message
            );
        }
        Assert.Equal(RunFiles.Promised, RunFiles.Written(copy.Path));
        // What a killed process leaves is no lock.
        File.WriteAllText(copied.Lock, "");
        TrainWorkflow.Resume(copied, epochs: null, TinyRun.Location, observer);
        Assert.Equal(RunFiles.Promised, RunFiles.Written(copy.Path));
    }

    private TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(run.Folder.Path, "*", SearchOption.AllDirectories))
        {
            string target = copy.File(Path.GetRelativePath(run.Folder.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }

    private static void Truncate(string file)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(stream.Length / 2);
    }

    /// <summary>The digests of figures and codes, of single epochs and of the end.</summary>
    private static Dictionary<string, string> Pictures(string path) =>
        RunFiles.Snapshot(path).Where(file => file.Key.Split('/')[0] is "images" or "latent" or "plots").ToDictionary();

    /// <summary>All columns but those of time.</summary>
    private static IEnumerable<string> Losses(string path) =>
        File.ReadLines(path).Select(line => string.Join(',', line.Split(',')[..^2]));
}
