using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

/// <summary>Pictures that a run has, and the sizes of their grids.</summary>
[Collection(TinyRunTests.Name)]
public class RunPicturesTests(TinyRun run)
{
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
}
