using Elbo.Data;
using Elbo.Data.Idx;

namespace Elbo.Tests.Data.Idx;

public sealed class IdxDatasetSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MnistSource _mnist = new();
    private readonly FashionMnistSource _fashion = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "-idx", "")]
    [InlineData("", ".idx", "")]
    [InlineData("", "-idx", ".gz")]
    [InlineData("mnist/", "-idx", "")]
    [InlineData("mnist/", ".idx", ".gz")]
    public void Files_are_found_under_every_name_in_use(string below, string infix, string ending)
    {
        WriteSet(below, infix, ending);
        Assert.Equal(Path.TrimEndingDirectorySeparator(_folder.File(below)), _mnist.Find(Offline()));
        var splits = _mnist.Load(Offline());
        Assert.Equal((3, 2), (splits.Train.Count, splits.Test.Count));
        Assert.Equal([9, 0, 4], splits.Train.Labels!.Value.ToArray());
    }

    [Fact]
    public void A_folder_named_after_the_dataset_goes_first()
    {
        WriteSet("", "-idx", "");
        WriteSet("mnist/", "-idx", "");
        Assert.Equal(_folder.File("mnist"), _mnist.Find(Offline()));
    }

    [Fact]
    public void Missing_files_are_listed_when_downloading_is_off()
    {
        WriteSet("mnist/", "-idx", "");
        File.Delete(_folder.File("mnist/t10k-images-idx3-ubyte"));
        Assert.Null(_mnist.Find(Offline()));
        var e = Assert.Throws<FileNotFoundException>(() => _mnist.Load(Offline()));
        Assert.Contains($"{_folder.File("mnist")} (lacks t10k-images-idx3-ubyte)", e.Message);
        Assert.Contains("--data-dir", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Labels_that_do_not_match_their_images_in_number_are_refused()
    {
        WriteSet("", "-idx", "");
        _folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(1, 2));
        var e = Assert.Throws<InvalidDataException>(() => _mnist.Load(Offline()));
        Assert.StartsWith(
            $"{_folder.File("train-labels-idx1-ubyte")}: at byte 4: found 2 labels; expected 3",
            e.Message
        );
    }

    [Fact]
    public void A_label_that_names_no_class_is_refused_with_its_offset()
    {
        WriteSet("", "-idx", "");
        _folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(1, 10, 2));
        var e = Assert.Throws<InvalidDataException>(() => _mnist.Load(Offline()));
        Assert.StartsWith(
            $"{_folder.File("train-labels-idx1-ubyte")}: at byte 9: found label 10; expected 0 to 9",
            e.Message
        );
    }

    [Fact]
    public void Test_images_of_another_size_than_the_training_images_are_refused()
    {
        WriteSet("", "-idx", "");
        _folder.Write("t10k-images-idx3-ubyte", IdxBytes.Images(2, 3, 3));
        Assert.Contains(
            "found images of 3×3; expected 2×3",
            Assert.Throws<InvalidDataException>(() => _mnist.Load(Offline())).Message
        );
    }

    [DataFact("mnist", "fashion-mnist")]
    public void Real_files_have_the_checksums_that_downloads_are_held_to()
    {
        foreach (IdxDatasetSource source in new IdxDatasetSource[] { _mnist, _fashion })
        {
            var files = source.Files;
            string folder = RealData.Folder(source.Name)!;
            foreach (var file in new[] { files.TrainImages, files.TrainLabels, files.TestImages, files.TestLabels })
                Assert.Null(file.At([]).FindFault(file.FindIn(folder)!));
        }
    }

    [DataFact("mnist", "fashion-mnist")]
    public void Real_datasets_are_what_the_catalog_says()
    {
        foreach (DatasetSource source in new DatasetSource[] { _mnist, _fashion })
        {
            var (train, test) = source.Load(new DataLocation([RealData.Root!], _folder.Path, Offline: true));
            Assert.Equal((source.TrainCount, source.TestCount), (train.Count, test.Count));
            Assert.Equal((source.Shape, source.Shape), (train.Shape, test.Shape));
            Assert.Equal(source.ClassNames, train.ClassNames);
        }
    }

    [DataFact("mnist", "fashion-mnist")]
    public void Mnist_is_not_taken_for_fashion_mnist_though_the_files_are_called_alike()
    {
        var location = new DataLocation([RealData.Folder("mnist")!], _folder.Path, Offline: true);
        Assert.Equal(RealData.Folder("mnist"), _mnist.Find(location));
        Assert.Null(_fashion.Find(location));
    }

    [Theory]
    [InlineData("mnist", "MNIST/raw/")]
    [InlineData("fashion-mnist", "FashionMNIST/raw/")]
    [InlineData("kmnist", "KMNIST/raw/")]
    public void Folders_as_torchvision_leaves_them_are_found(string name, string below)
    {
        WriteSet(below, "-idx", "");
        var source = DatasetCatalog.Get(name);
        Assert.Equal(Path.TrimEndingDirectorySeparator(_folder.File(below)), source.Find(Offline()));
        Assert.Equal([9, 0, 4], source.Load(Offline()).Train.Labels!.Value.ToArray());
    }

    private DataLocation Offline() => new([_folder.Path], _folder.Path, Offline: true);

    private void WriteSet(string below, string infix, string ending)
    {
        Write("train-images", "3-ubyte", IdxBytes.Images(3));
        Write("train-labels", "1-ubyte", IdxBytes.Labels(9, 0, 4));
        Write("t10k-images", "3-ubyte", IdxBytes.Images(2));
        Write("t10k-labels", "1-ubyte", IdxBytes.Labels(1, 2));

        void Write(string name, string kind, byte[] content) =>
            _folder.Write(below + name + infix + kind + ending, ending == ".gz" ? IdxBytes.Gzip(content) : content);
    }
}
