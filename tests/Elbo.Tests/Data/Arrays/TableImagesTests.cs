using Elbo.Data;
using Elbo.Data.Arrays;
using Elbo.Tests.Data.Idx;
using static Elbo.Tests.Data.Arrays.ArrayFiles;

namespace Elbo.Tests.Data.Arrays;

/// <summary>Images in CSV, IDX and CIFAR files.</summary>
public sealed class TableImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_files_of_Kaggle_are_train_and_test()
    {
        _folder.Write("train.csv", "label,pixel0,pixel1,pixel2,pixel3\n7,0,1,2,255\n3,4,5,6,7\n"u8.ToArray());
        _folder.Write("test.csv", "pixel0,pixel1,pixel2,pixel3\r\n9,8,7,6\r\n"u8.ToArray());
        _folder.Write("sample_submission.csv", "ImageId,Label\n1,0\n"u8.ToArray());
        var splits = Load(_folder.Path);
        Assert.Equal([0, 1, 2, 255, 4, 5, 6, 7], splits.Train.Pixels.ToArray());
        Assert.Equal([1, 0], splits.Train.Labels!.Value.ToArray());
        Assert.Equal(["3", "7"], splits.Train.ClassNames);
        Assert.Equal([9, 8, 7, 6], splits.Test.Pixels.ToArray());
        Assert.Null(splits.Test.Labels);
        Assert.Empty(splits.Remarks);
    }

    [Theory]
    [InlineData("label,pixel1,pixel2,pixel3,pixel4\n7,0,1,2,255\n3,4,5,6,7\n")]
    [InlineData("7,0,1,2,255\n3,4,5,6,7\n")]
    [InlineData("id,pixel0,pixel1,pixel2,pixel3,class\n100,0,1,2,255,7\n101,4,5,6,7,3\n")]
    [InlineData("\uFEFF\"label\",\"a\",\"b\",\"c\",\"d\"\n7,0,1,2,255\n3,\"4\",5,6,7.0\n")]
    public void Names_are_optional_and_the_label_is_found(string text)
    {
        string path = _folder.Write("digits.csv.gz", IdxBytes.Gzip(System.Text.Encoding.UTF8.GetBytes(text)));
        var all = All(path);
        Assert.Equal((new ImageShape(1, 2, 2), 2), (all.Shape, all.Count));
        Assert.Equal([0, 1, 2, 255, 4, 5, 6, 7], all.Pixels.ToArray());
        Assert.Equal([1, 0], all.Labels!.Value.ToArray());
    }

    public static TheoryData<string, string> WrongTables =>
        new()
        {
            { "label,a,b,c,d\n1,2,3,4,5\n1,2,3\n", ", row 2: 3 cells stand under 5 columns." },
            { "label,a,b,c,d\n1,2,x,4,5\n", ", row 1: 'x' is not a number." },
            { "label,a,b,c,d\n1,2,,4,5\n", ", row 1: '' is not a number." },
            { "label,a,b,c,d\n1,2,300,4,5\n", " has the value 300; intensities are from 0 to 1, or from 0 to 255." },
            { "label,a,b,c,d\n", " has shape (0, 4), so there are no images." },
            { "label,a,b\n1,2,3\n", " has shape (1, 2), and 2 pixels are no square; give the size with --image-size " },
            { "\n", " has no rows of comma-separated numbers." },
        };

    [Theory]
    [MemberData(nameof(WrongTables))]
    public void A_wrong_table_is_refused_with_its_row(string text, string complaint)
    {
        string path = _folder.Write("t.csv", System.Text.Encoding.UTF8.GetBytes(text));
        AssertRefused(path + complaint, path);
    }

    [Fact]
    public void Tables_that_are_not_told_apart_are_refused()
    {
        _folder.Write("a.csv", "1,2\n"u8.ToArray());
        _folder.Write("b.csv", "1,2\n"u8.ToArray());
        AssertRefused($"{_folder.Path} has a.csv, b.csv; one file must have 'train' in its name, ", _folder.Path);
    }

    [Fact]
    public void Idx_files_of_ones_own_are_pairs_by_name()
    {
        _folder.Write("letters-train-images-idx3-ubyte.gz", IdxBytes.Gzip(IdxBytes.Images(3)));
        _folder.Write("letters-train-labels-idx1-ubyte", IdxBytes.Labels(1, 26, 4));
        _folder.Write("letters-test-images-idx3-ubyte", IdxBytes.Images(1));
        foreach (string path in (string[])[_folder.Path, _folder.File("letters")])
        {
            var (train, test) = Load(path);
            Assert.Equal(new ImageShape(1, 2, 3), train.Shape);
            Assert.Equal(Count(18), train.Pixels.ToArray());
            Assert.Equal(["1", "4", "26"], train.ClassNames);
            Assert.Equal([0, 2, 1], train.Labels!.Value.ToArray());
            Assert.Equal(Count(6), test.Pixels.ToArray());
            Assert.Null(test.Labels);
        }
    }

    [Fact]
    public void Idx_files_can_have_colours_on_either_side()
    {
        _folder.Write("last-images-idx4-ubyte", IdxBytes.File(0x804, [1, 2, 2, 3], Count(12)));
        _folder.Write("first-images-idx4-ubyte", IdxBytes.File(0x804, [1, 3, 2, 2], Count(12)));
        Assert.Equal([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11], All(_folder.File("last"), 3).Pixels.ToArray());
        Assert.Equal(Count(12), All(_folder.File("first-images-idx4-ubyte"), 3).Pixels.ToArray());
    }

    [Fact]
    public void Emnist_is_turned_upright()
    {
        // Stored by columns: the image 2 rows of 3, (0 1 2 / 3 4 5), is 0 3 1 4 2 5 in 3 rows of 2.
        _folder.Write("emnist-own-images-idx3-ubyte", IdxBytes.File(0x803, [1, 3, 2], [0, 3, 1, 4, 2, 5]));
        var found = ImagesByPathOf(_folder.Path, new ImageShape(1, 2, 3));
        Assert.Equal([0, 1, 2, 3, 4, 5], found.Images.Pixels.ToArray());
        Assert.Equal(["the images of emnist-own are stored by columns; they are turned upright."], found.Remarks);
    }

    [Fact]
    public void Several_sets_in_a_folder_are_not_mixed()
    {
        _folder.Write("a-images-idx3-ubyte", IdxBytes.Images(2));
        _folder.Write("b-images-idx3-ubyte", IdxBytes.Images(2));
        AssertRefused(
            $"{_folder.Path} has several datasets in IDX format: a, b. Give one, as in {_folder.File("a")}.",
            _folder.Path
        );
    }

    [Fact]
    public void A_wrong_idx_file_is_refused_with_its_byte()
    {
        string path = _folder.Write("a-images-idx3-ubyte", IdxBytes.File(0x803, [2_000_000_000, 1, 1], [1]));
        AssertRefused($"{path}: at byte 17: found the end of the file; expected 1999999999 more bytes of ", path);
        _folder.Write("a-images-idx3-ubyte", IdxBytes.File(0x803, [2_000_000_000, 100, 1], [1]));
        AssertRefused($"{path}: at byte 4: found more than 2147483591 bytes of images; expected fewer.", path);
        _folder.Write("a-images-idx3-ubyte", IdxBytes.Images(3));
        _folder.Write("a-labels-idx1-ubyte", IdxBytes.Labels(1, 2));
        AssertRefused(
            $"{_folder.File("a-labels-idx1-ubyte")} has 2 labels, and {path} 3 images; each image needs one.",
            path
        );
    }

    [Fact]
    public void Cifar_100_has_its_fine_labels_and_their_names()
    {
        byte[] Record(byte coarse, byte fine, byte pixel) => [coarse, fine, .. Enumerable.Repeat(pixel, 3 * 32 * 32)];
        _folder.Write("train.bin", [.. Record(3, 99, 1), .. Record(4, 0, 2)]);
        _folder.Write("test.bin", Record(5, 7, 3));
        var (train, test) = Load(_folder.Path);
        Assert.Equal((new ImageShape(3, 32, 32), 2, 1), (train.Shape, train.Count, test.Count));
        Assert.Equal([99, 0], train.Labels!.Value.ToArray());
        Assert.Equal(("worm", "apple", "beetle"), (train.ClassNames[99], train.ClassNames[0], test.ClassNames[7]));
        Assert.Equal((1, 2, 3), (train.Image(0)[0], train.Image(1)[3071], test.Image(0)[5]));

        File.WriteAllLines(_folder.File("fine_label_names.txt"), Enumerable.Range(0, 100).Select(i => $"class {i}"));
        Assert.Equal("class 99", Load(_folder.Path).Train.ClassNames[99]);
        File.WriteAllLines(_folder.File("fine_label_names.txt"), ["one"]);
        AssertRefused($"{_folder.File("fine_label_names.txt")} has 1 class names; expected 100", _folder.Path);
        _folder.Write("test.bin", Record(5, 100, 3));
        AssertRefused($"{_folder.File("test.bin")}: at byte 1: found label 100; expected 0 to 99.", _folder.Path);
    }

    [Fact]
    public void Options_without_effect_are_refused()
    {
        string csv = _folder.Write("a.csv", "1,2,3,4\n5,6,7,8\n"u8.ToArray());
        Assert.Equal(
            $"strict is given with {csv}; only encoded images, those in Parquet files, take it.",
            Assert.Throws<ArgumentException>(() => Load(csv, new DatasetOptions { Strict = true })).Message
        );
        string parquet = ArrayFiles.Path("hf.parquet");
        Assert.Equal(
            $"layout is given with {parquet}; the order of its axes is known.",
            Assert
                .Throws<ArgumentException>(() => Load(parquet, new DatasetOptions { Layout = ArrayLayout.Nhwc }))
                .Message
        );
    }

    [DataFact("mnist", "cifar10")]
    public void Real_files_read_as_arrays_are_the_datasets()
    {
        var location = new DataLocation([RealData.Root!], _folder.Path, Offline: true);
        foreach (string name in (string[])["mnist", "cifar10"])
        {
            var (train, test) = DatasetCatalog.Get(name).Load(location);
            var arrays = Load(DatasetCatalog.Get(name).Find(location)!);
            Assert.True(train.Pixels.Span.SequenceEqual(arrays.Train.Pixels.Span));
            Assert.True(test.Pixels.Span.SequenceEqual(arrays.Test.Pixels.Span));
            Assert.True(train.Labels!.Value.Span.SequenceEqual(arrays.Train.Labels!.Value.Span));
            Assert.Equal(train.ClassNames, arrays.Train.ClassNames);
        }
    }

    private static ImageDataset All(string path, int channels = 1) =>
        ImagesByPathOf(path, new ImageShape(channels, 2, 2)).Images;

    private static Elbo.Data.Folder.ImagesByPath ImagesByPathOf(string path, ImageShape shape) =>
        Elbo.Data.Folder.ImagesByPath.Load(path, shape);
}
