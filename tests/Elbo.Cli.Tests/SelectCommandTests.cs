namespace Elbo.Cli.Tests;

/// <summary>What <c>elbo select</c> prints, and what it refuses.</summary>
[Collection(TrainedRunTests.Name)]
public class SelectCommandTests(TrainedRun run)
{
    [Fact]
    public void The_folder_goes_to_standard_output_and_the_rest_to_standard_error()
    {
        using var folder = new TemporaryFolder();
        var result = CalledCommand.Run(folder.Path, ["select", run.Path, "--budget", "12", "-o", "chosen"]).Succeeded();
        Assert.Equal("chosen\n", result.Output);
        Assert.StartsWith(
            "encoding 2,000 images\nchoosing 12 by trimmed-medoids\nwriting\n12 of 2,000 test images by "
                + "trimmed-medoids\n",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(13, File.ReadAllLines(folder.File("chosen/selection.csv")).Length);
        Assert.Equal(
            "elbo: chosen exists; give another --output, or --overwrite to replace it.",
            Complaint(folder, "-o", "chosen")
        );
        CalledCommand
            .Run(
                folder.Path,
                [
                    "select",
                    run.Path,
                    "--fraction",
                    "0.01",
                    "--strategy",
                    "vote-mi",
                    "--eps",
                    "0.3",
                    "--steps",
                    "20",
                    "-o",
                    "chosen",
                    "--overwrite",
                ]
            )
            .Succeeded();
        Assert.Equal(21, File.ReadAllLines(folder.File("chosen/selection.csv")).Length);
    }

    [Fact]
    public void Strategies_are_compared_in_a_table()
    {
        using var folder = new TemporaryFolder();
        var result = CalledCommand
            .Run(
                folder.Path,
                [
                    "select",
                    run.Path,
                    "--compare",
                    "--strategies",
                    "random,k-means-centres",
                    "--budgets",
                    "10,30",
                    "--repeats",
                    "2",
                    "--pool",
                    "500",
                    "-o",
                    "c",
                ]
            )
            .Succeeded();
        Assert.Equal("c\n", result.Output);
        Assert.Contains(
            "1-NN: test accuracy in %, ± half a 95 % confidence interval of 2 repeats\nlabelled                 "
                + "10          30\n",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Matches(@"\nk-means-centres( +\d+\.\d ± \d+\.\d){2}\n", result.Error);
        Assert.True(File.Exists(folder.File("c/comparison.png")));
    }

    [Fact]
    public void What_cannot_be_chosen_is_said_in_a_line()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "there is no strategy 'k-mean-centres'; there are ",
            Complaint(folder, "--strategy", "k-mean-centres")
        );
        Assert.Equal("elbo: budget is 3,000; there are 2,000 test images.", Complaint(folder, "--budget", "3000"));
        Assert.Equal("elbo: budget is 0; it must be 1 or more images.", Complaint(folder, "-n", "0"));
        Assert.Equal(
            "elbo: fraction is 1.5; it must be above 0 and at most 1.",
            Complaint(folder, "--fraction", "1.5")
        );
        Assert.Equal(
            "elbo: random takes no option bandwidth; max-herding, vote-mi can.",
            Complaint(folder, "--strategy", "random", "--bandwidth", "1")
        );
        Assert.Equal(
            "elbo: there is no split 'valid'; there are train, test and all.",
            Complaint(folder, "--split", "valid")
        );
        Assert.Equal(
            "elbo: --budgets was given without --compare; it is for comparisons.",
            Complaint(folder, "--budgets", "10")
        );
        Assert.Equal(
            "elbo: --budget was given with --compare, which chooses among training images with --strategies, "
                + "--budgets, --repeats and --pool.",
            Complaint(folder, "--compare", "--budget", "10")
        );
        Assert.Equal(
            "elbo: budgets are 20,10; they must be 1 or more and ascending, as in 10,50,100.",
            Complaint(folder, "--compare", "--budgets", "20,10")
        );
        Assert.Equal(
            "elbo: pool is 100; it must hold the largest budget, 500.",
            Complaint(folder, "--compare", "--pool", "100")
        );
        Assert.Empty(folder.Snapshot());
    }

