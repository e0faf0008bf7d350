using System.Globalization;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Projection;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Tests.Workflows;

/// <summary>Codes of a trained run.</summary>
[Collection(TinyRunTests.Name)]
public class EmbedWorkflowTests(TinyRun run)
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
