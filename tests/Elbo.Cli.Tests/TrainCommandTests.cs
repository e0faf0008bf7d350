using System.Text.Json;
using System.Text.RegularExpressions;

namespace Elbo.Cli.Tests;

[Collection(TrainedRunTests.Name)]
public partial class TrainCommandTests(TrainedRun run)
{
    [Fact]
    public void Two_threads_and_a_second_run_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        CalledCommand
            .Run(
                folder.Path,
                [
                    "train",
                    .. TrainedRun.Tiny,
                    "--epochs",
                    "2",
                    "--threads",
                    "2",
                    "--name",
                    "again",
                    "--image-every",
                    "0",
                ]
            )
            .Succeeded();
        Assert.Equal(run.Weights, File.ReadAllBytes(folder.File("runs/again/model.safetensors")));
    }

    [Fact]
    public void The_config_of_a_run_trains_it_again_beside_it_and_the_command_line_wins()
    {
        using var folder = new TemporaryFolder();
        string config = Path.Combine(run.Path, "config.json");
        Assert.Equal(
            "runs/vae-digits-z2\n",
            CalledCommand
                .Run(folder.Path, "train", "--config", config, "--image-every", "0")
                .Succeeded()
                .Output.Replace('\\', '/')
        );
        Assert.Equal(run.Weights, File.ReadAllBytes(folder.File("runs/vae-digits-z2/model.safetensors")));
        Assert.Equal(
            "runs/vae-digits-z2-2\n",
            CalledCommand
                .Run(folder.Path, "train", "--config", config, "--epochs", "1", "--image-every", "0")
                .Succeeded()
                .Output.Replace('\\', '/')
        );
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("runs/vae-digits-z2-2/config.json")));
        Assert.Equal(
            (1, 7),
            (json.RootElement.GetProperty("epochs").GetInt32(), json.RootElement.GetProperty("seed").GetInt32())
        );
    }

    [Fact]
    public void Every_option_is_taken()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("base.json"), """{ "epochs": 7, "beta": 3 }""");
        CalledCommand
            .Run(
                folder.Path,
                "train",
                "--config",
                "base.json",
                "--model",
                "vae",
                "--dataset",
                "digits",
                "--latent-dim",
                "3",
                "--condition",
                "labels",
                "--condition-classes",
                "9,8,7,6,5,4,3,2,1,0",
                "--encoder-hidden",
                "12,10",
                "--decoder-hidden",
                "9",
                "--activation",
                "gelu",
                "--decoder-activation",
                "relu",
                "--encoder-networks",
                "separate",
                "--decoder",
                "gaussian",
                "--variance",
                "0.1",
                "--dropout",
                "0.2",
                "--weight-init",
                "kaiming-normal",
                "--beta",
                "0.5",
                "--kl-warmup",
                "0.5",
                "--noise",
                "salt-pepper",
                "--noise-factor",
                "0.25",
                "--binarize",
                "threshold",
                "-e",
                "1",
                "-b",
                "2000",
                "-l",
                "1e-3",
                "--optimizer",
                "rmsprop",
                "--lr-schedule",
                "step",
                "--lr-milestones",
                "6,12",
                "--lr-factor",
                "0.5",
                "--clip-grad-norm",
                "5",
                "--early-stopping",
                "4",
                "--early-stopping-delta",
                "0.2",
                "--without-classes",
                "1,7",
                "--validation-fraction",
                "0.25",
                "--tensorboard",
                "none",
                "--seed",
                "18446744073709551615",
                "--threads",
                "1",
                "--checkpoint-every",
                "2",
                "--keep-checkpoints",
                "0",
                "--image-every",
                "0",
                "--reconstruction-grid",
                "5x3",
                "--manifold-grid",
                "8",
                "--manifold-range",
                "1.5",
                "--latent-points",
                "0",
                "--evaluate-every",
                "1",
                "--evaluate-samples",
                "2",
                "--evaluate-count",
                "3",
                "--name",
                "@all",
                "-o",
                "out"
            )
            .Succeeded();
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("out/@all/config.json")));
        Assert.Equal(
            """
            model="vae" latent-dim=3 encoder-hidden=[12,10] decoder-hidden=[9] activation=["gelu"]
            decoder-activation=["relu"] encoder-networks="separate" decoder="gaussian" variance=0.1
            min-std=1E-06 dropout=0.2 weight-init="kaiming-normal" condition="labels"
            condition-classes=["9","8","7","6","5","4","3","2","1","0"] dataset="digits"
            without-classes=["1","7"] validation-fraction=0.25 epochs=1
            batch-size=2000 learning-rate=0.001 beta=0.5 kl-warmup=0.5 augment=["none"] noise="salt-pepper" noise-factor=0.25
            binarize="threshold" clip-grad-norm=5 optimizer="rmsprop" lr-schedule="step" lr-milestones=[6,12]
            lr-factor=0.5 early-stopping=4 early-stopping-delta=0.2 seed=18446744073709551615 threads=1
            device="cpu" tf32=false checkpoint-every=2 keep-checkpoints=0 image-every=0 reconstruction-grid="5x3" manifold-grid="8x8"
            manifold-range=1.5 latent-points=0 evaluate-every=1 evaluate-samples=2 evaluate-count=3 tensorboard="none" name="@all"
            """.ReplaceLineEndings(" "),
            string.Join(
                ' ',
                json.RootElement.EnumerateObject().Select(p => $"{p.Name}={Space().Replace(p.Value.GetRawText(), "")}")
            )
        );
        Assert.Equal(
            ["input.png", "input_noise.png", "reconstruction-epoch-001.png"],
            Directory.GetFiles(folder.File("out/@all/images")).Select(f => Path.GetFileName(f)).Order()
        );
    }

    [Fact]
    public void Overwriting_replaces_a_run()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "runs/mine");
        Assert.Equal(
            "runs/mine\n",
            CalledCommand
                .Run(
                    folder.Path,
                    ["train", .. TrainedRun.Tiny, "-e", "1", "--image-every", "0", "--name", "mine", "--overwrite"]
                )
                .Succeeded()
                .Output.Replace('\\', '/')
        );
        Assert.Equal(["mine"], Directory.GetDirectories(folder.File("runs")).Select(f => Path.GetFileName(f)));
        Assert.Single(Directory.GetFiles(folder.File("runs/mine/checkpoints")));
    }

    [Fact]
    public void A_loss_that_is_no_number_is_told_and_the_last_good_checkpoint_kept()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "runs/mine");
        var before = folder.Snapshot();
        // Two sound epochs; then a rate that no network survives.
        string config = folder.File("runs/mine/config.json");
        File.WriteAllText(
            config,
            File.ReadAllText(config).Replace("\"learning-rate\": 0.005", "\"learning-rate\": 1e30")
        );
        var result = CalledCommand.Run(folder.Path, "resume", "runs/mine", "--epochs", "4");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Matches(
            "^elbo: the (test )?loss became (NaN|-?Infinity) .*; earlier checkpoints are untouched. A smaller "
                + "--learning-rate usually helps.$",
            result.ErrorLines[^1]
        );
        Assert.Equal(2, result.ErrorLines.Length); // what is trained, and why it is not
        // The options have the new number of epochs, the record the session that failed, and the events when it began.
        static bool Kept(string line) =>
            !line.Contains("config.json", StringComparison.Ordinal)
            && !line.Contains("run.json", StringComparison.Ordinal)
            && !line.Contains("/events/", StringComparison.Ordinal);
        Assert.Equal(before.Where(Kept), folder.Snapshot().Where(Kept));
    }

    [Fact]
    public void A_run_that_fails_at_once_says_so_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var result = CalledCommand.Run(
            folder.Path,
            "train",
            "--hidden",
            "12",
            "--optimizer",
            "sgd",
            "--learning-rate",
            "1e30"
        );
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.StartsWith("elbo: the loss became NaN at step 2 (epoch 1);", result.ErrorLines[1]);
    }

    [DataFact("mnist")]
    public void Mnist_trains_from_the_folder_of_the_option_and_of_the_variable()
    {
        using var folder = new TemporaryFolder();
        string data = RealData.Root!;
        RunningCommand
            .Run(
                folder.Path,
                "train",
                "--dataset",
                "mnist",
                "--data-dir",
                data,
                "--hidden",
                "8",
                "-b",
                "3000",
                "-e",
                "1",
                "--image-every",
                "0"
            )
            .Succeeded();
        // The run remembers where its data was.
        Assert.Equal(
            10_001,
            File.ReadAllLines(
                folder.File(
                    RunningCommand.Run(folder.Path, "embed", "runs/vae-mnist-z2").Succeeded().OutputLines.Single()
                )
            ).Length
        );
        Assert.Contains(
            Path.Combine(data, "mnist"),
            RunningCommand
                .Run(folder.Path, new Dictionary<string, string> { ["ELBO_DATA"] = data }, "datasets")
                .Succeeded()
                .Output
        );
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex Space();
}
