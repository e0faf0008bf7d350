using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Imaging;
using Elbo.Tests.Imaging;

namespace Elbo.Tests.Data.Folder;

public sealed partial class ImageFolderSourceTests : IDisposable
{
    private static readonly DataLocation Nowhere = new([], Path.GetTempPath(), Offline: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_a_class_and_an_image_comes_with_the_label_of_its_folder()
    {
        WriteGrey("b/1.png", 10);
        WriteGrey("b/deeper/2.PNG", 11);
        WriteGrey("a/1.png", 20);
        WriteGrey("C/1.png", 30);
        _folder.Write("empty/readme.txt", [1]);
        var (train, test) = Load();
        Assert.Equal(["C", "a", "b"], train.ClassNames);
        Assert.Equal(new ImageShape(1, 2, 2), train.Shape);
        Assert.Equal([(0, 30), (1, 20), (2, 10), (2, 11)], Pairs(train).Concat(Pairs(test)).Order());
        Assert.Equal(Path.GetFileName(_folder.Path), train.Name);
    }

    [Fact]
    public void Every_image_knows_its_file()
    {
        foreach (byte i in (byte[])[1, 2, 3, 4, 5, 6])
            WriteGrey(i % 2 == 0 ? $"even/{i}.png" : $"odd/deep/{i}.png", i);
        var (train, test) = Load();
        foreach (var images in (ImageDataset[])[train, test, train.Slice(1, 2)])
        {
            Assert.Equal(images.Count, images.FileNames!.Count);
            for (int i = 0; i < images.Count; i++)
                Assert.Equal(
                    $"{(images.Image(i)[0] % 2 == 0 ? "even" : "odd/deep")}/{images.Image(i)[0]}.png",
                    images.FileNames[i]
                );
        }
    }

    [Fact]
    public void A_flat_folder_has_no_labels()
    {
        for (int i = 0; i < 4; i++)
            WriteGrey($"{i}.png", (byte)i);
        var (train, test) = Load();
        Assert.Equal((3, 1), (train.Count, test.Count));
        Assert.Null(train.Labels);
        Assert.Empty(train.ClassNames);
    }

    [Fact]
    public void What_is_no_image_by_its_name_or_is_hidden_is_passed_over_and_counted()
    {
        WriteSome(4);
        _folder.Write("notes.txt", [1]);
        _folder.Write("classes.csv", [1]);
        _folder.Write(".hidden.png", [1]);
        _folder.Write(".cache/x.png", [1]);
        var splits = Load();
        Assert.Equal(4, splits.Train.Count + splits.Test.Count);
        Assert.Equal([$"{Name}: 4 images, all 2×2; left out 1 .csv, 1 .txt."], splits.Remarks);
        Assert.Empty(splits.Unreadable);
    }

    [LinkFact]
    public void Links_to_files_and_to_classes_are_followed_and_circles_are_not()
    {
        using var elsewhere = new TemporaryFolder();
        string image = elsewhere.Write("linked/x.png", PngEncoder.Encode(2, 2, 1, [5, 5, 5, 5]));
        WriteGrey("a/1.png", 1);
        File.CreateSymbolicLink(_folder.File("a/2.png"), image);
        Directory.CreateSymbolicLink(_folder.File("a/up"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("b"), elsewhere.File("linked"));
        var (train, test) = Load();
        Assert.Equal([(0, 1), (0, 5), (1, 5)], Pairs(train).Concat(Pairs(test)).Order());
    }

    [Fact]
    public void Images_beside_the_folders_of_classes_are_left_out_and_counted()
    {
        WriteGrey("a/1.png", 1);
        WriteGrey("b/2.png", 2);
        WriteGrey("sample.png", 3);
        var splits = Load();
        Assert.Equal(2, splits.Train.Count + splits.Test.Count);
        Assert.Equal(
            [$"{Name}: 2 images in 2 classes (a 1, b 1), all 2×2; left out 1 image beside the folders of classes."],
            splits.Remarks
        );
    }

    [Fact]
    public void Any_number_of_threads_makes_the_same_dataset()
    {
        for (int i = 0; i < 60; i++)
        {
            if (i % 7 == 3)
                _folder.Write($"c{i % 3}/{i}.png", [(byte)i]);
            else
                WriteGrey($"c{i % 3}/{i}.png", (byte)i, width: 2 + (i % 5));
        }
        var options = Options() with { ImageSize = new ImageSize(3, 2) };
        var one = new ImageFolderSource(threads: 1).Load(Nowhere, options);
        Assert.Equal(9, one.Unreadable.Count);
        foreach (int threads in new[] { 2, 7, -1 })
        {
            var many = new ImageFolderSource(threads).Load(Nowhere, options);
            Assert.Equal(one.Train.Pixels.ToArray(), many.Train.Pixels.ToArray());
            Assert.Equal(one.Test.Pixels.ToArray(), many.Test.Pixels.ToArray());
            Assert.Equal(one.Train.Labels!.Value.ToArray(), many.Train.Labels!.Value.ToArray());
            Assert.Equal(one.Unreadable, many.Unreadable);
        }
    }

    [Fact]
    public void A_single_image_with_colours_makes_all_rgb_whenever_it_is_read()
    {
        for (int i = 0; i < 60; i++)
            WriteGrey($"{i:D2}.png", (byte)i);
        _folder.Write("59.png", PngEncoder.Encode(2, 2, 3, [9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7]));
        _folder.Write("30.png", [1]);
        foreach (int threads in new[] { 1, 2, 7, -1 })
        {
            var (train, test) = new ImageFolderSource(threads).Load(Nowhere, Options());
            Assert.Equal(new ImageShape(3, 2, 2), train.Shape);
            foreach (var images in new[] { train, test })
                for (int i = 0; i < images.Count; i++)
                {
                    byte value = byte.Parse(images.FileNames![i][..2]);
                    byte[] expected = value == 59 ? [9, 8, 7] : [value, value, value];
                    Assert.Equal(expected.SelectMany(v => Enumerable.Repeat(v, 4)), images.Image(i).ToArray());
                }
            Assert.Equal(59, train.Count + test.Count);
        }
    }

    [Theory]
    [InlineData(null, 10, 1)]
    [InlineData(0.25f, 10, 2)]
    [InlineData(0.5f, 10, 5)]
    [InlineData(0.001f, 10, 1)]
    [InlineData(0.999f, 10, 9)]
    [InlineData(0.1f, 2, 1)]
    public void The_test_fraction_is_kept_with_at_least_one_image_on_each_side(
        float? fraction,
        int images,
        int expected
    )
    {
        WriteSome(images);
        var (train, test) = Load(Options() with { TestFraction = fraction });
        Assert.Equal((images - expected, expected), (train.Count, test.Count));
    }

    [Fact]
    public void Which_images_are_for_testing_follows_from_their_names_alone()
    {
        // A documented order, which must not change under the runs that people have.
        WriteSome(10);
        byte[] order = [.. Values(Load().Test), .. Values(Load().Train)];
        string[] digests =
        [
            .. order.Select(i =>
                Convert.ToHexString(
                    System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{i}.png"))
                )
            ),
        ];
        Assert.Equal(digests.Order(StringComparer.Ordinal), digests);
        // A file that is added moves at most the ones at the border.
        byte[] before = Values(Load(Options() with { TestFraction = 0.5f }).Test);
        WriteGrey("new.png", 77);
        byte[] after = Values(Load(Options() with { TestFraction = 0.5f }).Test);
        Assert.InRange(before.Except(after).Count(), 0, 1);
    }

    [Fact]
    public void Without_a_size_the_one_that_all_share_is_taken_and_else_64()
    {
        WriteGrey("0.png", 0, width: 5);
        WriteGrey("1.png", 255, width: 5);
        Assert.Equal(new ImageShape(1, 2, 5), Load().Train.Shape);
        Assert.DoesNotContain(Load().Remarks, remark => remark.Contains("scaled", StringComparison.Ordinal));
        WriteGrey("2.png", 128, width: 6);
        WriteGrey("3.png", 7, width: 7);
        var mixed = Load();
        Assert.Equal(new ImageShape(1, 64, 64), mixed.Train.Shape);
        Assert.Equal(
            "each image is scaled to cover 64×64 and cropped at the centre; --image-size sets another size.",
            mixed.Remarks[1]
        );
        // Every image is of one intensity, and none was lost on the way.
        Assert.Equal(
            (byte[])[0, 7, 128, 255],
            ((ImageDataset[])[mixed.Train, mixed.Test])
                .SelectMany(part => part.Pixels.ToArray().Chunk(64 * 64))
                .Select(image => image.Distinct().Single())
                .Order()
        );
        Assert.Equal(new ImageShape(1, 4, 8), Load(Options() with { ImageSize = new ImageSize(8, 4) }).Train.Shape);
    }

    [Fact]
    public void Images_that_share_a_size_above_64_are_scaled_too()
    {
        WriteGrey("0.png", 10, width: 65);
        WriteGrey("1.png", 20, width: 65);
        var scaled = Load();
        Assert.Equal(new ImageShape(1, 64, 64), scaled.Train.Shape);
        Assert.StartsWith("each image is scaled to cover 64×64", scaled.Remarks[1]);
        Assert.Equal(65, Load(Options() with { ImageSize = new ImageSize(65, 2) }).Train.Shape.Width);
    }

    [Fact]
    public void Grey_is_chosen_where_all_images_are_grey_and_rgb_otherwise()
    {
        WriteSome(3);
        Assert.Equal(1, Load().Train.Shape.Channels);
        Assert.Equal(3, Load(Options() with { Colour = ImageColour.Rgb }).Train.Shape.Channels);
        _folder.Write("x.png", PngEncoder.Encode(2, 2, 3, [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0]));
        var (train, test) = Load();
        Assert.Equal(3, train.Shape.Channels);
        byte[][] images = [.. Images(train), .. Images(test)];
        Assert.Contains([255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0], images);
        Assert.Contains([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], images);
        var (greyTrain, greyTest) = Load(Options() with { Colour = ImageColour.Grey });
        Assert.Contains((byte)76, Values(greyTrain).Concat(Values(greyTest)));
    }

    [Fact]
    public void Pngs_and_jpegs_are_told_apart_by_their_content()
    {
        _folder.Write("a.png", JpegBytes.Grey);
        _folder.Write("b.jpeg", PngEncoder.Encode(16, 8, 1, new byte[128]));
        _folder.Write("c.JPG", JpegBytes.Rgb);
        var splits = Load();
        Assert.Empty(splits.Unreadable);
        Assert.Equal(new ImageShape(3, 8, 16), splits.Train.Shape);
    }

    [Fact]
    public void Progress_counts_every_file_once_and_in_order()
    {
        WriteSome(20);
        var progress = new ProgressLog();
        new ImageFolderSource().Load(Nowhere, Options(), progress);
        Assert.Equal(
            Enumerable.Range(0, 21).Select(i => new DataProgress(DataActivity.Reading, _folder.Path, i, 20)),
            progress.Reports
        );
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        WriteSome(20);
        using var cancel = new CancellationTokenSource();
        var progress = new ProgressLog(report =>
        {
            if (report.Done == 3)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new ImageFolderSource(threads: 1).Load(Nowhere, Options(), progress, cancel.Token)
        );
        Assert.True(progress.Reports.Count < 20);
    }

    [Fact]
    public async Task There_is_nothing_to_find_or_to_fetch()
    {
        var source = new ImageFolderSource();
        Assert.Null(source.Find(Nowhere));
        Assert.False(source.CanBeFetched);
        await Assert.ThrowsAsync<ArgumentException>(() => source.FetchAsync(Nowhere));
    }

    private void AssertRefused<T>(string complaint, DatasetOptions options)
        where T : Exception => Assert.StartsWith(complaint, Assert.Throws<T>(() => Load(options)).Message);

    private string Name => Path.GetFileName(_folder.Path);

    private DatasetOptions Options() => new() { Images = _folder.Path };

    private DatasetSplits Load(DatasetOptions? options = null) =>
        new ImageFolderSource().Load(Nowhere, options ?? Options());

    private void WriteGrey(string name, byte value, int width = 2) =>
        _folder.Write(name, PngEncoder.Encode(width, 2, 1, [.. Enumerable.Repeat(value, 2 * width)]));

    private void WriteSome(int count)
    {
        for (int i = 0; i < count; i++)
            WriteGrey($"{i}.png", (byte)i);
    }

    private static IEnumerable<byte[]> Images(ImageDataset data) =>
        Enumerable.Range(0, data.Count).Select(i => data.Image(i).ToArray());

    private static byte[] Values(ImageDataset data) => [.. Images(data).Select(image => image[0])];

    private static IEnumerable<(int Label, int Value)> Pairs(ImageDataset data) =>
        Values(data).Select((value, i) => ((int)data.Labels!.Value.Span[i], (int)value));
}
