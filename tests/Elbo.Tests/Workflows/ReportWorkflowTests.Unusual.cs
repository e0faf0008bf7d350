using System.Xml.Linq;
using Elbo.Workflows;
using Elbo.Workflows.Reports;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>Pages of runs that lack something.</summary>
public partial class ReportWorkflowTests
{
    [Fact]
    public void A_run_without_codes_of_epochs_has_no_such_section()
    {
        using var copy = Copy();
        File.Delete(copy.Folder.Latent("epoch-002.csv"));
        Assert.DoesNotContain("Latent space through the epochs", Read(copy).Descendants("h2").Select(h => h.Value));
        Directory.Delete(Path.GetDirectoryName(copy.Folder.Latent("test.csv"))!, recursive: true);
        Assert.DoesNotContain("elbo-slider", File.ReadAllText(ReportWorkflow.Run(copy)));
    }

    [Fact]
    public void Of_more_epochs_than_can_be_recognised_evenly_spaced_ones_are_shown_and_the_page_says_so()
    {
        using var copy = Copy();
        int epochs = 2 * PictureSeries.MostPictures;
        byte[] small = Noise(4, 4);
        for (int epoch = 1; epoch <= epochs; epoch++)
            File.WriteAllBytes(copy.Folder.Image($"manifold-epoch-{epoch:D3}.png"), small);
        var images = Read(copy)
            .Descendants("figure")
            .Single(f => (string?)f.Attribute("data-series") == "manifold")
            .Descendants("img")
            .ToArray();
        Assert.Equal(PictureSeries.MostPictures, images.Length);
        Assert.Equal("epoch 1", images[0].Attribute("data-caption")!.Value);
        Assert.Equal($"epoch {epochs}", images[^1].Attribute("data-caption")!.Value);
        Assert.Contains(
            $"; {images.Length} of {epochs} figures are shown.",
            File.ReadAllText(copy.Report),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_of_before_has_a_page_without_what_it_lacks()
    {
        using var copy = Copy();
        File.Delete(copy.Folder.Record);
        File.Delete(copy.Folder.Plot("samples.png"));
        File.Delete(copy.Folder.Metrics);
        File.WriteAllText(copy.Folder.Latent("test.csv"), "damaged");
        File.WriteAllText(copy.Folder.Plot("latent.png"), "damaged");
        File.WriteAllText(copy.Folder.Latent("epoch-001.csv"), "damaged");
        File.Delete(copy.Folder.Latent("epoch-002.csv"));
        File.Delete(copy.Folder.Plot("latent.html"));
        var page = Read(copy);
        Assert.Equal(
            ["Reconstructions", "Manifold", "Manifold through the epochs", "Layers", "Configuration", "Commands"],
            page.Descendants("h2").Select(h => h.Value)
        );
        Assert.Contains("no epoch has ended yet", page.Descendants("header").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_figures_are_complained_of_and_the_page_stays()
    {
        using var copy = Copy();
        byte[] before = File.ReadAllBytes(copy.Report);
        File.WriteAllText(copy.Folder.Record, "{");
        Assert.StartsWith(
            $"{copy.Folder.Record} is not valid JSON: line 1",
            Assert.Throws<InvalidDataException>(() => ReportWorkflow.Run(copy.Folder)).Message
        );
        File.Delete(copy.Folder.Record);
        File.WriteAllText(copy.Folder.Metrics, "junk");
        Assert.StartsWith(
            copy.Folder.Metrics,
            Assert.Throws<InvalidDataException>(() => ReportWorkflow.Run(copy.Folder)).Message
        );
        Assert.Equal(before, File.ReadAllBytes(copy.Report));
    }

    [Fact]
    public void A_stopped_run_has_a_page_that_says_how_far_it_came()
    {
        using var folder = new TemporaryFolder();
        using var observer = new RecordingObserver { StopAfter = 14 };
        Assert.Throws<RunStoppedException>(() =>
            TrainWorkflow.Start(
                TinyRun.Config with
                {
                    Name = "stopped",
                },
                folder.Path,
                overwrite: false,
                TinyRun.Location,
                observer,
                cancellation: observer.Token
            )
        );
        Assert.Contains(
            "1 of 2 epochs",
            XDocument
                .Parse(Plain(File.ReadAllText(folder.File("stopped/report.html"))))
                .Descendants("header")
                .Single()
                .Value,
            StringComparison.Ordinal
        );
    }
}
