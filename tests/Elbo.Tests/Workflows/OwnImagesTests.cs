using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Tests.Imaging;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;
using SkiaSharp;

namespace Elbo.Tests.Workflows;

/// <summary>A trained model and a person's own image files.</summary>
public sealed class OwnImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OwnImagesTests()
    {
        // Two classes of photographs of mixed size and format, and one loose file.
        for (int i = 0; i < 12; i++)
        {
            var (format, ending) = i % 2 == 0 ? (SKEncodedImageFormat.Png, "png") : (SKEncodedImageFormat.Jpeg, "jpg");
            Write($"photos/{(i < 5 ? "cats" : "dogs")}/p{i:D2}.{ending}", Picture(i), format);
        }
    }

    private string Photos => _folder.File("photos");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vae", Binarization.None)]
    [InlineData("vae", Binarization.Dynamic)]
    [InlineData("cnn-vae", Binarization.None)]
    [InlineData("cnn-vae", Binarization.Threshold)]
    public void Codes_of_files_equal_those_of_training_bit_for_bit(string model, Binarization binarize)
    {
        using var run = Train(model, binarize);
        var all = run.Images(ImageChoice.OfSplit("all"));
        float[] codes = Codes(run, all);
        var expected = all.FileNames!.Select((name, i) => (name, Code: codes.AsSpan(i * 3, 3).ToArray()))
            .ToDictionary(pair => pair.name, pair => pair.Code);

        // In the order of names, one by one, and from a list in reverse order.
        var folder = run.Images(ImageChoice.OfPath(Photos));
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), folder.FileNames);
        AssertEqual(expected, folder, Codes(run, folder));
        foreach (string name in expected.Keys)
        {
            var single = run.Images(ImageChoice.OfPath(Path.Combine(Photos, name)));
            Assert.Equal(Path.Combine(Photos, name), single.FilePath(0));
            Assert.Equal(expected[name], Codes(run, single));
        }
        string[] names = [.. expected.Keys.OrderDescending(StringComparer.Ordinal)];
        File.WriteAllLines(_folder.File("photos/list.txt"), names);
        var listed = run.Images(ImageChoice.OfPath(_folder.File("photos/list.txt")));
        Assert.Equal(names.Select(name => Path.Combine(Photos, name)), listed.FileNames);
        Assert.Equal(names.SelectMany(name => expected[name]), Codes(run, listed));
    }

    [Fact]
    public void Every_image_of_a_folder_is_used_even_beside_folders_of_classes()
    {
        using var run = Train("vae");
        Write("photos/loose.png", Picture(40), SKEncodedImageFormat.Png);
        var images = run.Images(ImageChoice.OfPath(Photos));
        Assert.Equal(13, images.Count);
        Assert.Equal("loose.png", images.FileNames![^1]);
        Assert.Null(images.Labels);
    }

    [Fact]
    public void Restored_pictures_have_the_names_of_the_files_and_no_noise_is_added()
    {
        using var run = Train("vae");
        Write("photos/cats/p00.jpg", Picture(30), SKEncodedImageFormat.Jpeg);
        string output = _folder.File("restored");
        var result = RestoreWorkflow.Run(run, ImageChoice.OfPath(Photos), output);
        Assert.Equal((output, 13, new ImageShape(3, 16, 16)), (result.Path, result.Count, result.Shape));
        string[] lines = File.ReadAllLines(Path.Combine(output, RestoreWorkflow.TableName));
        Assert.Equal(14, lines.Length);
        Assert.StartsWith(
            $"{Photos}/cats/p00.jpg,cats/p00.png,",
            lines[1].Replace('\\', '/'),
            StringComparison.Ordinal
        );
        Assert.StartsWith($"{Photos}/cats/p00.png,cats/p00-png.png,", lines[2], StringComparison.Ordinal);

        var images = run.Images(ImageChoice.OfPath(Photos));
        float[] expected = Inference.Reconstruct(run.Model, images.ToIntensities());
        var written = ImageDecoder.Read(Path.Combine(output, "dogs/p11.png"));
        float[] last = expected[^(3 * 16 * 16)..];
        for (int i = 0; i < last.Length; i++)
            Assert.Equal(last[i] * 255, written.Pixels[(i % 256 * 3) + (i / 256)], 0.51);

        // A second call replaces nothing unless told to.
        Assert.Throws<IOException>(() => RestoreWorkflow.Run(run, ImageChoice.OfPath(Photos), output));
        RestoreWorkflow.Run(run, ImageChoice.OfPath(Photos), output, overwrite: true);
    }

    [Fact]
    public void A_replaced_file_is_noticed_although_the_number_of_files_is_the_same()
    {
        using (var run = Train("vae"))
            Assert.Equal(12, run.Images(ImageChoice.OfSplit("all")).Count);
        var notes = new List<string>();
        using (var same = LoadedRun.Open(_folder.File("runs/own"), notes: new Notes(notes)))
            _ = same.Data;
        Assert.StartsWith(
            "photos: 12 images in 2 classes (cats 5, dogs 7), ",
            notes.Single(),
            StringComparison.Ordinal
        );
        notes.Clear();
        Write("photos/dogs/p11.jpg", Picture(77), SKEncodedImageFormat.Jpeg);
        using (var changed = LoadedRun.Open(_folder.File("runs/own"), notes: new Notes(notes)))
            _ = changed.Data;
        Assert.Equal(2, notes.Count);
        string note = notes[0];
        Assert.Matches("^the (training|test) images of image-folder are not those that .*own was trained with", note);
        Assert.EndsWith($"read from {Photos}.", note, StringComparison.Ordinal);

        // Resuming notes it too, whether or not there is anything left to train.
        foreach (int? epochs in (int?[])[null, 2])
        {
            using var observer = new RecordingObserver();
            TrainWorkflow.Resume(RunFolder.Open(_folder.File("runs/own")), epochs, null, observer);
            Assert.Single(observer.Notes, text => text.Contains("their content has changed", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(
        "nowhere",
        "there is no nowhere; --images names a folder, an image file, a list of image files, or an array file."
    )]
    [InlineData("empty.txt", "empty.txt is empty; it needs the path of one image file per line.")]
    [InlineData("wrong.txt", "wrong.txt names no-such.png, which is not a file here or in ")]
    [InlineData(
        "text.png",
        "none of the 1 files of text.png can be read as an image; the first is text.png: found 'hello'"
    )]
    public void What_cannot_be_read_is_refused_in_a_line(string path, string message)
    {
        File.WriteAllText(_folder.File("empty.txt"), "\n");
        File.WriteAllText(_folder.File("wrong.txt"), "no-such.png\n");
        File.WriteAllText(_folder.File("text.png"), "hello");
        string full = _folder.File(path);
        var error = Assert.ThrowsAny<Exception>(() => ImagesByPath.Load(full, new ImageShape(1, 8, 8)));
        Assert.True(error is IOException or InvalidDataException);
        Assert.StartsWith(
            message,
            error.Message.Replace(_folder.File("x")[..^1], "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_split_and_own_images_are_not_given_together() =>
        Assert.StartsWith(
            "images and split were both given;",
            Assert
                .Throws<ArgumentException>(() => new ImageChoice { Split = "train", Images = "x" }.Validate())
                .Message,
            StringComparison.Ordinal
        );

    private LoadedRun Train(string model, Binarization binarize = Binarization.None)
    {
        ModelOptions options =
            model == "vae"
                ? VaeOptions.WithLayers([20], [20], latentDim: 3)
                : new CnnVaeOptions
                {
                    LatentDim = 3,
                    Network = new DcganOptions { Channels = [8, 16] },
                };
        var config = new RunConfig
        {
            ModelOptions = options,
            Dataset = "image-folder",
            DatasetOptions = new DatasetOptions { Images = Photos, ImageSize = new ImageSize(16, 16) },
            Binarize = binarize,
            Epochs = 1,
            BatchSize = 11,
            Name = "own",
        };
        using var observer = new RecordingObserver();
        var run = TrainWorkflow.Start(config, _folder.File("runs"), overwrite: false, TinyRun.Location, observer);
        return LoadedRun.Open(run.Path);
    }

    private static float[] Codes(LoadedRun run, ImageDataset images) =>
        ModelInputs.Codes(run.Model, run.Config, images, images.Count);

    private static void AssertEqual(Dictionary<string, float[]> expected, ImageDataset images, float[] codes) =>
        Assert.Equal(images.FileNames!.SelectMany(name => expected[name]), codes);

    private void Write(string name, DecodedImage image, SKEncodedImageFormat format)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllBytes(_folder.File(name), ImageFiles.Encode(image, format, 90));
    }

    private static DecodedImage Picture(int i) =>
        ImageFiles.Paint(
            20 + (3 * i),
            44 + i,
            (x, y) => (((x * (i + 3)) + y) % 256, (y * (7 + i)) % 256, (x + y + (40 * i)) % 256)
        );

    private sealed class Notes(List<string> list) : IProgress<string>
    {
        public void Report(string value) => list.Add(value);
    }
}
