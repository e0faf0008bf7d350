using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Imaging;

namespace Elbo.Tests.Data.Folder;

/// <summary>Which folders are splits, classes, or neither.</summary>
public sealed class ImageFolderLayoutTests : IDisposable
{
    private static readonly DataLocation Nowhere = new([], Path.GetTempPath(), Offline: true);

    private readonly TemporaryFolder _folder = new();

    private string Name => Path.GetFileName(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train", "val", "test")]
    [InlineData("Training", "valid", "Testing")]
    [InlineData("TRAIN", "Validation", "TEST")]
    [InlineData("train", "dev", "test")]
    public void Folders_for_training_validation_and_test_are_splits(string train, string validation, string test)
    {
        Write($"{train}/cat/1.png", 1);
        Write($"{train}/cat/deep/2.png", 2);
        Write($"{train}/dog/3.png", 3);
        Write($"{validation}/dog/4.png", 4);
        Write($"{test}/cat/5.png", 5);
        Write($"{test}/ant/6.png", 6);
        var data = Load();
        // The classes of all splits together, in ordinal order: ant, cat, dog.
        Assert.Equal([(1, 1), (1, 2), (2, 3)], Pairs(data.Train));
        Assert.Equal([(2, 4)], Pairs(data.Validation!));
        Assert.Equal([(0, 6), (1, 5)], Pairs(data.Test));
        foreach (var images in new[] { data.Train, data.Validation!, data.Test })
            Assert.Equal(["ant", "cat", "dog"], images.ClassNames);
        Assert.Equal($"{train}/dog/3.png", data.Train.FileNames![Values(data.Train).IndexOf((byte)3)]);
        Assert.Equal(_folder.File($"{validation}/dog/4.png"), data.Validation!.FilePath(0));
        Assert.Null(data.TestFraction);
        Assert.Equal(
            [
                $"{Name}: {train} 3 images in 2 classes (cat 2, dog 1), {validation} 1 image in 1 class (dog 1), "
                    + $"{test} 2 images in 2 classes (ant 1, cat 1), all 2×2.",
            ],
            data.Remarks
        );
    }

    [Fact]
    public void A_flat_test_folder_has_no_labels()
    {
        Write("train/cat/1.png", 1);
        Write("train/dog/2.png", 2);
        Write("test/3.png", 3);
        Write("test/4.png", 4);
        var data = Load();
        Assert.Equal([(0, 1), (1, 2)], Pairs(data.Train));
        Assert.Null(data.Test.Labels);
        Assert.Empty(data.Test.ClassNames);
        Assert.Equal((byte[])[3, 4], Values(data.Test).Order());
        Assert.Equal(
            [$"{Name}: train 2 images in 2 classes (cat 1, dog 1), test 2 images without classes, all 2×2."],
            data.Remarks
        );
    }

    [Fact]
    public void For_use_all_images_are_taken_whatever_the_splits()
    {
        Write("train/cat/1.png", 1);
        Write("train/dog/2.png", 2);
        Write("train/loose.png", 3);
        Write("val/4.png", 4);
        Write("valid/5.png", 5);
        Write("extra/6.png", 6);
        Write("cover.png", 7);
        string[] names = ["cover.png", "extra/6.png", "train/cat/1.png", "train/dog/2.png", "train/loose.png"];
        var all = Use();
        Assert.Equal([.. names, "val/4.png", "valid/5.png"], all.Images.FileNames);
        Assert.Null(all.Images.Labels);
        Assert.Equal([$"{Name}: 7 images, all 2×2."], all.Remarks);
        foreach (string name in (string[])["cover.png", "extra/6.png", "train/loose.png"])
            File.Delete(_folder.File(name));
        all = Use();
        Assert.Equal(["train/cat/1.png", "train/dog/2.png", "val/4.png", "valid/5.png"], all.Images.FileNames);
        Assert.Null(all.Images.Labels);
        Assert.Equal([$"{Name}: 4 images, 2 of them in 2 classes (cat 1, dog 1), all 2×2."], all.Remarks);
        Directory.Delete(_folder.File("val"), recursive: true);
        Directory.Delete(_folder.File("valid"), recursive: true);
        Write("test/dog/8.png", 8);
        Assert.Equal([(0, 1), (1, 2), (1, 8)], Pairs(Use().Images));

        ImagesByPath Use() => ImagesByPath.Load(_folder.Path, new ImageShape(1, 2, 2));
    }

    [Fact]
    public void Without_test_images_some_of_the_training_images_are_held_out()
    {
        for (byte i = 0; i < 10; i++)
            Write($"train/{i}.png", i);
        Write("val/10.png", 10);
        Directory.CreateDirectory(_folder.File("test"));
        var data = Load(new() { TestFraction = 0.3f });
        Assert.Equal((7, 3, 1), (data.Train.Count, data.Test.Count, data.Validation!.Count));
        Assert.Equal(Enumerable.Range(0, 10), Values(data.Train).Concat(Values(data.Test)).Order().Select(v => (int)v));
        Assert.Equal(0.3f, data.TestFraction);
        Assert.Equal(0.1f, Load().TestFraction);
    }

    [Fact]
    public void A_fraction_for_testing_contradicts_test_images()
    {
        Write("train/1.png", 1);
        Write("Test/2.png", 2);
        Assert.Equal(
            $"test-fraction is 0.2; {_folder.Path} has test images of its own, in Test. Remove the option.",
            Assert.Throws<ArgumentException>(() => Load(new() { TestFraction = 0.2f })).Message
        );
    }

    [Fact]
    public void A_class_may_have_the_name_of_a_split()
    {
        Write("bus/1.png", 1);
        Write("train/2.png", 2);
        Write("train/3.png", 3);
        var data = Load();
        Assert.Equal([(0, 1), (1, 2), (1, 3)], Pairs(data.Train).Concat(Pairs(data.Test)).Order());
        Assert.Equal(["bus", "train"], data.Train.ClassNames);
        Assert.Null(data.Validation);
    }

    [Fact]
    public void What_lies_beside_splits_is_left_out_and_said()
    {
        Write("train/1.png", 1);
        Write("test/2.png", 2);
        Write("extra/a/3.png", 3);
        Write("extra/4.png", 4);
        Write("cover.png", 5);
        _folder.Write("labels/list.csv", [1]);
        var data = Load();
        Assert.Equal([1, 2], Values(data.Train).Concat(Values(data.Test)));
        Assert.Equal(
            [
                $"{Name}: train 1 image, test 1 image, all 2×2; left out 1 .csv, 1 image beside the splits, 2 images "
                    + "in extra.",
            ],
            data.Remarks
        );
    }

    [Fact]
    public void Splits_that_contradict_each_other_or_lack_one_to_train_are_refused()
    {
        Write("val/1.png", 1);
        Write("test/2.png", 2);
        Assert.Equal(
            $"{_folder.Path} has the folders test and val but no folder train. Name one of them with --images to use "
                + "its images.",
            Assert.Throws<InvalidDataException>(() => Load()).Message
        );
        _folder.Write("train/readme.txt", [1]);
        Assert.Equal(
            $"{_folder.Path} has no images in train.",
            Assert.Throws<InvalidDataException>(() => Load()).Message
        );
        Write("train/3.png", 3);
        Write("training/4.png", 4);
        Assert.Equal(
            $"{_folder.Path} has train and training, which mean the same split. Keep one of them.",
            Assert.Throws<InvalidDataException>(() => Load()).Message
        );
        Directory.Delete(_folder.File("training"), recursive: true);
        _folder.Write("test/2.png", "no image"u8.ToArray());
        Assert.StartsWith(
            $"{_folder.Path} has no image in test that can be read. Not read: test/2.png: found 'no image'; expected",
            Assert.Throws<InvalidDataException>(() => Load()).Message
        );
    }

    [Theory]
    [InlineData("photos")]
    [InlineData("photos/photos")]
    [InlineData("train")]
    public void A_single_folder_is_looked_through(string wrapper)
    {
        Write($"{wrapper}/cat/1.png", 1);
        Write($"{wrapper}/dog/2.png", 2);
        _folder.Write("README.md", [1]);
        _folder.Write("__MACOSX/photos/._1.png", [1]);
        var data = Load();
        Assert.Equal([(0, 1), (1, 2)], Pairs(data.Train).Concat(Pairs(data.Test)).Order());
        Assert.Equal(["cat", "dog"], data.Train.ClassNames);
        Assert.Equal(
            [$"{wrapper}/cat/1.png", $"{wrapper}/dog/2.png"],
            data.Train.FileNames!.Concat(data.Test.FileNames!).Order()
        );
        Assert.Equal([$"{Name}: 2 images in 2 classes (cat 1, dog 1), all 2×2; left out 1 .md."], data.Remarks);
    }

    [Fact]
    public void Splits_are_found_in_a_single_folder_and_a_single_folder_of_images_has_no_classes()
    {
        Write("archive/train/a/1.png", 1);
        Write("archive/test/a/2.png", 2);
        var data = Load();
        Assert.Equal([(0, 1)], Pairs(data.Train));
        Assert.Equal([(0, 2)], Pairs(data.Test));
        Directory.Delete(_folder.File("archive/test"), recursive: true);
        Write("archive/train/a/2.png", 2);
        Assert.Null(Load().Train.Labels);
    }

    [Fact]
    public void Many_classes_are_told_by_their_number_and_sizes_by_their_range()
    {
        for (byte i = 0; i < 12; i++)
            Write($"c{i:D2}/{i}.png", i, width: 3 + i);
        string start = $"{Name}: 12 images in 12 classes (";
        var square = new DatasetOptions { ImageSize = new ImageSize(2, 2) };
        Assert.Equal([start + "1 each), 3×2 to 14×2."], Load(square).Remarks);
        Write("c03/more.png", 1);
        Write("c07/more.png", 1);
        Write("c07/even more.png", 1);
        Assert.Equal([$"{Name}: 15 images in 12 classes (c00 1 to c07 3), 2×2 to 14×2."], Load(square).Remarks);
    }

    private DatasetSplits Load(DatasetOptions? options = null) =>
        new ImageFolderSource().Load(Nowhere, (options ?? new()) with { Images = _folder.Path });

    private void Write(string name, byte value, int width = 2) =>
        _folder.Write(name, PngEncoder.Encode(width, 2, 1, [.. Enumerable.Repeat(value, 2 * width)]));

    private static List<byte> Values(ImageDataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(i => data.Image(i)[0])];

    private static IEnumerable<(int Label, int Value)> Pairs(ImageDataset data) =>
        Values(data).Select((value, i) => ((int)data.Labels!.Value.Span[i], (int)value)).Order();
}
