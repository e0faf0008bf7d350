using System.Text.Json;
using Elbo.Models;
using Elbo.Selection;

namespace Elbo.Cli.Tests;

/// <summary>The other names of options, such as former ones, on the command line.</summary>
[Collection(TrainedRunTests.Name)]
public class AliasTests(TrainedRun run)
{
    private const string Short = "-b 1000 --seed 7 --image-every 0 --tensorboard none --name run";

    public static TheoryData<string, string> OfTrain =>
        new()
        {
            {
                "--model gmvae --hidden 12 -k 2 -e 3 --pretrain-epochs 1 --guide-epochs 1 "
                    + "--noisy-reconstruction --smallest-prior-variance 0.25 --free-information 0.5 --initialization "
                    + "kaiming-normal --lr 0.002 --clip-norm 5 --schedule plateau --schedule-factor 0.5 "
                    + "--schedule-patience 3 --seeds 1",
                "mixture-epochs=1 sample-reconstruction=true min-prior-variance=0.25 "
                    + "cluster-free-bits=0.5 weight-init=kaiming-normal learning-rate=0.002 clip-grad-norm=5 "
                    + "lr-schedule=plateau lr-factor=0.5 lr-patience=3"
            },
            { "--hidden 12 -e 1 --decoder gaussian-sigma --smallest-deviation 0.01", "min-std=0.01" },
            { "--hidden 12 -e 1 --schedule step --schedule-period 4", "lr-schedule=step lr-period=4" },
            { "--hidden 12 -e 1 --schedule step --schedule-milestones 6,12", "lr-schedule=step lr-milestones=[6,12]" },
        };

    [Theory]
    [MemberData(nameof(OfTrain))]
    public void Training_accepts_them_and_writes_the_names(string given, string expected)
    {
        using var folder = new TemporaryFolder();
        CalledCommand.Run(folder.Path, ["train", .. given.Split(' '), .. Short.Split(' ')]).Succeeded();
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("runs/run/config.json")));
        var written = json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Text(p.Value));
        foreach (string[] pair in expected.Split(' ').Select(pair => pair.Split('=')))
            Assert.Equal(pair[1], written[pair[0]]);
        Assert.Empty(written.Keys.Intersect(["lr", "clip-norm", "schedule", "schedule-period", "seeds"]));
        Assert.Empty(written.Keys.Intersect(ModelCatalog.Options.SelectMany(option => option.Aliases)));
    }

    [Theory]
    [InlineData("trimmed-medoids", "--share 0.25 --outliers 0.2", "near-fraction=0.25 outlier-fraction=0.2")]
    [InlineData("typiclust", "--smallest-cluster 3", "min-cluster-size=3")]
    [InlineData("vote-mi", "--eps 0.3 --steps 20 --cluster-share 0.2", "eps=0.3 steps=20 cluster-fraction=0.2")]
    public void Selection_accepts_them_and_writes_the_names(string strategy, string given, string expected)
    {
        using var folder = new TemporaryFolder();
        CalledCommand
            .Run(folder.Path, ["select", run.Path, "-n", "12", "--strategy", strategy, .. given.Split(' '), "-o", "s"])
            .Succeeded();
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("s/selection.json")));
        var options = json.RootElement.GetProperty("options").EnumerateObject();
        Assert.Equal(expected.Split(' ').Order(), options.Select(p => $"{p.Name}={Text(p.Value)}").Order());
    }

    [Theory]
    [InlineData("train --clip-norm 1 --clip-grad-norm 2", "clip-grad-norm and clip-norm")]
    [InlineData("train --seeds 1 --num-seeds 1", "num-seeds and seeds")]
    [InlineData("select runs/none --share 0.5 --near-fraction 0.5", "near-fraction and share")]
    public void Both_names_of_an_option_are_refused(string given, string both)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"elbo: {both} were both given; they are one option. Give {both.Split(' ')[0]} only.",
            CalledCommand.Run(folder.Path, given.Split(' ')).Complaint(2)
        );
    }

    [Fact]
    public void Help_and_completion_do_not_show_them()
    {
        using var folder = new TemporaryFolder();
        string shown = string.Concat(
            (
                (string[])
                    [
                        "train --help",
                        .. ModelCatalog.All.Select(model => $"train --help --model {model.Name}"),
                        "select --help",
                        "completions bash",
                    ]
            ).Select(line => CalledCommand.Run(folder.Path, line.Split(' ')).Succeeded().Output)
        );
        foreach (var option in ModelCatalog.Options.Concat(SelectionCatalog.Options))
            Assert.All(option.Aliases, alias => Assert.DoesNotMatch($@"--{alias}(?![\w-])", shown));
        Assert.All(
            (string[])["lr", "seeds", "clip-norm", "schedule", "schedule-period"],
            alias => Assert.DoesNotMatch($@"--{alias}(?![\w-])", shown)
        );
        Assert.Contains("--clip-grad-norm", shown);
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : value.GetRawText().Replace("\n", "").Replace(" ", "");
}
