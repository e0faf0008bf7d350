using System.Text.Json;
using System.Text.RegularExpressions;

namespace Elbo.Cli.Tests;

/// <summary>What <c>elbo train</c> prints.</summary>
[Collection(TrainedRunTests.Name)]
public partial class TrainOutputTests(TrainedRun run)
{
    [Fact]
    public void Print_every_shows_some_epochs_and_the_last()
    {
        using var folder = new TemporaryFolder();
        string[] train =
        [
            "train",
            "--hidden",
            "4",
            "-b",
            "4000",
            "-e",
            "5",
            "--image-every",
            "0",
            "--tensorboard",
            "none",
        ];
        var result = CalledCommand.Run(folder.Path, [.. train, "--print-every", "2"]).Succeeded();
        Assert.Equal(
            ["2/5", "4/5", "5/5"],
            result
                .ErrorLines.Where(line => line.StartsWith("epoch", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[1])
        );
        Assert.Equal(
            "elbo: print-every is 0; it must be 1 or more epochs.",
            CalledCommand.Run(folder.Path, [.. train, "-p", "0"]).Complaint(2)
        );
    }

    [Fact]
    public void Standard_output_is_the_path_of_the_run_alone() =>
        Assert.Equal(Path.Combine("runs", "vae-digits-z2") + "\n", run.Result.Output);

    [Fact]
    public void On_a_pipe_each_epoch_is_one_plain_line()
    {
        Assert.DoesNotContain('\x1b', run.Result.Error);
        Assert.DoesNotContain('\r', run.Result.Error);
        Assert.Collection(
            run.Result.ErrorLines,
            line =>
                Assert.Matches(
                    "^vae on digits: 19,700 parameters, 12,000 training images, 2,000 test images, 1 thread "
                        + "\\([a-z0-9]+\\)$",
                    line
                ),
            line => Assert.Matches(EpochLine(), line),
            line => Assert.Matches(EpochLine(), line)
        );
        Assert.StartsWith("epoch 2/2  train ", run.Result.ErrorLines[2]);
    }

    [Fact]
    public void Json_is_one_object_with_the_path_and_the_last_figures()
    {
        using var folder = new TemporaryFolder();
        var result = CalledCommand
            .Run(
                folder.Path,
                [
                    "train",
                    .. TrainedRun.Tiny,
                    "-e",
                    "1",
                    "-z",
                    "3",
                    "-o",
                    "out",
                    "--json",
                    "--validation-fraction",
                    "0.1",
                ]
            )
            .Succeeded();
        using var json = JsonDocument.Parse(Assert.Single(result.OutputLines));
        Assert.Equal(
            ["run", "epochs", "train", "validation", "test"],
            json.RootElement.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(Path.Combine("out", "vae-digits-z3"), json.RootElement.GetProperty("run").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("epochs").GetInt32());
        var test = json.RootElement.GetProperty("test");
        Assert.Equal(
            test.GetProperty("loss").GetDouble(),
            test.GetProperty("reconstruction").GetDouble() + test.GetProperty("kl").GetDouble(),
            1e-3
        );
        Assert.True(Directory.Exists(folder.File("out/vae-digits-z3")));
        Assert.False(Directory.Exists(folder.File("runs")));
    }

    [Fact]
    public void Of_several_seeds_the_run_with_the_lowest_loss_is_printed()
    {
        using var folder = new TemporaryFolder();
        var result = CalledCommand
            .Run(
                folder.Path,
                ["train", .. TrainedRun.Tiny, "-e", "1", "--num-seeds", "2", "--json", "--image-every", "0"]
            )
            .Succeeded();
        using var json = JsonDocument.Parse(Assert.Single(result.OutputLines));
        var (first, second) = (json.RootElement.GetProperty("seeds")[0], json.RootElement.GetProperty("seeds")[1]);
        var best = first.GetProperty("loss").GetDouble() <= second.GetProperty("loss").GetDouble() ? first : second;
        Assert.Equal(best.GetProperty("run").GetString(), json.RootElement.GetProperty("run").GetString());
        Assert.Equal(
            ["vae-digits-z2-seed7", "vae-digits-z2-seed8"],
            Directory.GetDirectories(folder.File("runs")).Select(f => Path.GetFileName(f)).Order()
        );
        Assert.Equal(
            $"elbo: seed {best.GetProperty("seed").GetInt32()} has the lowest test loss.",
            result.ErrorLines[^1]
        );
    }

    [GeneratedRegex(
        @"^epoch \d/\d  train \d+\.\d\d \(reconstruction \d+\.\d\d, kl \d+\.\d\d\)  "
            + @"test \d+\.\d\d \(reconstruction \d+\.\d\d, kl \d+\.\d\d\)  [\d,]+ images/s  \d+\.\d s$"
    )]
    private static partial Regex EpochLine();
}
