using System.Text.RegularExpressions;
using System.Xml.Linq;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Reports;
using SkiaSharp;

namespace Elbo.Tests.Workflows;

/// <summary>The page of a run, read as XML, which it is apart from what stands in style and script.</summary>
[Collection(TinyRunTests.Name)]
public partial class ReportWorkflowTests(TinyRun run)
{
    [Fact]
    public void Training_writes_the_page_that_the_command_writes()
    {
        using var folder = new TemporaryFolder();
        string other = ReportWorkflow.Run(run.Folder, folder.File("page.html"));
        // The same but for the links, which lead from where the page lies to the files of the run.
        string up = Path.GetRelativePath(folder.Path, run.Folder.Path).Replace('\\', '/') + "/";
        Assert.Equal(
            File.ReadAllText(run.Folder.Report),
            File.ReadAllText(other)
                .Replace($"href=\"{up}", "href=\"", StringComparison.Ordinal)
                .Replace($"data-file=\"{up}", "data-file=\"", StringComparison.Ordinal)
        );
        byte[] first = File.ReadAllBytes(run.Folder.Report);
        ReportWorkflow.Run(run.Folder);
        Assert.Equal(first, File.ReadAllBytes(run.Folder.Report));
        Assert.Throws<IOException>(() => ReportWorkflow.Run(run.Folder, other));
        ReportWorkflow.Run(run.Folder, other, overwrite: true);
        Assert.Equal(
            "output is 'page.png'; the file name's ending must be one of .html, .htm.",
            Assert.Throws<ArgumentException>(() => ReportWorkflow.Run(run.Folder, "page.png")).Message
        );
        Assert.Equal(
            "output is empty; give a file name.",
            Assert.Throws<ArgumentException>(() => ReportWorkflow.Run(run.Folder, "")).Message
        );
    }

    [Fact]
    public void The_page_has_its_sections_and_needs_no_other_file()
    {
        var page = Read(run.Folder);
        Assert.Equal(
            [
                "Loss over the epochs",
                "Reconstructions",
                "Samples",
                "Manifold",
                "Manifold through the epochs",
                "Latent space",
                "Latent space through the epochs",
                "Figures of each split",
                "Layers",
                "Configuration",
                "Time and machine",
                "Commands",
            ],
            page.Descendants("h2").Select(h => h.Value)
        );
        Assert.All(
            page.Descendants().Attributes().Where(a => a.Name.LocalName == "src"),
            a => Assert.StartsWith("data:", a.Value)
        );
        Assert.DoesNotContain(page.Descendants("link"), l => !l.Attribute("href")!.Value.StartsWith("data:"));
        Assert.DoesNotMatch("https?:|url\\(|@import", File.ReadAllText(run.Folder.Report));
        Assert.True(new FileInfo(run.Folder.Report).Length < RunReport.MostBytes);
    }

    [Fact]
    public void Every_picture_says_what_it_shows_and_how_large_it_is()
    {
        var images = Read(run.Folder).Descendants("img").ToArray();
        Assert.Equal(2 + 1 + 1 + 2, images.Length);
        foreach (var image in images)
        {
            Assert.NotEqual("", image.Attribute("alt")!.Value);
            using var picture = SKBitmap.Decode(
                Convert.FromBase64String(image.Attribute("src")!.Value.Split("base64,")[1])
            );
            var (width, height) = ((int)image.Attribute("width")!, (int)image.Attribute("height")!);
            Assert.InRange(picture.Width, 100, width);
            Assert.Equal((double)height / width, (double)picture.Height / picture.Width, 0.02);
        }
        // Of each series the last is shown.
        Assert.Equal(
            ["epoch 1", "epoch 1"],
            images.Where(i => i.Attribute("hidden") is not null).Select(i => i.Attribute("data-caption")!.Value)
        );
    }

    [Fact]
    public void The_figures_are_those_of_the_metrics()
    {
        var page = Read(run.Folder);
        var test = run.Epochs[^1][1];
        var headline = page.Descendants("dt")
            .ToDictionary(dt => dt.Value, dt => dt.ElementsAfterSelf("dd").First().FirstNode!.ToString().Trim());
        Assert.Equal($"{test.Loss:F2}", headline["test loss"]);
        Assert.Equal($"{run.Epochs.Min(e => e[1].Loss):F2}", headline["best test loss"]);
        Assert.Equal(
            ($"{test.Terms[0].Value:F2}", $"{test.Terms[1].Value:F2}"),
            (headline["test reconstruction"], headline["test kl"])
        );
        Assert.Equal(($"{run.Start.Parameters:N0}", "2"), (headline["parameters"], headline["epochs"]));
        var rows = page.Descendants("section")
            .First(s => s.Element("h2")!.Value.StartsWith("Figures", StringComparison.Ordinal))
            .Descendants("tbody")
            .First()
            .Elements("tr");
        Assert.Equal(
            run.Epochs[^1].Select(r => $"{r.Split}{r.Loss:F2}{string.Concat(r.Terms.Select(t => $"{t.Value:F2}"))}"),
            rows.Select(r => r.Value)
        );
    }

