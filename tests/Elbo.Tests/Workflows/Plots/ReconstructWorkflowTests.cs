using Elbo.Imaging;
using Elbo.Models;
using Elbo.Training;
using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Tests.Workflows.Plots;

/// <summary>Reconstructions of a trained run.</summary>
[Collection(TinyRunTests.Name)]
public class ReconstructWorkflowTests(TinyRun run)
{
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
}
