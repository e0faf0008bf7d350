using Elbo.Imaging;
using Elbo.Projection;
using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Tests.Workflows.Plots;

/// <summary>Plots of a trained run.</summary>
[Collection(TinyRunTests.Name)]
public class PlotWorkflowTests(TinyRun run)
{
    [Theory]
    [InlineData(PlotKind.Latent, ".svg")]
    [InlineData(PlotKind.Latent, ".png")]
    [InlineData(PlotKind.Latent, ".HTML")]
    [InlineData(PlotKind.Manifold, ".pdf")]
    [InlineData(PlotKind.Curves, ".SVG")]
    public void The_ending_of_the_file_decides_the_format_of_a_plot(PlotKind kind, string ending)
    {
        using var folder = new TemporaryFolder();
        string path = PlotWorkflow
            .Run(run.Loaded, new PlotOptions { Kind = kind, Output = folder.File("plot" + ending) })
            .Path;
        byte[] bytes = File.ReadAllBytes(path);
        string begins = ending.ToLowerInvariant() switch
        {
            ".svg" => "<?xml",
            ".html" => "<!DOCTYPE html>",
            ".pdf" => "%PDF-",
            _ => "\x89PNG",
        };
        Assert.Equal(begins, System.Text.Encoding.Latin1.GetString(bytes, 0, begins.Length));
        Assert.True(bytes.Length > 2_000);
    }

    [Fact]
    public void Three_dimensions_are_drawn_as_they_are_and_others_by_projection()
    {
        using var folder = new TemporaryFolder();
        using var space = TinyRun.Untrained(folder.Path, latentDim: 3);
        string Svg(LoadedRun run, PlotOptions options) =>
            File.ReadAllText(
                PlotWorkflow.Run(run, options with { Output = folder.File("plot.svg"), Overwrite = true }).Path
            );
        string front = Svg(space, new());
        Assert.Contains("z₃", front);
        Assert.NotEqual(front, Svg(space, new() { Azimuth = 10 }));
        Assert.Contains("PC 2 (", Svg(space, new() { Projection = ProjectionMethod.Pca }));
        using var wide = TinyRun.Untrained(folder.Path, latentDim: 4);
        string projected = Svg(wide, new());
        Assert.Contains("PC 1 (", projected);
        Assert.Contains("by PCA", projected);
        var (page, caption) = PlotWorkflow.Run(wide, new() { Output = folder.File("plot.html") });
        Assert.StartsWith("PCA of 4 latent dimensions: ", caption);
        Assert.Contains(caption, File.ReadAllText(page));
    }

    [Fact]
    public void The_manifold_can_lie_at_quantiles_and_under_codes()
    {
        using var folder = new TemporaryFolder();
        byte[] Png(PlotOptions options) =>
            File.ReadAllBytes(
                PlotWorkflow
                    .Run(
                        run.Loaded,
                        options with
                        {
                            Kind = PlotKind.Manifold,
                            Output = folder.File("plot.png"),
                            Overwrite = true,
                        }
                    )
                    .Path
            );
        byte[][] plots =
        [
            Png(new()),
            Png(new() { Quantiles = true }),
            Png(new() { WithCodes = true }),
            Png(new() { Quantiles = true, WithCodes = true }),
        ];
        Assert.Equal(4, plots.Select(Convert.ToHexString).Distinct().Count());
        Assert.True(ImageDecoder.Decode(plots[2], "codes").Width > ImageDecoder.Decode(plots[0], "bare").Width);
    }

