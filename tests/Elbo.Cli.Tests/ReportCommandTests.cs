using System.Net;
using System.Text.RegularExpressions;

namespace Elbo.Cli.Tests;

/// <summary>The page of a run, and whether what it promises holds.</summary>
[Collection(TrainedRunTests.Name)]
public partial class ReportCommandTests(TrainedRun run)
{
    [Fact]
    public void Report_rewrites_the_page_of_the_run_and_prints_its_path()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "mine");
        File.WriteAllText(folder.File("mine/report.html"), "old");
        Assert.Equal("mine/report.html\n", Run(folder, "report", "mine").Succeeded().Output);
        Assert.Contains(
            "<h1>mine: vae on",
            File.ReadAllText(folder.File("mine/report.html")),
            StringComparison.Ordinal
        );
        Assert.Equal("pages/run.html\n", Run(folder, "report", "mine", "-o", "pages/run.html").Succeeded().Output);
        // Links lead from where the page lies.
        string page = File.ReadAllText(folder.File("pages/run.html"));
        Assert.Contains("href=\"../mine/plots/latent.html\"", page, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllText(folder.File("mine/report.html")),
            page.Replace("\"../mine/", "\"", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "nowhere",
        "",
        "there is no run folder 'nowhere'. A run is the folder of a trained model, such as runs/vae-mnist-z2; "
            + "'elbo train' prints the one it writes."
    )]
    [InlineData("mine", "--output=x.png", "output is 'x.png'; the file name's ending must be one of .html, .htm.")]
    [InlineData(
        "mine",
        "--output=taken.html",
        "taken.html exists; give another --output, or --overwrite to replace it."
    )]
    public void Bad_input_is_one_line_and_changes_nothing(string path, string option, string complaint)
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "mine");
        folder.Write("taken.html", "mine"u8);
        string[] before = folder.Snapshot();
        var result = Run(folder, [.. (string[])["report", path, option]]);
        Assert.Equal((2, "", $"elbo: {complaint}\n"), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(before, folder.Snapshot());
    }

    [Fact]
    public void The_command_on_the_page_trains_the_same_run_again()
    {
        string page = File.ReadAllText(Path.Combine(run.Path, "report.html"));
        string command = WebUtility.HtmlDecode(Train().Match(page).Groups[1].Value);
        Assert.Equal(
            "elbo train --encoder-hidden 12 --epochs 2 --batch-size 1000 --learning-rate 0.005 --seed 7 --threads 1",
            command
        );
        using var folder = new TemporaryFolder();
        Run(folder, command.Split(' ')[1..]).Succeeded();
        Assert.Equal(run.Weights, File.ReadAllBytes(folder.File("runs/vae-digits-z2/model.safetensors")));
        Assert.Equal(
            File.ReadAllText(Path.Combine(run.Path, "config.json")),
            File.ReadAllText(folder.File("runs/vae-digits-z2/config.json"))
        );
    }

    private static CommandResult Run(TemporaryFolder folder, params string[] arguments) =>
        CalledCommand.Run(folder.Path, [.. arguments.Where(a => a.Length > 0)]);

    [GeneratedRegex("<pre>(elbo train .*?)</pre>")]
    private static partial Regex Train();
}
