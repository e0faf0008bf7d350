using System.Globalization;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Projection;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Plots;

/// <summary>What is made of a trained run: codes, plots, reconstructions, new images.</summary>
[Collection(TinyRunTests.Name)]
public class PictureWorkflowTests(TinyRun run)
{
    [Fact]
    public void Embedding_writes_the_mean_codes_of_every_image_with_its_label()
    {
        using var folder = new TemporaryFolder();
        var (path, count, _) = EmbedWorkflow.Run(
            run.Loaded,
            ImageChoice.OfSplit("train"),
            folder.File("deep/codes.csv"),
            overwrite: false
        );
        string[] lines = File.ReadAllLines(path);
        Assert.Equal((12_000, 12_001, "z1,z2,category"), (count, lines.Length, lines[0]));
        float[] codes = Inference.Encode(run.Loaded.Model, run.Loaded.Data.Train, [.. Enumerable.Range(0, 12_000)]);
        foreach (int i in (int[])[0, 5, 11_999])
        {
            string[] cells = lines[i + 1].Split(',');
            Bits.AssertEqual(
                codes.AsSpan(2 * i, 2),
                [
                    float.Parse(cells[0], CultureInfo.InvariantCulture),
                    float.Parse(cells[1], CultureInfo.InvariantCulture),
                ]
            );
            Assert.Equal(run.Loaded.Data.Train.Labels!.Value.Span[i].ToString(), cells[2]);
        }
        Assert.Throws<IOException>(() =>
            EmbedWorkflow.Run(run.Loaded, ImageChoice.OfSplit("train"), path, overwrite: false)
        );
        Assert.Equal(
            "there is no split 'valid'; there are train, test and all.",
            Assert
                .Throws<ArgumentException>(() =>
                    EmbedWorkflow.Run(run.Loaded, ImageChoice.OfSplit("valid"), null, overwrite: false)
                )
                .Message
        );
    }

    [Fact]
    public void Codes_of_any_size_can_be_embedded()
    {
        using var folder = new TemporaryFolder();
        using var wide = TinyRun.Untrained(folder.Path, latentDim: 5);
        Assert.Equal(
            "z1,z2,z3,z4,z5,category",
            File.ReadLines(EmbedWorkflow.Run(wide, ImageChoice.OfSplit("test"), null, overwrite: false).Path).First()
        );
    }