    [Fact]
    public void What_a_run_has_no_plot_of_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var line = TinyRun.Untrained(folder.Path, latentDim: 1);
        Refused(
            line,
            new() { Kind = PlotKind.Manifold },
            $"{line.Folder.Path} has 1 latent dimension; a manifold plot needs 2. 'elbo generate --mode uniform' "
                + "draws any two of them."
        );
        Refused(
            line,
            new(),
            $"{line.Folder.Path} has 1 latent dimension; a latent plot needs 2 or more, or --projection tsne. "
                + "'elbo embed' writes codes of any size."
        );
        // One step old, it has no epoch to draw yet.
        Assert.StartsWith(
            line.Folder.Metrics + " is missing;",
            Assert.Throws<FileNotFoundException>(() => PlotWorkflow.Run(line, new() { Kind = PlotKind.Curves })).Message
        );
    }

    [Theory]
    [InlineData(PlotKind.Latent)]
    [InlineData(PlotKind.Manifold)]
    [InlineData(PlotKind.Curves)]
    public void Titles_name_the_run_and_the_dataset(PlotKind kind)
    {
        using var folder = new TemporaryFolder();
        var options = new PlotOptions { Kind = kind, Output = folder.File("plot.svg") };
        Assert.Contains(
            $"{run.Folder.Name} · {run.Loaded.Config.Dataset} · ",
            File.ReadAllText(PlotWorkflow.Run(run.Loaded, options).Path),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Options_of_plots_out_of_range_or_place_are_refused()
    {
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Manifold, ManifoldRange = 0 },
            "manifold-range is 0; it must be a positive number."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Manifold, ManifoldGrid = new(101, 100) },
            "a grid of 100 rows and 101 columns was asked for; it can have 10000 images at most."
        );
        Refused(
            run.Loaded,
            new() { Output = "x.gif" },
            "output is 'x.gif'; the file name's ending must be one of .png, .pdf, .svg, .html."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Curves, Output = "x.html" },
            "output is 'x.html'; the file name's ending must be one of .png, .pdf, .svg, and .html with --kind latent, "
                + "latent-clusters or style-clusters."
        );
        Refused(run.Loaded, new() { Perplexity = 1 }, "perplexity is 1; it must be more than 1.");
        Refused(run.Loaded, new() { Azimuth = double.NaN }, "azimuth is NaN; it must be a number of degrees.");
        Refused(run.Loaded, new() { Elevation = 91 }, "elevation is 91; it must be from -90 to 90 degrees.");
        Refused(
            run.Loaded,
            new() { Quantiles = true },
            "--quantiles was given with --kind latent; it is for --kind manifold."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Curves, WithCodes = true },
            "--with-codes was given with --kind curves; it is for --kind manifold."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Manifold, Projection = ProjectionMethod.Tsne },
            "--projection tsne was given with --kind manifold; "
                + "it is for --kind latent, latent-clusters or style-clusters."
        );
    }

    [Fact]
    public void Options_of_pictures_that_a_plot_does_not_have_are_refused()
    {
        Refused(
            run.Loaded,
            new() { ManifoldGrid = new(3, 3) },
            "--manifold-grid was given with --kind latent; it is for --kind manifold."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Curves, ManifoldRange = 1 },
            "--manifold-range was given with --kind curves; it is for --kind manifold."
        );
        Refused(
            run.Loaded,
            new()
            {
                Kind = PlotKind.Manifold,
                Quantiles = true,
                ManifoldRange = 1,
            },
            "--manifold-range was given with --kind manifold; it is for --kind manifold without --quantiles."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Manifold, ReconstructionGrid = new(3, 3) },
            "--reconstruction-grid was given with --kind manifold; it is for --kind reconstruction."
        );
        Refused(
            run.Loaded,
            new() { Kind = PlotKind.Manifold, LatentPoints = 100 },
            "--latent-points was given with --kind manifold; it is for --kind latent, latent-clusters or "
                + "style-clusters, or manifold with --with-codes."
        );
        Assert.Equal(
            "--reconstruction-grid was given with --mode uniform, whose grid is --manifold-grid.",
            Assert
                .Throws<ArgumentException>(() =>
                    GenerateWorkflow.Run(
                        run.Loaded,
                        new GenerateOptions { Mode = GenerationMode.Uniform },
                        new GridOptions { ReconstructionGrid = new(3, 3) }
                    )
                )
                .Message
        );
        Assert.Equal(
            "--manifold-range was given with --mode random; it is for --mode uniform.",
            Assert.Throws<ArgumentException>(new GenerateOptions { ManifoldRange = 1 }.Validate).Message
        );
    }

    private static void Refused(LoadedRun run, PlotOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => PlotWorkflow.Run(run, options)).Message);
}
