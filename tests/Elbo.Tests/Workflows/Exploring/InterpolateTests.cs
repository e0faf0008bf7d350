using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Elbo.Figures;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Exploring;

namespace Elbo.Tests.Workflows.Exploring;

[Collection(TinyRunTests.Name)]
public sealed partial class InterpolateTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_has_the_images_decoded_on_the_path_as_one_sprite()
    {
        var run = tiny.Loaded;
        string path = _folder.File("i.html");
        var (written, distance) = InterpolateWorkflow.Run(
            run,
            new InterpolateOptions
            {
                From = "3",
                To = "8",
                Path = LatentPathKind.Spherical,
                Steps = 9,
                Output = path,
            }
        );
        Assert.Equal(path, written);
        float[] a = Inference.Encode(run.Model, run.Data.Test, [3]),
            b = Inference.Encode(run.Model, run.Data.Test, [8]);
        Assert.Equal(Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum()), distance, 1e-9);
        float[] frames = Inference.Decode(run.Model, LatentPath.Between(a, b, 9, LatentPathKind.Spherical));
        string page = File.ReadAllText(path);
        var data = JsonNode.Parse(Data().Match(page).Groups[1].Value)!;
        byte[] sprite = Convert.FromBase64String(data["source"]!.GetValue<string>().Split(',')[1]);
        Assert.Equal(
            ImageGrid.Compose(frames, run.Model.ImageShape, 3, 3).Pixels.ToArray(),
            ImageDecoder.Decode(sprite, "sprite").Pixels.ToArray()
        );
        Assert.DoesNotContain("http", page);
    }

    [Fact]
    public void Files_and_indices_can_be_mixed_and_every_format_is_written()
    {
        var images = tiny.Loaded.Data.Test;
        Bitmap.FromImage(images.Image(5), images.Shape).SavePng(_folder.File("five.png"));
        foreach (string ending in (string[])[".png", ".pdf", ".svg"])
        {
            string path = _folder.File("strip" + ending);
            var options = new InterpolateOptions
            {
                From = _folder.File("five.png"),
                To = "5",
                Output = path,
            };
            // The file is the image with this index, so the path has no length.
            Assert.Equal((path, 0.0), InterpolateWorkflow.Run(tiny.Loaded, options));
            Assert.True(new FileInfo(path).Length > 500);
        }
    }

    [Fact]
    public void The_code_of_one_image_is_that_of_all_images_bit_for_bit()
    {
        foreach (var binarize in (Binarization[])[Binarization.None, Binarization.Dynamic])
        {
            using var run = TinyRun.Untrained(_folder.Path, 3, binarize);
            var images = run.Data.Test;
            float[] all = ModelInputs.Codes(run.Model, run.Config, images, images.Count);
            foreach (int index in (int[])[0, 499, 500, 1234])
                Bits.AssertEqual(all.AsSpan(3 * index, 3), ModelInputs.Code(run.Model, run.Config, images, index));
        }
    }

    [Theory]
    [InlineData("", "5", "--from is missing; give an image file, or an index of the images.")]
    [InlineData("0", "2000", "to is 2000; there are 2,000 test images, counted from 0.")]
    [InlineData("-1", "1", "from is -1; there are 2,000 test images, counted from 0.")]
    [InlineData(
        "0",
        "cat.png",
        "to is 'cat.png'; there is no such file, and it is no index. Give an image file, or an index of the test images."
    )]
    public void What_is_no_image_is_refused_before_anything_is_written(string from, string to, string message)
    {
        var options = new InterpolateOptions
        {
            From = from,
            To = to,
            Output = _folder.File("i.png"),
        };
        Assert.Equal(
            message,
            Assert.Throws<ArgumentException>(() => InterpolateWorkflow.Run(tiny.Loaded, options)).Message
        );
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [GeneratedRegex("class=\"elbo-data\">(.*?)</script>")]
    private static partial Regex Data();
}