    [Fact]
    public void A_second_round_says_what_it_took_into_account()
    {
        using var folder = new TemporaryFolder();
        CalledCommand.Run(folder.Path, ["select", run.Path, "-n", "12", "-o", "one"]).Succeeded();
        var result = CalledCommand
            .Run(folder.Path, ["select", run.Path, "-n", "8", "--labelled", "one/labels.csv", "-o", "two"])
            .Succeeded();
        Assert.Contains(
            "8 of 2,000 test images by trimmed-medoids\n12 labelled images of labels.csv count as chosen; after this "
                + "choice, 1,980 of 2,000 test images are left.\n",
            result.Error,
            StringComparison.Ordinal
        );
        // The digits have labels, so the table of the second round is complete.
        string[] labels = File.ReadAllLines(folder.File("two/labels.csv"));
        Assert.Equal(21, labels.Distinct().Count());
        Assert.All(labels.Skip(1), line => Assert.Matches(@"^\d+,\d$", line));
    }

    [Fact]
    public void Codes_that_come_from_elsewhere_need_no_run()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            folder.File("clip.csv"),
            Enumerable.Range(0, 50).Select(i => $"{i % 5 * 10 + i % 3},{i * i % 7}").Prepend("a,b")
        );
        var result = CalledCommand.Run(folder.Path, ["select", "--codes", "clip.csv", "-n", "5"]).Succeeded();
        string path = Path.Combine("selections", "trimmed-medoids-clip-5");
        Assert.Equal(path + "\n", result.Output);
        Assert.Contains("5 of 50 images of clip by trimmed-medoids\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(6, File.ReadAllLines(folder.File(Path.Combine(path, "selection.csv"))).Length);
        string Refused(params string[] options) => CalledCommand.Run(folder.Path, ["select", .. options]).Complaint(2);
        Assert.Equal("elbo: give a RUN, or --codes FILE with codes that come from elsewhere.", Refused());
        Assert.Equal("elbo: --compare needs a RUN; labels of its images rate the strategies.", Refused("--compare"));
        Assert.Equal(
            "elbo: --weights was given with --codes; it is for runs.",
            Refused("--codes", "clip.csv", "--weights", "best")
        );
        Assert.StartsWith(
            $"elbo: RUN ({run.Path}) and --codes (",
            Refused(run.Path, "--codes", "clip.csv"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "elbo: vote-mi compares the images that a model decodes from the codes; it needs a run, not only codes.",
            Refused("--codes", "clip.csv", "--strategy", "vote-mi", "-n", "5")
        );
        Assert.Equal(
            ["clip.csv", "selections"],
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public void Training_can_end_with_a_selection()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("mine.json"),
            """
            {
              "hidden": [12], "batch-size": 1000, "epochs": 1, "name": "mine",
              "select": { "strategy": "typiclust", "budget": 9 }
            }
            """
        );
        var result = CalledCommand.Run(folder.Path, ["train", "--config", "mine.json"]).Succeeded();
        Assert.Equal("runs/mine\nruns/mine/selections/typiclust-test-9\n", result.Output);
        Assert.Equal(10, File.ReadAllLines(folder.File("runs/mine/selections/typiclust-test-9/selection.csv")).Length);
        Assert.Contains(
            "\"selection\":\"runs/mine-2/selections/typiclust-test-9\"",
            CalledCommand.Run(folder.Path, ["train", "--config", "mine.json", "--json"]).Succeeded().Output,
            StringComparison.Ordinal
        );
        File.WriteAllText(folder.File("bad.json"), """{ "select": { "budget": -1 } }""");
        Assert.Equal(
            "elbo: bad.json: select: budget is -1; it must be 1 or more images.",
            CalledCommand.Run(folder.Path, ["train", "--config", "bad.json"]).Complaint(2)
        );
    }

    private string Complaint(TemporaryFolder folder, params string[] options) =>
        CalledCommand.Run(folder.Path, ["select", run.Path, .. options]).Complaint(2);
}
