using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;
using Elbo.Workflows;

namespace Elbo.Tests.Workflows;

[Collection(TinyRunTests.Name)]
public class TrainWorkflowTests(TinyRun run)
{
    private static readonly string[] Promised =
    [
        "checkpoints/step-00000012.safetensors", "checkpoints/step-00000024.safetensors", "config.json",
        "images/input.png", "images/manifold-epoch-001.png", "images/manifold-epoch-002.png", "images/reconstruction-epoch-001.png", "images/reconstruction-epoch-002.png",
        "latent/test.csv", "metrics.csv", "model.safetensors",
        "plots/curves.pdf", "plots/curves.png", "plots/latent.html", "plots/latent.pdf", "plots/latent.png", "plots/manifold.pdf", "plots/manifold.png", "plots/reconstruction.pdf", "plots/reconstruction.png",
        "plots/samples.pdf", "plots/samples.png", "report.html", "run.json",
    ];

    [Fact]
    public void A_run_writes_every_promised_file_and_no_other()
        => Assert.Equal(Promised, Written(run.Folder.Path));

    [Fact]
    public void The_name_tells_model_dataset_and_latent_size() => Assert.Equal("vae-digits-z2", run.Folder.Name);

    [Fact]
    public void The_observer_hears_of_the_start_and_of_every_epoch()
    {
        Assert.Equal((12_000, 0, 2_000, 1), (run.Start.TrainImages, run.Start.ValidationImages, run.Start.TestImages, run.Start.FirstEpoch));
        // 784·12 + 12 into the encoder, 2·(12·2 + 2) to code, 2·12 + 12 and 12·784 + 784 back.
        Assert.Equal(9420 + 52 + 36 + 10_192, run.Start.Parameters);
        Assert.Equal([1, 2], run.Epochs.Select(e => e[0].Epoch));
        Assert.All(run.Epochs, e => Assert.Equal(["train", "test"], e.Select(r => r.Split)));
        Assert.True(run.Epochs[1][0].Loss < run.Epochs[0][0].Loss);
        Assert.Empty(run.Notes);
    }

    [Fact]
    public void Metrics_hold_the_figures_of_the_epochs()
    {
        var rows = MetricsTable.Load(run.Folder.Metrics).Rows;
        Assert.Equal([(1, "train"), (1, "test"), (2, "train"), (2, "test")], rows.Select(r => (r.Epoch, r.Split)));
        Assert.Equal(run.Epochs.SelectMany(e => e).Select(r => r.Loss), rows.Select(r => r.Loss), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.All(rows, r => Assert.Equal(r.Loss, r.Terms.Sum(t => t.Value), 1e-3));
        Assert.All(rows, r => Assert.Equal(5e-3f, r.LearningRate));
    }

    [Fact]
    public void Codes_of_the_test_images_are_written_with_their_labels()
    {
        string[] lines = File.ReadAllLines(run.Folder.Latent("test.csv"));
        Assert.Equal("z1,z2,category", lines[0]);
        Assert.Equal(2_001, lines.Length);
        Assert.Equal(run.Loaded.Data.Test.Labels!.Value.Span[0].ToString(), lines[1].Split(',')[2]);
    }

    [Fact]
    public void The_last_checkpoint_holds_the_weights_of_the_model_file()
    {
        var checkpoint = new CheckpointStore(run.Folder.Checkpoints).LoadNewestSound(out _)!;
        using var reader = new SafetensorsReader(run.Folder.Model);
        foreach (var tensor in checkpoint.Model) Bits.AssertEqual(tensor.Values, reader.ReadFloats(tensor.Name).Values);
        Assert.Equal((2, 24L), (checkpoint.State.Epoch, checkpoint.State.Step));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(23)]
    public void A_cancelled_run_resumes_to_the_same_bytes(int steps)
    {
        using var folder = new TemporaryFolder();
        using var first = new RecordingObserver { StopAfter = steps };
        var e = Assert.Throws<RunStoppedException>(() => TrainWorkflow.Start(TinyRun.Config with { Threads = 1 }, folder.Path, overwrite: false, TinyRun.Location, first, cancellation: first.Token));
        string path = folder.File("vae-digits-z2");
        Assert.Equal($"stopped in epoch {steps / 12 + 1}; 'elbo resume {path}' goes on.", e.Message);
        // Leftovers as of a process killed while it wrote.
        string stray = Path.Combine(path, "images", $".input.png.{Guid.NewGuid():N}.tmp");
        File.WriteAllText(stray, "");

        using var second = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(path), epochs: null, TinyRun.Location, second);
        Assert.Equal(steps / 12 + 1, second.Start!.FirstEpoch);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(Path.Combine(path, "model.safetensors")));
        Assert.Equal(Losses(run.Folder.Metrics), Losses(Path.Combine(path, "metrics.csv")));
        Assert.Equal(File.ReadAllBytes(run.Folder.Latent("test.csv")), File.ReadAllBytes(Path.Combine(path, "latent", "test.csv")));
        Assert.False(File.Exists(stray));
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
        var config = TinyRun.Config with
        {
            Schedule = schedule,
            LearningRate = 1e-7f,
            Epochs = 4,
            ImageEvery = 0,
            ScheduleMilestones = schedule == "step" ? [2] : null,
            SchedulePatience = schedule == "plateau" ? 0 : null,
        };
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var whole = TrainWorkflow.Start(config with { Name = "whole" }, folder.Path, overwrite: false, TinyRun.Location, observer);
        var rates = observer.Epochs.Select(e => e[0].LearningRate).ToArray();
        Assert.Equal(schedule == "constant" ? 1 : 2, Math.Min(2, rates.Distinct().Count()));
        if (schedule == "step") Assert.Equal([1e-7f, 1e-7f, 1e-8f, 1e-8f], rates, (a, b) => Math.Abs(a - b) < 1e-13f);

