using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

[Collection(TinyRunTests.Name)]
public class TrainWorkflowTests(TinyRun run)
{
    [Fact]
    public void A_run_writes_every_promised_file_and_no_other() =>
        Assert.Equal(RunFiles.Promised, RunFiles.Written(run.Folder.Path));

    [Fact]
    public void The_name_tells_model_dataset_and_latent_size() => Assert.Equal("vae-digits-z2", run.Folder.Name);

    [Fact]
    public void The_observer_hears_of_the_start_and_of_every_epoch()
    {
        Assert.Equal(
            (12_000, 0, 2_000, 1),
            (run.Start.TrainImages, run.Start.ValidationImages, run.Start.TestImages, run.Start.FirstEpoch)
        );
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
        Assert.Equal(
            run.Epochs.SelectMany(e => e).Select(r => r.Loss),
            rows.Select(r => r.Loss),
            (a, b) => Math.Abs(a - b) < 1e-5
        );
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
        foreach (var tensor in checkpoint.Model)
            Bits.AssertEqual(tensor.Values, reader.ReadFloats(tensor.Name).Values);
        Assert.Equal((2, 24L), (checkpoint.State.Epoch, checkpoint.State.Step));
    }

    [Theory]
    [InlineData(2, 5, new[] { 2, 4, 5 })]
    [InlineData(3, 6, new[] { 3, 6 })]
    [InlineData(20, 3, new[] { 3 })]
    [InlineData(1, 7, new[] { 3, 4, 5, 6, 7 })]
    public void Checkpoints_are_of_every_nth_epoch_and_of_the_last(int every, int epochs, int[] expected) =>
        Assert.Equal(
            expected,
            CheckpointedEpochs(SmallDigits.Config with { CheckpointEvery = every, Epochs = epochs })
        );