    [Fact]
    public void Codes_can_be_embedded_in_a_plane()
    {
        using var folder = new TemporaryFolder();
        using var wide = TinyRun.Untrained(folder.Path, latentDim: 5);
        var (path, count, caption) = EmbedWorkflow.Run(
            wide,
            ImageChoice.OfSplit("test"),
            null,
            overwrite: false,
            ProjectionMethod.Pca
        );
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(
            (wide.Folder.Latent("embed-test-pca.csv"), 2_000, 2_001, "pc1,pc2,category"),
            (path, count, lines.Length, lines[0])
        );
        Assert.StartsWith("PCA of 5 latent dimensions: ", caption);
        float[] codes = Inference.Encode(wide.Model, wide.Data.Test, [.. Enumerable.Range(0, 2_000)]);
        float[] expected = Pca.Fit(codes, 5, 2).Project(codes);
        Bits.AssertEqual(
            expected.AsSpan(0, 2),
            [.. lines[1].Split(',').Take(2).Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))]
        );
    }

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

    [Fact]
    public void Reconstructions_are_drawn_beside_their_originals_and_one_by_one()
    {
        using var folder = new TemporaryFolder();
        var (path, error) = ReconstructWorkflow.Reconstruct(
            run.Loaded,
            ImageChoice.OfSplit("test"),
            sampled: false,
            new GridOptions
            {
                Rows = 2,
                Columns = 3,
                Separate = true,
                Output = folder.File("grid.png"),
            }
        );
        Assert.InRange(error, 0.01, 0.2);
        var (width, height, _, _) = ImageDecoder.Read(path);
        Assert.True(width > height && width > 2 * 3 * 28);
        Assert.Equal(
            ["00000.png", "00001.png", "00002.png", "00003.png", "00004.png", "00005.png"],
            Directory.GetFiles(folder.File("grid")).Select(f => Path.GetFileName(f)).Order()
        );
        var first = ImageDecoder.Read(folder.File("grid/00000.png"));
        Assert.Equal((28, 28), (first.Width, first.Height));
        float[] expected = Inference.Reconstruct(run.Loaded.Model, run.Loaded.Data.Test.ToIntensities([0]));
        Assert.Equal(expected.Select(x => (byte)Math.Round(x * 255)), first.Pixels);
        Assert.StartsWith(
            $"{folder.File("grid")} exists;",
            Assert
                .Throws<IOException>(() =>
                    ReconstructWorkflow.Reconstruct(
                        run.Loaded,
                        ImageChoice.OfSplit("test"),
                        sampled: false,
                        new GridOptions
                        {
                            Rows = 1,
                            Columns = 1,
                            Separate = true,
                            Output = folder.File("grid.pdf"),
                        }
                    )
                )
                .Message
        );
        Assert.False(File.Exists(folder.File("grid.pdf")));
    }

    [Fact]
    public void Denoising_tells_the_error_of_noise_and_of_what_is_restored()
    {
        using var folder = new TemporaryFolder();
        var options = new GridOptions
        {
            Rows = 5,
            Columns = 5,
            Output = folder.File("noisy.png"),
        };
        var (_, noisy, restored) = ReconstructWorkflow.Denoise(
            run.Loaded,
            ImageChoice.OfSplit("test"),
            noise: null,
            factor: null,
            options
        );
        // 25 images of 784 pixels with Gaussian noise of the usual deviation.
        Assert.InRange(noisy, 0.49 - 0.03, 0.49 + 0.03);
        Assert.True(restored < noisy);
        Assert.Equal(
            0,
            ReconstructWorkflow
                .Denoise(
                    run.Loaded,
                    ImageChoice.OfSplit("test"),
                    NoiseKind.None,
                    null,
                    options with
                    {
                        Overwrite = true,
                    }
                )
                .NoisyError
        );
        Assert.StartsWith(
            "noise-factor is -1;",
            Assert
                .Throws<ArgumentException>(() =>
                    ReconstructWorkflow.Denoise(
                        run.Loaded,
                        ImageChoice.OfSplit("test"),
                        NoiseKind.Gaussian,
                        -1,
                        options
                    )
                )
                .Message
        );
    }

    [Fact]
    public void The_same_seed_generates_the_same_images()
    {
        using var folder = new TemporaryFolder();
        byte[] Generate(ulong seed, string name, bool sampled = false) =>
            File.ReadAllBytes(
                GenerateWorkflow.Run(
                    run.Loaded,
                    new GenerateOptions { Sampled = sampled },
                    new GridOptions
                    {
                        Rows = 3,
                        Columns = 3,
                        Seed = seed,
                        Output = folder.File(name),
                    }
                )
            );

        Assert.Equal(Generate(5, "a.png"), Generate(5, "b.png"));
        Assert.NotEqual(Generate(5, "c.png"), Generate(6, "d.png"));
        Assert.Equal(Generate(5, "e.png", sampled: true), Generate(5, "f.png", sampled: true));
        Assert.NotEqual(Generate(5, "g.png"), Generate(5, "h.png", sampled: true));
    }

    [Fact]
    public void As_many_images_are_generated_as_were_asked_for()
    {
        using var folder = new TemporaryFolder();
        GenerateWorkflow.Run(
            run.Loaded,
            new GenerateOptions(),
            new GridOptions
            {
                Rows = 3,
                Columns = 3,
                Count = 7,
                Separate = true,
                Output = folder.File("x.png"),
            }
        );
        Assert.Equal(7, Directory.GetFiles(folder.File("x")).Length);
    }

    [Fact]
    public void A_regular_grid_covers_two_of_any_number_of_dimensions()
    {
        using var folder = new TemporaryFolder();
        using var wide = TinyRun.Untrained(folder.Path, latentDim: 4);
        var options = new GridOptions
        {
            Rows = 2,
            Columns = 3,
            Separate = true,
            Output = folder.File("grid.png"),
        };
        GenerateWorkflow.Run(
            wide,
            new GenerateOptions
            {
                Mode = GenerationMode.Uniform,
                ManifoldRange = 1.5f,
                Axes = [4, 2],
            },
            options
        );
        // The fourth dimension grows to the right, the second upwards: the first row of images has the larger one.
        float[] expected = Inference.Decode(
            wide.Model,
            [0, 1.5f, 0, -1.5f, 0, 1.5f, 0, 0, 0, 1.5f, 0, 1.5f, 0, -1.5f, 0, -1.5f, 0, -1.5f, 0, 0, 0, -1.5f, 0, 1.5f]
        );
        AssertSeparate(folder, expected, options.Output);
        // One of them alone is a line.
        GenerateWorkflow.Run(
            wide,
            new GenerateOptions
            {
                Mode = GenerationMode.Uniform,
                ManifoldRange = 1.5f,
                Axes = [3],
            },
            new GridOptions
            {
                Columns = 3,
                Separate = true,
                Output = folder.File("line.png"),
            }
        );
        AssertSeparate(folder, Inference.Decode(wide.Model, [0, 0, -1.5f, 0, 0, 0, 0, 0, 0, 0, 1.5f, 0]), "line.png");
        foreach (
            int[] axes in (int[][])
                [
                    [2, 2],
                    [0, 1],
                    [1, 5],
                    [1, 2, 3],
                    [],
                ]
        )
            Assert.Equal(
                $"axes are {string.Join(',', axes)}; they must be one or two different latent dimensions from 1 to 4.",
                Assert
                    .Throws<ArgumentException>(() =>
                        GenerateWorkflow.Run(
                            wide,
                            new GenerateOptions { Mode = GenerationMode.Uniform, Axes = axes },
                            new GridOptions()
                        )
                    )
                    .Message
            );
    }

    [Fact]
    public void The_grid_of_a_run_of_one_dimension_is_a_line()
    {
        using var folder = new TemporaryFolder();
        using var line = TinyRun.Untrained(folder.Path, latentDim: 1);
        Assert.True(
            File.Exists(GenerateWorkflow.Run(line, new GenerateOptions(), new GridOptions { Rows = 2, Columns = 2 }))
        );
        float[] expected = Inference.Decode(line.Model, [-2, -1, 0, 1, 2]);
        AssertSeparate(
            folder,
            expected,
            GenerateWorkflow.Run(
                line,
                new GenerateOptions { Mode = GenerationMode.Uniform },
                new GridOptions
                {
                    Columns = 5,
                    Separate = true,
                    Output = folder.File("row.png"),
                }
            )
        );
        AssertSeparate(
            folder,
            expected,
            GenerateWorkflow.Run(
                line,
                new GenerateOptions { Mode = GenerationMode.Uniform, Axes = [1] },
                new GridOptions
                {
                    Rows = 3,
                    Columns = 2,
                    Count = 5,
                    Separate = true,
                    Output = folder.File("rows.png"),
                }
            )
        );
        Assert.Equal(
            "axes are 1,2; the run has one latent dimension, 1.",
            Assert
                .Throws<ArgumentException>(() =>
                    GenerateWorkflow.Run(
                        line,
                        new GenerateOptions { Mode = GenerationMode.Uniform, Axes = [1, 2] },
                        new GridOptions()
                    )
                )
                .Message
        );
    }

    [Fact]
    public void Sampled_reconstructions_are_a_third_grid_of_black_and_white_pixels()
    {
        using var folder = new TemporaryFolder();
        byte[] Draw(string name, ulong seed, bool sampled) =>
            File.ReadAllBytes(
                ReconstructWorkflow
                    .Reconstruct(
                        run.Loaded,
                        ImageChoice.OfSplit("test"),
                        sampled,
                        new GridOptions
                        {
                            Rows = 2,
                            Columns = 3,
                            Seed = seed,
                            Output = folder.File(name),
                        }
                    )
                    .Path
            );

        byte[] plain = Draw("plain.png", 1, sampled: false),
            drawn = Draw("drawn.png", 1, sampled: true);
        int column = 3 * 29 - 1;
        // Two pixels a point; the plain figure is as wide as its title.
        Assert.True(ImageDecoder.Decode(drawn, "drawn.png").Width >= 2 * 3 * column);
        Assert.True(ImageDecoder.Decode(plain, "plain.png").Width < ImageDecoder.Decode(drawn, "drawn.png").Width);
        Assert.Equal(drawn, Draw("same.png", 1, sampled: true));
        Assert.NotEqual(drawn, Draw("other.png", 2, sampled: true));
        Assert.Equal(plain, Draw("unseeded.png", 2, sampled: false));
    }

    [Fact]
    public void Pictures_of_an_epoch_have_a_panel_of_sampled_pixels_for_the_Bernoulli_decoder_alone()
    {
        using var device = new Device();
        int bernoulli = Width(DecoderKind.Bernoulli, NoiseKind.None),
            gaussian = Width(DecoderKind.Gaussian, NoiseKind.None),
            sigma = Width(DecoderKind.GaussianSigma, NoiseKind.None);
        int noisy = Width(DecoderKind.Bernoulli, NoiseKind.Dropout),
            noisyGaussian = Width(DecoderKind.Gaussian, NoiseKind.Dropout);
        Assert.Equal(gaussian, sigma);
        Assert.Equal(bernoulli, noisyGaussian);
        // A panel more is ten images of 28 pixels and what lies between.
        Assert.InRange(bernoulli - gaussian, 10 * 28, gaussian);
        Assert.Equal(bernoulli - gaussian, noisy - bernoulli);

        int Width(DecoderKind decoder, NoiseKind noise)
        {
            var config = new RunConfig
            {
                ModelOptions = new VaeOptions
                {
                    Network = new DenseOptions
                    {
                        EncoderHidden = [3],
                        DecoderHidden = [3],
                        EncoderActivations = [Activation.Relu],
                        DecoderActivations = [Activation.Relu],
                    },
                    Likelihood = new LikelihoodOptions { Decoder = decoder },
                },
                Noise = noise,
            };
            var model = config.ModelOptions.Create(run.Loaded.Data.Test.Shape, device, new Rng(1));
            using var folder = new TemporaryFolder();
            var pictured = RunFolder.Create(folder.Path, "run", overwrite: false);
            byte[] Draw()
            {
                new RunPictures(pictured, config, model, run.Loaded.Data.Test).DrawEpoch(3);
                return File.ReadAllBytes(pictured.Image("reconstruction-epoch-003.png"));
            }
            byte[] picture = Draw();
            Assert.Equal(picture, Draw());
            return ImageDecoder.Decode(picture, "picture.png").Width;
        }
    }

    [Fact]
    public void Pictures_of_a_run_have_the_sizes_of_its_options_and_no_empty_cells_for_missing_images()
    {
        using var folder = new TemporaryFolder();
        using var device = new Device();
        var config = TinyRun.Config with
        {
            Noise = NoiseKind.Gaussian,
            Pictures = new()
            {
                ReconstructionGrid = new(6, 4),
                ManifoldGrid = new(7, 3),
                ManifoldRange = 3,
            },
        };
        var test = run.Loaded.Data.Test;
        var model = config.ModelOptions.Create(test.Shape, device, new Rng(1));
        (int, int) Size(RunFolder pictured, string file)
        {
            var image = ImageDecoder.Read(pictured.Image(file));
            return (image.Width, image.Height);
        }
        var all = RunFolder.Create(folder.Path, "all", overwrite: false);
        var pictures = new RunPictures(all, config, model, test);
        pictures.DrawInputs();
        pictures.DrawEpoch(1);
        Assert.Equal((6 * 29 - 1, 4 * 29 - 1), Size(all, "input.png"));
        Assert.Equal(Size(all, "input.png"), Size(all, "input_noise.png"));
        Assert.Equal((7 * 28, 3 * 28), Size(all, "manifold-epoch-001.png"));
        // The first image of the file is at the top left: z₁ is least, z₂ greatest.
        float[] corner = Inference.Decode(model, [-3, 3]);
        var manifold = ImageDecoder.Read(all.Image("manifold-epoch-001.png"));
        for (int i = 0; i < 28; i++)
            Assert.Equal((byte)Math.Round(corner[(28 * i) + i] * 255), manifold.Pixels[(7 * 28 * i) + i]);

        var few = RunFolder.Create(folder.Path, "few", overwrite: false);
        new RunPictures(few, config, model, test.Slice(0, 8)).DrawInputs();
        Assert.Equal((6 * 29 - 1, 2 * 29 - 1), Size(few, "input.png"));
        new RunPictures(few, config, model, test.Slice(0, 2)).DrawInputs();
        Assert.Equal((2 * 29 - 1, 28), Size(few, "input.png"));
    }

    [Fact]
    public void Commands_draw_the_sizes_of_the_run_unless_others_are_given()
    {
        using var folder = new TemporaryFolder();
        var copy = RunFolder.Create(folder.Path, "run", overwrite: false);
        File.Copy(run.Folder.Model, copy.Model);
        var options = RunSettings.ReadFile(run.Folder.Config);
        (options["manifold-grid"], options["manifold-range"], options["latent-points"]) = ("5x2", 1, 40);
        options["reconstruction-grid"] = "3x2";
        File.WriteAllText(copy.Config, options.ToJsonString());
        using var sized = LoadedRun.Open(copy.Path);
        byte[] Plot(LoadedRun of, PlotOptions options) =>
            File.ReadAllBytes(
                PlotWorkflow.Run(of, options with { Output = folder.File("p.svg"), Overwrite = true }).Path
            );
        string Text(byte[] svg) => System.Text.Encoding.UTF8.GetString(svg).Replace("run ·", "");
        Assert.Equal(
            Plot(sized, new() { Kind = PlotKind.Manifold }),
            Plot(
                sized,
                new()
                {
                    Kind = PlotKind.Manifold,
                    ManifoldGrid = new(5, 2),
                    ManifoldRange = 1,
                }
            )
        );
        Assert.NotEqual(
            Plot(sized, new() { Kind = PlotKind.Manifold }),
            Plot(sized, new() { Kind = PlotKind.Manifold, ManifoldGrid = new(2, 5) })
        );
        Assert.Contains("latent space of 40 test images", Text(Plot(sized, new())));
        Assert.Contains("latent space of 50 test images", Text(Plot(sized, new() { LatentPoints = 50 })));
        Assert.Contains("latent space of 2,000 test images", Text(Plot(sized, new() { LatentPoints = 0 })));
        var grid = new GridOptions { Separate = true, Output = folder.File("g.png") };
        GenerateWorkflow.Run(sized, new GenerateOptions { Mode = GenerationMode.Uniform }, grid);
        Assert.Equal(10, Directory.GetFiles(folder.File("g")).Length);
        ReconstructWorkflow.Reconstruct(
            sized,
            new ImageChoice(),
            sampled: false,
            grid with
            {
                Output = folder.File("r.png"),
            }
        );
        Assert.Equal(6, Directory.GetFiles(folder.File("r")).Length);
        Assert.NotEqual(
            Plot(sized, new() { Kind = PlotKind.Reconstruction }),
            Plot(sized, new() { Kind = PlotKind.Reconstruction, ReconstructionGrid = new(2, 3) })
        );
    }

    [Fact]
    public void A_run_that_binarises_shows_and_encodes_binary_images()
    {
        using var folder = new TemporaryFolder();
        foreach (var binarize in (Binarization[])[Binarization.Threshold, Binarization.Dynamic])
        {
            using var loaded = TinyRun.Untrained(folder.Path, latentDim: 2, binarize);
            float[] images = ModelInputs.First(loaded.Model, loaded.Config, loaded.Data.Test, 600);
            Assert.All(images, x => Assert.True(x is 0 or 1));
            Assert.Equal(images.Take(784), ModelInputs.First(loaded.Model, loaded.Config, loaded.Data.Test, 1));
            float[] grey = loaded.Data.Test.ToIntensities([.. Enumerable.Range(0, 600)]);
            if (binarize == Binarization.Threshold)
                Assert.Equal(grey.Select(x => x >= 0.5f ? 1f : 0), images);
            // A pixel of intensity p is white in a share p of the draws; a million of them average that out.
            else
                Assert.Equal(grey.Average(), images.Average(), 2e-3);

            string input = loaded.Folder.Image("input.png");
            Assert.All(ImageDecoder.Read(input).Pixels, p => Assert.True(p is 0 or 255));
            float[] codes = Inference.Encode(loaded.Model, images);
            string first = File.ReadLines(
                    EmbedWorkflow.Run(loaded, ImageChoice.OfSplit("test"), null, overwrite: false).Path
                )
                .Skip(1)
                .First();
            Bits.AssertEqual(
                codes.AsSpan(0, 2),
                [.. first.Split(',').Take(2).Select(c => float.Parse(c, CultureInfo.InvariantCulture))]
            );
        }
    }

    [Fact]
    public void A_grid_out_of_range_is_refused()
    {
        void AssertRefused(GridOptions options, string complaint) =>
            Assert.StartsWith(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);
        AssertRefused(
            new() { Rows = 0 },
            "a grid of 0 rows and 10 columns was asked for; each must be from 1 to 1000."
        );
        AssertRefused(
            new() { Columns = 1001 },
            "a grid of 10 rows and 1001 columns was asked for; each must be from 1 to 1000."
        );
        AssertRefused(
            new() { Rows = 500, Columns = 500 },
            "a grid of 500 rows and 500 columns was asked for; it can have 10000 images at most."
        );
        AssertRefused(
            new() { Rows = 10, Count = 101 },
            "101 images were asked for in a grid of 10 rows and 10 columns."
        );
        AssertRefused(new() { Count = 0 }, "0 images were asked for");
        AssertRefused(new() { Output = "grid" }, "output is 'grid';");
    }

    /// <summary>The images that <c>--separate</c> wrote beside a grid.</summary>
    private static void AssertSeparate(TemporaryFolder folder, float[] expected, string grid)
    {
        string name = Path.GetFileNameWithoutExtension(grid);
        Assert.Equal(expected.Length / 784, Directory.GetFiles(folder.File(name)).Length);
        for (int i = 0; i < expected.Length / 784; i++)
            Assert.Equal(
                expected.Skip(i * 784).Take(784).Select(x => (byte)Math.Round(x * 255)),
                ImageDecoder.Read(folder.File($"{name}/{i:D5}.png")).Pixels
            );
    }

    [Fact]
    public void A_run_without_weights_or_with_those_of_another_does_not_open()
    {
        using var folder = new TemporaryFolder();
        File.Copy(run.Folder.Config, folder.File("config.json"));
        Assert.Equal(
            $"{folder.Path} has no weights yet; 'elbo resume {folder.Path}' trains it.",
            Assert.Throws<InvalidDataException>(() => LoadedRun.Open(folder.Path)).Message
        );
        File.WriteAllText(folder.File("model.safetensors"), "junk");
        Assert.StartsWith(
            folder.File("model.safetensors") + ": ",
            Assert.Throws<InvalidDataException>(() => LoadedRun.Open(folder.Path)).Message
        );
    }
}