        using var first = new RecordingObserver { StopAfter = 40 };
        Assert.Throws<RunStoppedException>(() => TrainWorkflow.Start(config with { Name = "parts" }, folder.Path, overwrite: false, TinyRun.Location, first, cancellation: first.Token));
        var parts = RunFolder.Open(folder.File("parts"));
        TrainWorkflow.Resume(parts, epochs: null, TinyRun.Location, observer);
        Assert.Equal(File.ReadAllBytes(whole.Model), File.ReadAllBytes(parts.Model));
        Assert.Equal(Losses(whole.Metrics), Losses(parts.Metrics));
    }

    [Theory]
    [InlineData(2, 5, new[] { 2, 4, 5 })]
    [InlineData(3, 6, new[] { 3, 6 })]
    [InlineData(20, 3, new[] { 3 })]
    [InlineData(1, 7, new[] { 3, 4, 5, 6, 7 })]
    public void Checkpoints_are_of_every_nth_epoch_and_of_the_last(int every, int epochs, int[] expected)
        => Assert.Equal(expected, CheckpointedEpochs(TinyRun.Config with { CheckpointEvery = every, Epochs = epochs }));

    [Fact]
    public void As_many_checkpoints_are_kept_as_asked_for_and_with_zero_all()
    {
        Assert.Equal([6, 7], CheckpointedEpochs(TinyRun.Config with { KeepCheckpoints = 2, Epochs = 7 }));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], CheckpointedEpochs(TinyRun.Config with { KeepCheckpoints = 0, Epochs = 7 }));
    }

    [Fact]
    public void A_run_with_batch_normalisation_resumes_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        using var whole = new RecordingObserver();
        var config = TinyRun.Config with { ModelOptions = new CnnVaeOptions { Channels = [2, 3] }, ImageEvery = 0, Name = "whole" };
        var expected = TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, whole);
        using var first = new RecordingObserver { StopAfter = 17 };
        Assert.Throws<RunStoppedException>(() => TrainWorkflow.Start(config with { Name = "stopped" }, folder.Path, overwrite: false, TinyRun.Location, first, cancellation: first.Token));
        using var second = new RecordingObserver();
        var resumed = RunFolder.Open(folder.File("stopped"));
        TrainWorkflow.Resume(resumed, epochs: null, TinyRun.Location, second);
        Assert.Equal(File.ReadAllBytes(expected.Model), File.ReadAllBytes(resumed.Model));
        Assert.Equal(whole.Epochs[^1].Select(r => r.Loss), second.Epochs[^1].Select(r => r.Loss));
        using var loaded = LoadedRun.Open(resumed.Path);
        Assert.Equal("cnn-vae", loaded.Config.Model);
        Assert.IsType<CnnVae>(loaded.Model);
    }

    [Fact]
    public void More_epochs_give_the_bytes_of_a_run_that_had_them_from_the_start()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var started = TrainWorkflow.Start(TinyRun.Config with { Epochs = 1, ImageEvery = 0 }, folder.Path, overwrite: false, TinyRun.Location, observer);
        TrainWorkflow.Resume(started, epochs: 2, TinyRun.Location, observer);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(started.Model));
        Assert.Equal(2, RunSettings.Load(started).Epochs);
        Assert.Equal(["reconstruction-epoch-001.png", "reconstruction-epoch-002.png"], Directory.GetFiles(folder.File("vae-digits-z2/images"), "reconstruction*").Select(f => Path.GetFileName(f)).Order());

        Assert.Equal("epochs is 1; the run has begun 2 already, and none is taken back.", Assert.Throws<ArgumentException>(() => TrainWorkflow.Resume(started, epochs: 1, TinyRun.Location, observer)).Message);
        Assert.Equal(2, RunSettings.Load(started).Epochs);

        byte[] weights = File.ReadAllBytes(started.Model);
        TrainWorkflow.Resume(started, epochs: null, TinyRun.Location, observer);
        Assert.Contains("all 2 epochs are done; --epochs with a higher number trains on.", observer.Notes);
        Assert.Equal(weights, File.ReadAllBytes(started.Model));
    }

    [Fact]
    public void Resuming_passes_over_damaged_checkpoints_and_stops_where_all_are()
    {
        using var copy = Copy();
        string[] checkpoints = [.. Directory.GetFiles(copy.File("checkpoints")).Order()];
        Truncate(checkpoints[1]);
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: null, TinyRun.Location, observer);
        Assert.StartsWith($"passed over a damaged checkpoint: {checkpoints[1]}", observer.Notes.Single());
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(copy.File("model.safetensors")));

        foreach (string file in checkpoints) Truncate(file);
        var before = Snapshot(copy.Path);
        var e = Assert.Throws<InvalidDataException>(() => TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 3, TinyRun.Location, observer));
        Assert.StartsWith($"none of the 2 checkpoints in {copy.File("checkpoints")} is sound ({checkpoints[1]}: ", e.Message);
        Assert.Equal(before, Snapshot(copy.Path));
    }

    [Fact]
    public void Weights_without_checkpoints_are_not_trained_over()
    {
        using var copy = Copy();
        Directory.Delete(copy.File("checkpoints"), recursive: true);
        var before = Snapshot(copy.Path);
        using var observer = new RecordingObserver();
        Assert.StartsWith($"{copy.Path} has weights but no checkpoint to go on from; nothing was changed.", Assert.Throws<InvalidDataException>(() => TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: null, TinyRun.Location, observer)).Message);
        Assert.Equal(before, Snapshot(copy.Path));
    }

    [Fact]
    public void A_run_that_never_came_to_a_checkpoint_starts_again()
    {
        using var copy = Copy();
        foreach (string part in (string[])["checkpoints", "images", "plots", "latent"]) Directory.Delete(copy.File(part), recursive: true);
        File.Delete(copy.File("model.safetensors"));
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: null, TinyRun.Location, observer);
        Assert.Equal(["there is no checkpoint yet; training begins anew."], observer.Notes);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(copy.File("model.safetensors")));
        Assert.Equal(Promised, Written(copy.Path));
    }

    [Fact]
    public void Lost_metrics_are_told_and_damaged_ones_stop_resuming()
    {
        using var copy = Copy();
        File.Delete(copy.File("metrics.csv"));
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 3, TinyRun.Location, observer);
        Assert.Equal([$"{copy.File("metrics.csv")} is gone, and with it the figures of 2 epochs."], observer.Notes);
        Assert.Equal([3, 3], MetricsTable.Load(copy.File("metrics.csv")).Rows.Select(r => r.Epoch));

        File.WriteAllText(copy.File("metrics.csv"), "junk");
        var before = Snapshot(copy.Path);
        Assert.EndsWith("Nothing was changed; move that file away to go on without its figures.", Assert.Throws<InvalidDataException>(() => TrainWorkflow.Resume(RunFolder.Open(copy.Path), epochs: 4, TinyRun.Location, observer)).Message);
        Assert.Equal(before, Snapshot(copy.Path));
    }

    [Fact]
    public void What_is_wrong_with_the_options_shows_before_a_file_is_touched()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        void AssertRefused<T>(RunConfig config, string complaint, string output, bool overwrite = false) where T : Exception
            => Assert.StartsWith(complaint, Assert.ThrowsAny<T>(() => TrainWorkflow.Start(config, output, overwrite, TinyRun.Location, observer)).Message);

        string runs = folder.File("runs");
        AssertRefused<ArgumentException>(TinyRun.Config with { Epochs = 0 }, "epochs is 0;", runs);
        AssertRefused<ArgumentException>(TinyRun.Config with { ValidationFraction = 0.99999f }, "a validation fraction of 0.99999 leaves none of 12000 images", runs);
        AssertRefused<ArgumentException>(TinyRun.Config with { ModelOptions = TinyRun.Network with { EncoderHidden = [65_536, 65_536] } }, "layer encoder.hidden.1 would have", runs);
        AssertRefused<FileNotFoundException>(TinyRun.Config with { Dataset = "mnist" }, "mnist is not on this machine and downloading is off;", runs);
        AssertRefused<ArgumentException>(TinyRun.Config, "output is empty;", "");
        Assert.False(Directory.Exists(runs));
        Assert.Null(observer.Start);

        var kept = RunFolder.Create(runs, "kept", overwrite: false);
        File.WriteAllText(kept.Config, "{}");
        AssertRefused<ArgumentException>(TinyRun.Config with { Name = "kept", ValidationFraction = 0.99999f }, "a validation fraction", runs, overwrite: true);
        Assert.True(File.Exists(kept.Config));
    }

    [Fact]
    public void A_last_step_that_ruins_the_weights_leaves_no_checkpoint_of_them()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var config = TinyRun.Config with { Optimizer = "sgd", LearningRate = 1e30f, BatchSize = 12_000, Name = "run" };
        Assert.Matches("^the test loss became (NaN|Infinity) after epoch 1; earlier checkpoints are untouched.", Assert.Throws<TrainingFailedException>(() => TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, observer)).Message);
        Assert.False(Directory.Exists(folder.File("run/checkpoints")));
        Assert.False(File.Exists(folder.File("run/model.safetensors")));
    }

    [Fact]
    public void Validation_images_stop_a_run_that_no_longer_improves()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        // So small a rate that no epoch improves by the tenth of a nat that counts.
        var config = TinyRun.Config with { Epochs = 9, LearningRate = 1e-9f, EarlyStopping = 2, ValidationFraction = 0.1f, CheckpointEvery = 5, ImageEvery = 0, Schedule = "exponential" };
        var stopped = TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, observer);
        Assert.Equal((10_800, 1_200), (observer.Start!.TrainImages, observer.Start.ValidationImages));
        Assert.Equal([1, 2, 3], observer.Epochs.Select(e => e[0].Epoch));
        Assert.All(observer.Epochs, e => Assert.Equal(["train", "validation", "test"], e.Select(r => r.Split)));
        Assert.Equal([1f, 0.95f, 0.9025f], observer.Epochs.Select(e => e[0].LearningRate / 1e-9f), (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.Equal("stopped after epoch 3: 2 epochs without improvement of the validation loss.", observer.Notes[0]);
        Assert.Equal(["best.safetensors", "step-00000033.safetensors"], Directory.GetFiles(stopped.Checkpoints).Select(f => Path.GetFileName(f)).Order());
        Assert.True(File.Exists(stopped.Plot("curves.pdf")));

        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, observer);
        Assert.Equal("early stopping has ended this run; there is nothing left to train.", observer.Notes[^2]);
        Assert.Equal(3, observer.Epochs.Count);
    }

    [Fact]
    public void A_run_with_noise_shows_its_noisy_inputs_and_one_of_three_dimensions_no_manifold()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        TrainWorkflow.Start(TinyRun.Config with { Epochs = 1, ModelOptions = TinyRun.Network with { LatentDim = 3 }, Noise = NoiseKind.Gaussian, Name = "noisy" }, folder.Path, overwrite: false, TinyRun.Location, observer);
        Assert.Equal(
            [
                "checkpoints/step-00000012.safetensors", "config.json", "images/input.png", "images/input_noise.png", "images/reconstruction-epoch-001.png", "latent/test.csv", "metrics.csv",
                "model.safetensors", "plots/curves.pdf", "plots/curves.png", "plots/denoising.pdf", "plots/denoising.png", "plots/latent.html",
                "plots/latent.pdf", "plots/latent.png", "plots/samples.pdf", "plots/samples.png", "report.html", "run.json",
            ],
            Written(folder.File("noisy")));
        var (width, height, _, clean) = PngReader.Read(folder.File("noisy/images/input.png"));
        Assert.Equal((10 * 29 - 1, 10 * 29 - 1), (width, height));
        Assert.NotEqual(clean, PngReader.Read(folder.File("noisy/images/input_noise.png")).Pixels);
    }

    [Fact]
    public void Codes_of_more_than_three_dimensions_are_plotted_by_their_principal_components_and_the_page_says_so()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        TrainWorkflow.Start(TinyRun.Config with { Epochs = 1, ModelOptions = TinyRun.Network with { LatentDim = 5 }, Name = "five" }, folder.Path, overwrite: false, TinyRun.Location, observer);
        Assert.True(File.Exists(folder.File("five/plots/latent.png")) && File.Exists(folder.File("five/plots/latent.pdf")));
        string page = File.ReadAllText(folder.File("five/plots/latent.html"));
        Assert.Contains("latent space of 2,000 test images by PCA", page, StringComparison.Ordinal);
        Assert.Contains("PCA of 5 latent dimensions: the plane keeps ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 100, false)]
    [InlineData(2, 1, true)]
    [InlineData(3, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(4, 2, true)]
    [InlineData(256, 2, true)]
    [InlineData(257, 300, false)]
    public void A_latent_plot_needs_a_plane_that_can_be_found(int dimensions, int count, bool possible)
        => Assert.Equal(possible, LatentPlot.IsPossible(dimensions, count));

    [Fact]
    public void Two_processes_do_not_train_one_run()
    {
        using var copy = Copy();
        using var observer = new RecordingObserver();
        var copied = RunFolder.Open(copy.Path);
        string complaint = $"another process is training {copy.Path}; wait for it to end, or train under another --name.";
        using (RunLock.Take(copied))
        {
            Assert.Equal(complaint, Assert.Throws<IOException>(() => TrainWorkflow.Resume(copied, epochs: null, TinyRun.Location, observer)).Message);
            Assert.Equal(complaint, Assert.Throws<IOException>(() => RunFolder.Create(Path.GetDirectoryName(copy.Path)!, copied.Name, overwrite: true)).Message);
        }
        Assert.Equal(Promised, Written(copy.Path));
        // What a killed process leaves is no lock.
        File.WriteAllText(copied.Lock, "");
        TrainWorkflow.Resume(copied, epochs: null, TinyRun.Location, observer);
        Assert.Equal(Promised, Written(copy.Path));
    }

    [Fact]
    public void Cancelled_before_it_begins_a_run_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        Assert.ThrowsAny<OperationCanceledException>(() => TrainWorkflow.Start(TinyRun.Config, folder.File("runs"), overwrite: false, TinyRun.Location, observer, cancellation: new CancellationToken(canceled: true)));
        Assert.False(Directory.Exists(folder.File("runs")));
    }

    private static IEnumerable<int> CheckpointedEpochs(RunConfig config)
    {
        const int StepsPerEpoch = 3;
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var run = TrainWorkflow.Start(config with { BatchSize = 4000, ImageEvery = 0 }, folder.Path, overwrite: false, TinyRun.Location, observer);
        return [.. Directory.GetFiles(run.Checkpoints).Select(f => int.Parse(Path.GetFileNameWithoutExtension(f)["step-".Length..], System.Globalization.CultureInfo.InvariantCulture) / StepsPerEpoch).Order()];
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

    private static string[] Written(string folder)
        => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Snapshot(string folder)
        => Written(folder).ToDictionary(f => f, f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, f)))));

    private static void Truncate(string file)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(stream.Length / 2);
    }

    /// <summary>All columns but those of time.</summary>
    private static IEnumerable<string> Losses(string path) => File.ReadLines(path).Select(line => string.Join(',', line.Split(',')[..^2]));
}