    [Fact]
    public void As_many_checkpoints_are_kept_as_asked_for_and_with_zero_all()
    {
        Assert.Equal([6, 7], CheckpointedEpochs(SmallDigits.Config with { KeepCheckpoints = 2, Epochs = 7 }));
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7],
            CheckpointedEpochs(SmallDigits.Config with { KeepCheckpoints = 0, Epochs = 7 })
        );
    }

    [Fact]
    public void What_is_wrong_with_the_options_shows_before_a_file_is_touched()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        void AssertRefused<T>(RunConfig config, string complaint, string output, bool overwrite = false)
            where T : Exception =>
            Assert.StartsWith(
                complaint,
                Assert
                    .ThrowsAny<T>(() => TrainWorkflow.Start(config, output, overwrite, TinyRun.Location, observer))
                    .Message
            );

        string runs = folder.File("runs");
        AssertRefused<ArgumentException>(TinyRun.Config with { Epochs = 0 }, "epochs is 0;", runs);
        AssertRefused<ArgumentException>(
            TinyRun.Config with
            {
                ValidationFraction = 0.99999f,
            },
            "a validation fraction of 0.99999 leaves none of 12000 images",
            runs
        );
        AssertRefused<ArgumentException>(
            TinyRun.Config with
            {
                ModelOptions = TinyRun.Network with { Network = DenseOptions.WithLayers([65_536, 65_536], [12]) },
            },
            "layer encoder.hidden.1 would have",
            runs
        );
        AssertRefused<FileNotFoundException>(
            TinyRun.Config with
            {
                Dataset = "mnist",
            },
            "mnist is not on this machine and downloading is off;",
            runs
        );
        AssertRefused<ArgumentException>(TinyRun.Config, "output is empty;", "");
        Assert.False(Directory.Exists(runs));
        Assert.Null(observer.Start);

        var kept = RunFolder.Create(runs, "kept", overwrite: false);
        File.WriteAllText(kept.Config, "{}");
        AssertRefused<ArgumentException>(
            TinyRun.Config with
            {
                Name = "kept",
                ValidationFraction = 0.99999f,
            },
            "a validation fraction",
            runs,
            overwrite: true
        );
        Assert.True(File.Exists(kept.Config));
    }

    [Fact]
    public void A_last_step_that_ruins_the_weights_leaves_no_checkpoint_of_them()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var config = SmallDigits.Config with
        {
            Optimizer = "sgd",
            LearningRate = 1e30f,
            BatchSize = 1200,
            Name = "run",
        };
        Assert.Matches(
            "^the test loss became (NaN|Infinity) after epoch 1; earlier checkpoints are untouched.",
            Assert
                .Throws<TrainingFailedException>(() =>
                    TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, observer)
                )
                .Message
        );
        Assert.False(Directory.Exists(folder.File("run/checkpoints")));
        Assert.False(File.Exists(folder.File("run/model.safetensors")));
    }

    [Fact]
    public void A_run_whose_folder_is_deleted_stops_at_the_end_of_the_epoch()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver
        {
            AtEpoch = () => Directory.Delete(folder.File("run"), recursive: true),
        };
        var config = SmallDigits.Config with { Epochs = 3, Name = "run" };
        Assert.StartsWith(
            $"{folder.File("run")} was deleted or moved while it was training",
            Assert.Throws<IOException>(() => observer.Train(config, folder)).Message
        );
        Assert.Single(observer.Epochs);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void Validation_images_stop_a_run_that_no_longer_improves()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        // So small a rate that no epoch improves by the tenth of a nat that counts.
        var config = SmallDigits.Config with
        {
            Epochs = 9,
            LearningRate = 1e-9f,
            EarlyStopping = 2,
            ValidationFraction = 0.1f,
            CheckpointEvery = 5,
            LrSchedule = "exponential",
        };
        var stopped = TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, observer);
        Assert.Equal((1_080, 120), (observer.Start!.TrainImages, observer.Start.ValidationImages));
        Assert.Equal([1, 2, 3], observer.Epochs.Select(e => e[0].Epoch));
        Assert.All(observer.Epochs, e => Assert.Equal(["train", "validation", "test"], e.Select(r => r.Split)));
        Assert.Equal(
            [1f, 0.95f, 0.9025f],
            observer.Epochs.Select(e => e[0].LearningRate / 1e-9f),
            (a, b) => MathF.Abs(a - b) < 1e-5f
        );
        Assert.Equal("stopped after epoch 3: 2 epochs without improvement of the validation loss.", observer.Notes[0]);
        Assert.Equal(
            ["best.safetensors", "step-00000033.safetensors"],
            Directory.GetFiles(stopped.Checkpoints).Select(f => Path.GetFileName(f)).Order()
        );
        Assert.True(File.Exists(stopped.Plot("curves.pdf")));

        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, observer);
        Assert.Equal("early stopping has ended this run; nothing is left to train.", observer.Notes[^2]);
        Assert.Equal(3, observer.Epochs.Count);

        byte[] options = File.ReadAllBytes(stopped.Config);
        Assert.StartsWith(
            $"early stopping ended {stopped.Path} after epoch 3, so a higher --epochs would train nothing.",
            Assert
                .Throws<ArgumentException>(() => TrainWorkflow.Resume(stopped, epochs: 20, TinyRun.Location, observer))
                .Message
        );
        Assert.Equal(options, File.ReadAllBytes(stopped.Config));
    }

    [Fact]
    public void A_run_with_noise_shows_its_noisy_inputs_and_one_of_three_dimensions_no_manifold()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        TrainWorkflow.Start(
            SmallDigits.Config with
            {
                Epochs = 1,
                ImageEvery = 1,
                ModelOptions = TinyRun.Network with { LatentDim = 3 },
                Noise = NoiseKind.Gaussian,
                Name = "noisy",
            },
            folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        Assert.Equal(
            [
                "checkpoints/step-00000012.safetensors",
                "config.json",
                "events/events.out.tfevents.N.elbo",
                "events/test/events.out.tfevents.N.elbo",
                "events/train/events.out.tfevents.N.elbo",
                "images/input.png",
                "images/input_noise.png",
                "images/reconstruction-epoch-001.png",
                "latent/epoch-001.csv",
                "latent/test.csv",
                "metrics.csv",
                "model.safetensors",
                "plots/curves.pdf",
                "plots/curves.png",
                "plots/denoising.pdf",
                "plots/denoising.png",
                "plots/latent-epoch-001.pdf",
                "plots/latent-epoch-001.png",
                "plots/latent.html",
                "plots/latent.pdf",
                "plots/latent.png",
                "plots/samples.pdf",
                "plots/samples.png",
                "report.html",
                "run.json",
            ],
            RunFiles.Written(folder.File("noisy"))
        );
        var (width, height, _, clean) = ImageDecoder.Read(folder.File("noisy/images/input.png"));
        Assert.Equal((3 * 29 - 1, 3 * 29 - 1), (width, height));
        Assert.NotEqual(clean, ImageDecoder.Read(folder.File("noisy/images/input_noise.png")).Pixels);
    }

    [Fact]
    public void Codes_of_more_than_three_dimensions_are_plotted_by_their_principal_components_and_the_page_says_so()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        TrainWorkflow.Start(
            SmallDigits.Config with
            {
                Epochs = 1,
                ModelOptions = TinyRun.Network with { LatentDim = 5 },
                Name = "five",
            },
            folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        Assert.True(
            File.Exists(folder.File("five/plots/latent.png")) && File.Exists(folder.File("five/plots/latent.pdf"))
        );
        string page = File.ReadAllText(folder.File("five/plots/latent.html"));
        Assert.Contains("latent space of 300 test images by PCA", page, StringComparison.Ordinal);
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
    public void A_latent_plot_needs_a_plane_that_can_be_found(int dimensions, int count, bool possible) =>
        Assert.Equal(possible, LatentPlot.IsPossible(dimensions, count));

    [Fact]
    public void Cancelled_before_it_begins_a_run_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            TrainWorkflow.Start(
                TinyRun.Config,
                folder.File("runs"),
                overwrite: false,
                TinyRun.Location,
                observer,
                cancellation: new CancellationToken(canceled: true)
            )
        );
        Assert.False(Directory.Exists(folder.File("runs")));
    }

    private static IEnumerable<int> CheckpointedEpochs(RunConfig config)
    {
        const int StepsPerEpoch = 3;
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver();
        var run = TrainWorkflow.Start(
            config with
            {
                BatchSize = 400,
            },
            folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        return
        [
            .. Directory
                .GetFiles(run.Checkpoints)
                .Select(f =>
                    int.Parse(
                        Path.GetFileNameWithoutExtension(f)["step-".Length..],
                        System.Globalization.CultureInfo.InvariantCulture
                    ) / StepsPerEpoch
                )
                .Order(),
        ];
    }
}