    [Fact]
    public void Every_option_is_in_the_table_and_those_that_were_changed_are_set_off()
    {
        var rows = Section(Read(run.Folder), "Configuration")
            .Descendants("tr")
            .ToDictionary(r => r.Element("th")!.Value);
        var written = RunSettings.ToJson(run.Loaded.Config);
        Assert.Empty(written.Select(o => o.Key).Except(rows.Keys));
        Assert.Equal(
            ("0.005", "12", "–", "vae"),
            (
                Value("learning-rate"),
                Value("encoder-hidden"),
                Value("clip-grad-norm") == "0" ? Value("data-dir") : "",
                Value("model")
            )
        );
        Assert.Equal(
            [
                "activation",
                "batch-size",
                "decoder-hidden",
                "dropout",
                "encoder-hidden",
                "epochs",
                "learning-rate",
                "seed",
            ],
            rows.Values.Where(r => (string?)r.Attribute("class") == "changed")
                .Select(r => r.Element("th")!.Value)
                .Order(StringComparer.Ordinal)
        );

        string Value(string option) => rows[option].Element("td")!.Value;
    }

    [Fact]
    public void Names_from_outside_are_text_and_nothing_else()
    {
        const string Evil = "<script>alert('&')</script>\u0007";
        using var copy = Copy();
        File.WriteAllText(copy.Unreadable, $"/pictures/{Evil}/a.png\tno \"image\" <b>\n");
        RunSettings.Save(RunSettings.Load(copy) with { DataDir = Evil }, copy.Folder);
        var page = Read(copy);
        // Data and program of the scatter, the same of the one that moves and of what moves it, and the page's own.
        Assert.Equal(2 + 4 + 1, page.Descendants("script").Count());
        Assert.Empty(page.Descendants("b"));
        string shown = Evil.Replace('\u0007', '\uFFFD');
        Assert.Equal(
            $"/pictures/{shown}/a.png",
            Section(page, "Files that could not be read").Descendants("tbody").Single().Descendants("th").Single().Value
        );
        Assert.Contains(shown, Section(page, "Configuration").Value, StringComparison.Ordinal);
        Assert.Contains(
            shown[..^1],
            Section(page, "Commands").Value.Replace("'\\''", "'", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pictures_of_all_epochs_are_there_and_the_page_stays_small()
    {
        using var copy = Copy();
        const int Epochs = 30;
        byte[] noise = Noise(600, 300); // half a megabyte that cannot be compressed
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            foreach (string kind in (string[])["reconstruction", "manifold"])
                File.WriteAllBytes(copy.Folder.Image($"{kind}-epoch-{epoch:D3}.png"), noise);
            File.Copy(run.Folder.Latent("epoch-001.csv"), copy.Folder.Latent($"epoch-{epoch:D3}.csv"), overwrite: true);
        }
        foreach (string plot in (string[])["samples", "manifold", "clusters", "assignments", "latent-clusters"])
            File.WriteAllBytes(copy.Folder.Plot(plot + ".png"), noise);
        var page = Read(copy);
        Assert.InRange(new FileInfo(copy.Report).Length, RunReport.MostBytes / 2, RunReport.MostBytes);
        foreach (string kind in (string[])["reconstruction", "manifold"])
        {
            var figure = page.Descendants("figure").Single(f => (string?)f.Attribute("data-series") == kind);
            Assert.Equal(
                Enumerable.Range(1, Epochs).Select(epoch => $"epoch {epoch}"),
                figure.Descendants("img").Select(i => i.Attribute("data-caption")!.Value)
            );
            Assert.Equal($"{Epochs - 1}", figure.Descendants("input").Single().Attribute("max")!.Value);
        }
        Assert.Contains($"{{\"names\":[\"epoch 1\",\"epoch 2\",", File.ReadAllText(copy.Report));
        Assert.Contains($"\"epoch {Epochs}\"],\"low\":", File.ReadAllText(copy.Report));
        byte[] first = File.ReadAllBytes(copy.Report);
        ReportWorkflow.Run(copy);
        Assert.Equal(first, File.ReadAllBytes(copy.Report));
    }

    [Fact]
    public void Links_lead_from_the_page_to_files_of_the_run()
    {
        using var copy = Copy();
        string elsewhere = copy.Parent.File("a page/of a run/p.html");
        Directory.CreateDirectory(Path.GetDirectoryName(elsewhere)!);
        foreach (string report in (string[])[copy.Report, elsewhere])
        {
            var page = XDocument.Parse(
                Plain(File.ReadAllText(ReportWorkflow.Run(copy.Folder, report == copy.Report ? null : report)))
            );
            string[] links =
            [
                .. page.Descendants("a").Select(a => a.Attribute("href")!.Value),
                .. page.Descendants("img").Attributes("data-file").Select(a => a.Value),
            ];
            Assert.Contains(links, link => link.EndsWith("plots/latent.html", StringComparison.Ordinal));
            Assert.All(links, link => Assert.True(File.Exists(new Uri(new Uri(report), link).LocalPath), link));
        }
        File.Delete(copy.Folder.Plot("latent.html"));
        Assert.DoesNotContain("latent.html", File.ReadAllText(ReportWorkflow.Run(copy)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_title_names_the_run_and_the_dataset()
    {
        var page = Read(run.Folder);
        string title = $"{run.Folder.Name}: vae on digits";
        Assert.Equal(($"{title} · Elbo", title), (page.Descendants("title").Single().Value, Heading()));
        Assert.Contains(
            $"<title>{run.Folder.Name} &#183; digits &#183; latent space of ",
            File.ReadAllText(run.Folder.Plot("latent.html")),
            StringComparison.Ordinal
        );

        string Heading() => page.Descendants("h1").Single().Value;
    }

    [Fact]
    public void Codes_are_shown_with_the_names_and_in_the_order_of_the_classes()
    {
        using var copy = Copy();
        string data = ScatterData(File.ReadAllText(ReportWorkflow.Run(copy)));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], Names(data));
        Assert.Contains("\"dimensions\":2", data, StringComparison.Ordinal);

        // Three dimensions are turned in space.
        LatentCsv.Save<byte>(copy.Folder.Latent("test.csv"), [1, 2, 3, 4, 5, 7, 7, 8, 8], 3, [1, 0, 1], ["b", "c"]);
        Assert.Contains(
            "\"dimensions\":3",
            ScatterData(File.ReadAllText(ReportWorkflow.Run(copy))),
            StringComparison.Ordinal
        );

        // A class name with what ends a script, and codes of more than three dimensions.
        LatentCsv.Save<byte>(
            copy.Folder.Latent("test.csv"),
            [1, 2, 3, 4, 5, 7, 7, 8, 8, 1, 0, 2],
            4,
            [1, 0, 1],
            ["b", "</script><b>"]
        );
        string page = File.ReadAllText(ReportWorkflow.Run(copy));
        Assert.Contains("PCA of 4 latent dimensions", page, StringComparison.Ordinal);
        Assert.Empty(XDocument.Parse(Plain(page)).Descendants("b"));
        Assert.Equal(
            ["</script><b>", "b"],
            Names(ScatterData(page))
                .Where(name => name.Length > 0 && !char.IsDigit(name[0]))
                .Order(StringComparer.Ordinal)
        );

        static string[] Names(string data) =>
            [.. System.Text.Json.Nodes.JsonNode.Parse(data)!["legend"]!.AsArray().Select(c => (string)c!["name"]!)];
    }

    /// <summary>A PNG that cannot be compressed.</summary>
    private static byte[] Noise(int width, int height)
    {
        var rng = new Rng(5);
        byte[] pixels = new byte[width * height * 3];
        foreach (ref byte pixel in pixels.AsSpan())
            pixel = (byte)rng.Next(256);
        return PngEncoder.Encode(width, height, 3, pixels);
    }

    private static XElement Section(XDocument page, string title) =>
        page.Descendants("section").Single(s => s.Element("h2")!.Value == title);

    private static XDocument Read(RunFolder run) => XDocument.Parse(Plain(File.ReadAllText(ReportWorkflow.Run(run))));

    private static string ScatterData(string page) => Data().Match(page).Groups[1].Value;

    [GeneratedRegex("<script type=\"application/json\" class=\"elbo-data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    /// <summary>The page without what is not XML.</summary>
    private static string Plain(string page) =>
        Style()
            .Replace(page, "<$1></$1>")
            .Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)
            .Replace(" hidden>", " hidden=\"\">", StringComparison.Ordinal);

    private CopiedRun Copy()
    {
        var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(run.Folder.Path, "*", SearchOption.AllDirectories))
        {
            string target = folder.File(Path.Combine("run", Path.GetRelativePath(run.Folder.Path, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return new CopiedRun(folder, RunFolder.Open(folder.File("run")));
    }

    [GeneratedRegex("<(style|script)\\b[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Style();

    private sealed record CopiedRun(TemporaryFolder Parent, RunFolder Folder) : IDisposable
    {
        public string Report => Folder.Report;

        public string Unreadable => Folder.Unreadable;

        public static implicit operator RunFolder(CopiedRun run) => run.Folder;

        public void Dispose() => Parent.Dispose();
    }
}
