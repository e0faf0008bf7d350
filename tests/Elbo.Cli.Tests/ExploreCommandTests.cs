using System.Globalization;
using System.Text.RegularExpressions;

namespace Elbo.Cli.Tests;

/// <summary>
/// What the commands that explore a run write and print: cluster, interpolate, traverse, neighbours, duplicates, score.
/// </summary>
[Collection(TrainedRunTests.Name)]
public sealed partial class ExploreCommandTests(TrainedRun run) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cluster_prints_its_folder_and_how_the_clusters_agree_with_the_labels()
    {
        var result = Run("cluster", run.Path, "--split", "test", "-k", "5", "--seed", "1", "-o", "c").Succeeded();
        Assert.Equal("c\n", result.Output);
        Assert.Equal("2,000 images in 5 clusters by k-means", result.ErrorLines[0]);
        Assert.Matches(
            @"^agreement with 10 classes: accuracy 0\.\d{3} one-to-one, 0\.\d{3} by the most frequent class, NMI 0\.\d{3}, ARI 0\.\d{3}$",
            result.ErrorLines[1]
        );
        Assert.Matches(@"^silhouette: 0\.\d{3}$", result.ErrorLines[2]);
        Assert.Equal(3, result.ErrorLines.Length);
        Assert.Equal(2_001, File.ReadAllLines(_folder.File("c/clusters.csv")).Length);
    }

    [Fact]
    public void Label_clusters_stores_names_and_lists_the_clusters()
    {
        string[] model = ["--model", "gmvae", "-k", "3", "-e", "3", "--pretrain-epochs", "1", "--mixture-epochs", "1"];
        Run(["train", .. TrainedRun.Tiny, .. model, "--name", "mixture"]).Succeeded();
        var named = Run("label-clusters", "runs/mixture", "0=round", "2=thin, tall").Succeeded();
        Assert.Equal("elbo: the figures of clusters and the report of the run have these names.\n", named.Error);
        Assert.Equal("cluster  name        images  commonest class", named.OutputLines[0]);
        Assert.Matches(@"^      0  round +[\d,]+(  \d \(\d+ %\))?$", named.OutputLines[1]);
        Assert.Matches(@"^      2  thin, tall +[\d,]+(  \d \(\d+ %\))?$", named.OutputLines[3]);
        Assert.Equal(named.Output, Run("label-clusters", "runs/mixture").Output);
        Assert.Contains("\"name\":\"thin, tall\"", Run("label-clusters", "runs/mixture", "--json").Output);
        Assert.Equal(
            "runs/mixture/images/generate-cluster-2.png\n",
            Run("generate", "runs/mixture", "--cluster", "thin, tall", "--count", "2").Output
        );
        foreach (
            var (arguments, message) in new[]
            {
                ("3=x", "there is no cluster 3; there are 3, counted from 0."),
                ("x", "'x' is not NUMBER=NAME, such as 3=smile, or 3= to remove a name."),
            }
        )
            Assert.Equal(
                (2, $"elbo: {message}\n"),
                (
                    Run("label-clusters", "runs/mixture", arguments).ExitCode,
                    Run("label-clusters", "runs/mixture", arguments).Error
                )
            );
        var plain = Run("label-clusters", run.Path, "0=x");
        Assert.Equal(2, plain.ExitCode);
        Assert.Matches("whose prior has no clusters to name. 'elbo cluster .*' sorts its images", plain.Error);
    }

    [Fact]
    public void Folders_without_a_name_go_into_the_run_and_never_replace_one_another()
    {
        _folder.Copy(run.Path, "mine");
        Assert.Equal("mine/clusters/kmeans-test\n", Run("cluster", "mine", "-k", "2").Output);
        Assert.Equal("mine/clusters/kmeans-test-2\n", Run("cluster", "mine", "-k", "2").Output);
        Assert.Equal("mine/neighbours/index-in-train\n", Run("neighbours", "mine", "--index", "3").Output);
        Assert.Equal(
            "mine/images/interpolate-linear.png\n",
            Run("interpolate", "mine", "--from", "0", "--to", "1").Output
        );
        Assert.Equal("mine/images/traverse-test.png\n", Run("traverse", "mine").Output);
        Assert.Equal("mine/duplicates/all\n", Run("duplicates", "mine", "--threshold", "0").Output);
    }

    [Fact]
    public void Interpolate_writes_a_strip_or_a_page_by_the_ending()
    {
        var strip = Run("interpolate", run.Path, "--from", "0", "--to", "1", "-o", "a.pdf").Succeeded();
        Assert.Equal("a.pdf\n", strip.Output);
        Assert.Matches(@"^10 images over a latent distance of \d+\.\d\d\n$", strip.Error);
        var page = Run("interpolate", run.Path, "--from", "0", "--to", "1", "--path", "spherical", "-o", "a.html");
        Assert.StartsWith("60 images", page.Succeeded().Error);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder.File("a.html")));
    }

    [Fact]
    public void Traverse_lists_the_divergences_the_largest_first()
    {
        var result = Run("traverse", run.Path, "--index", "4", "-o", "t.svg").Succeeded();
        Assert.Equal("t.svg\n", result.Output);
        var match = Divergences().Match(result.ErrorLines[0]);
        Assert.True(match.Success, result.Error);
        Assert.NotEqual(match.Groups[1].Value, match.Groups[3].Value);
        Assert.True(Number(match.Groups[2].Value) >= Number(match.Groups[4].Value));

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Neighbours_and_duplicates_say_what_they_found()
    {
        var near = Run("neighbours", run.Path, "--index", "0,1", "-n", "3", "--split", "test", "-o", "n").Succeeded();
        Assert.Equal("n\n", near.Output);
        Assert.Matches(@"^3 neighbours of 2 images; the nearest is \d\.\d\d away on average\n$", near.Error);
        var copies = Run("duplicates", run.Path, "--threshold", "0", "-o", "d").Succeeded();
        Assert.Equal("d\n", copies.Output);
        Assert.Equal(["14,000 images: no copies", "no copies across train and test"], copies.ErrorLines);
        Assert.Equal(["duplicates.csv"], Directory.GetFiles(_folder.File("d")).Select(Path.GetFileName));
    }

    [Fact]
    public void Score_says_how_many_images_are_odd_and_can_fail_then()
    {
        string[] score = ["score", run.Path, "--by", "reconstruction", "--threshold"];
        var found = Run([.. score, "0.9", "-o", "s", "--fail-above"]);
        Assert.Equal((3, "s\n"), (found.ExitCode, found.Output));
        Assert.Matches(
            @"^2,000 images: \d+ odd, with reconstruction above 0\.\d+, the 0\.9 quantile of 2,000 training images$",
            found.ErrorLines[^1]
        );
        Assert.Equal(
            ["oddest.png", "scores.csv", "scores.jsonl"],
            Directory.GetFiles(_folder.File("s")).Select(Path.GetFileName).Order()
        );
        Run([.. score, "0.9", "-o", "without"]).Succeeded();
        Assert.Equal(
            "elbo: s exists; give another --output, or --overwrite to replace it.",
            Run([.. score, "1", "-o", "s"]).Complaint(2)
        );
    }

    [Theory]
    [InlineData(
        "cluster --clusters 3000",
        "clusters is 3,000; there are 2,000 test images, and each cluster needs one."
    )]
    [InlineData(
        "cluster --method model",
        "RUN is of vae, whose prior has no clusters; give --method kmeans, mixture or dbscan, or train a model with --prior mixture or vade."
    )]
    [InlineData(
        "cluster --images none",
        "there is no none; --images names a folder, an image file, a list of image files, or an array file."
    )]
    [InlineData("interpolate --from 1", "--to is missing; give an image file, or an index of the images.")]
    [InlineData(
        "interpolate --from 1 --to 2 -o x.gif",
        "output is 'x.gif'; the file name's ending must be one of .png, .pdf, .svg, .html."
    )]
    [InlineData("traverse --dims 3", "dims are 3; they must be different latent dimensions from 1 to 2.")]
    [InlineData("traverse --image none.png", "there is no none.png; --image names an image file.")]
    [InlineData(
        "neighbours",
        "--images is missing; give the image or folder whose neighbours are searched, or --index with indices of the images searched."
    )]
    [InlineData("score --threshold 3", "threshold is 3; it must be from 0 to 1.")]
    [InlineData(
        "score --by oddness",
        "--by: 'oddness' is not one of likelihood, reconstruction, unexplained, kl, neighbours. See 'elbo score --help'."
    )]
    [InlineData("duplicates --threshold 3", "threshold is 3; it must be from 0 to 1.")]
    public void Wrong_input_is_one_line_and_writes_nothing(string arguments, string complaint)
    {
        string[] words = arguments.Split(' ');
        string expected = complaint.Replace("RUN", run.Path, StringComparison.Ordinal);
        Assert.Equal($"elbo: {expected}", Run([words[0], run.Path, .. words[1..]]).Complaint(2));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [GeneratedRegex(@"^mean KL in nats: z([12]) (\d+\.\d{3}), z([12]) (\d+\.\d{3})$")]
    private static partial Regex Divergences();

    private CommandResult Run(params string[] arguments) => CalledCommand.Run(_folder.Path, arguments);
}
