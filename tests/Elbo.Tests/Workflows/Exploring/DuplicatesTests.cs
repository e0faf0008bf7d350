using Elbo.Data;
using Elbo.Figures;
using Elbo.Imaging;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Exploring;

[Collection(TinyRunTests.Name)]
public sealed class DuplicatesTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Known_copies_are_found_with_their_kind_and_nothing_else()
    {
        var images = tiny.Loaded.Data.Test;
        for (int i = 0; i < 40; i++)
            Save($"{i:D2}.png", images.Image(i).ToArray());
        File.Copy(_folder.File("p/03.png"), _folder.File("p/03-copy.png"));
        // Other bytes, the same pixels.
        var grey = Bitmap.FromImage(images.Image(7), images.Shape);
        byte[] rgb = [.. grey.Pixels.ToArray().SelectMany(v => (byte[])[v, v, v])];
        File.WriteAllBytes(_folder.File("p/07-rgb.png"), PngEncoder.Encode(28, 28, 3, rgb));
        // Darker, with a little noise.
        Save("11-dark.png", [.. images.Image(11).ToArray().Select((v, i) => (byte)((v * 0.9) + (i % 7)))]);
        var summary = Search(new DuplicatesOptions());
        Assert.Equal(
            [
                ["03-copy.png", "03.png"],
                ["07-rgb.png", "07.png"],
                ["11-dark.png", "11.png"],
            ],
            summary.Groups.Select(group => group.Images.Select(image => Path.GetFileName(image.File!)).ToArray())
        );
        Assert.Equal(
            [(DuplicateKind.Exact, true), (DuplicateKind.Exact, false), (DuplicateKind.Near, false)],
            summary.Groups.Select(group => (group.Images[0].Kind, group.Images[0].IsFileCopy))
        );
        double distance = summary.Groups[2].Images[0].Distance;
        Assert.InRange(distance, 0.01, 0.15);
        string[] lines = File.ReadAllLines(_folder.File("d/duplicates.csv"));
        Assert.Equal("group,kind,split,index,file,distance,same_file,label", lines[0]);
        Assert.Equal($"1,exact,,3,{_folder.File("p/03-copy.png")},0,yes,", lines[1]);
        Assert.StartsWith($"3,near,,{summary.Groups[2].Images[0].Index},", lines[5]);
        Assert.True(File.Exists(_folder.File("d/contact-sheet.png")));
        // Exact copies only, and a threshold below the distance.
        Assert.Equal(2, Search(new DuplicatesOptions { Threshold = 0 }).Groups.Count);
        Assert.Equal(2, Search(new DuplicatesOptions { Threshold = distance * 0.99 }).Groups.Count);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.6)]
    public void Groups_are_those_of_a_comparison_of_all_pairs(double threshold)
    {
        var images = tiny.Loaded.Data.Test.Slice(0, 300);
        var encoded = EncodedImages.Of(tiny.Loaded, images, default);
        var search = new DuplicateSearch(encoded, threads: 2);
        var (groups, distances) = search.Find(threshold, default);
        int[] label = [.. Enumerable.Range(0, images.Count)];
        double[] nearest = [.. label.Select(_ => double.PositiveInfinity)];
        for (int a = 0; a < images.Count; a++)
        for (int b = 0; b < a; b++)
        {
            double distance = PixelDistance(images, a, b);
            if (distance > threshold || search.LatentDistance(a, b) > search.Radius)
                continue;
            (nearest[a], nearest[b]) = (Math.Min(nearest[a], distance), Math.Min(nearest[b], distance));
            int from = label[a],
                to = label[b];
            for (int i = 0; i < label.Length; i++)
                label[i] = label[i] == from ? to : label[i];
        }
        var expected = Enumerable
            .Range(0, images.Count)
            .GroupBy(i => label[i])
            .Where(group => group.Count() > 1)
            .Select(group => group.ToArray())
            .OrderBy(group => group[0]);
        Assert.Equal(expected, groups);
        Assert.Equal(threshold > 0.5, groups.Length > 0);
        Assert.All(
            groups.SelectMany(group => group),
            // √(1 − ρ) near 0 loses half of the digits.
            i => Assert.Equal(nearest[i], distances[i], 1e-6)
        );
    }

    [Fact]
    public void The_pixel_distance_ignores_brightness_and_contrast_and_is_two_for_a_negative()
    {
        byte[] image = [10, 20, 30, 80, 20, 10, 40, 60, 10];
        byte[] brighter = [.. image.Select(v => (byte)((2 * v) + 15))];
        byte[] negative = [.. image.Select(v => (byte)(255 - v))];
        byte[] flat = [7, 7, 7, 7, 7, 7, 7, 7, 7];
        var images = new ImageDataset(
            "x",
            new ImageShape(1, 3, 3),
            (byte[])[.. image, .. brighter, .. negative, .. flat]
        );
        var search = new DuplicateSearch(new EncodedImages(images, [0, 1, 2, 3], 1), threads: 1);
        Assert.Equal(0, search.PixelDistance(0, 1), 7);
        Assert.Equal(2, search.PixelDistance(0, 2), 12);
        Assert.Equal(double.PositiveInfinity, search.PixelDistance(0, 3));
        // The distances of the codes 0 to 3 are 1, 2 and 3, of 3, 2 and 1 pairs.
        Assert.InRange(search.Radius, 1, 2);
    }

    [Fact]
    public void Copies_across_train_and_test_are_counted()
    {
        var images = tiny.Loaded.Data.Test;
        for (int i = 0; i < 20; i++)
        {
            Save($"{i:D2}.png", images.Image(i).ToArray());
            File.Copy(_folder.File($"p/{i:D2}.png"), _folder.File($"p/{i:D2}-copy.png"));
        }
        using var observer = new RecordingObserver();
        var folder = TrainWorkflow.Start(
            TinyRun.Config with
            {
                Dataset = "image-folder",
                DatasetOptions = new DatasetOptions { Images = _folder.File("p"), TestFraction = 0.4f },
                Name = "copies",
                Epochs = 1,
                BatchSize = 8,
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        using var run = LoadedRun.Open(folder.Path);
        var summary = DuplicatesWorkflow.Run(run, new DuplicatesOptions { Output = _folder.File("d") });
        string[] Bases(ImageDataset split) => [.. split.FileNames!.Select(name => name[..2])];
        string[] train = Bases(run.Data.Train),
            test = Bases(run.Data.Test);
        int expected = test.Count(train.Contains);
        Assert.InRange(expected, 1, 16);
        Assert.Equal((20, expected), (summary.Groups.Count, summary.TestImagesInTrain));
        foreach (var image in summary.Groups.SelectMany(group => group.Images))
            Assert.Equal(run.Split(image.Split).FilePath(image.Index), image.File);
    }

    [Fact]
    public void Conflicting_labels_are_those_of_different_classes()
    {
        static DuplicateImage Of(string? label) => new("train", 0, null, 0) { Label = label };
        Assert.True(new DuplicateGroup([Of("a"), Of("b")]).HasConflictingLabels);
        Assert.False(new DuplicateGroup([Of("a"), Of("a")]).HasConflictingLabels);
        Assert.False(new DuplicateGroup([Of(null), Of(null)]).HasConflictingLabels);
    }

    private DuplicatesSummary Search(DuplicatesOptions options) =>
        DuplicatesWorkflow.Run(
            tiny.Loaded,
            options with
            {
                Images = _folder.File("p"),
                Output = _folder.File("d"),
                Overwrite = true,
            }
        );

    private void Save(string name, byte[] pixels) =>
        Bitmap.FromImage(pixels, new ImageShape(1, 28, 28)).SavePng(_folder.File($"p/{name}"));

    /// <summary>The definition: both images with mean 0 and deviation 1, then the root mean square difference.</summary>
    private static double PixelDistance(ImageDataset images, int a, int b)
    {
        double[] x = Standardized(images.Image(a)),
            y = Standardized(images.Image(b));
        return Math.Sqrt(x.Zip(y, (u, v) => (u - v) * (u - v)).Average());
    }

    private static double[] Standardized(ReadOnlySpan<byte> image)
    {
        double[] values = [.. image.ToArray().Select(v => (double)v)];
        double mean = values.Average(),
            deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return [.. values.Select(v => (v - mean) / deviation)];
    }
}
