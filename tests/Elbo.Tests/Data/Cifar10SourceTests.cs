using Elbo.Data;

namespace Elbo.Tests.Data;

public sealed class Cifar10SourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Cifar10Source _source = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cifar10/cifar-10-batches-bin/")]
    [InlineData("cifar-10-batches-bin/")]
    [InlineData("cifar10/")]
    [InlineData("")]
    public void Files_are_found_under_every_folder_in_use(string below)
    {
        WriteSet(below);
        Assert.Equal(Path.TrimEndingDirectorySeparator(_folder.File(below)), _source.Find(Offline()));
        var (train, test) = _source.Load(Offline());
        Assert.Equal([0, 9, 1, 2, 3, 4], train.Labels!.Value.ToArray());
        Assert.Equal([5], test.Labels!.Value.ToArray());
    }

    [Fact]
    public void Images_are_three_planes_as_the_record_has_them()
    {
        WriteSet("");
        var train = _source.Load(Offline()).Train;
        Assert.Equal(new ImageShape(3, 32, 32), train.Shape);
        byte[] image = train.Image(1).ToArray(); // label 9
        Assert.Equal(Enumerable.Repeat((byte)90, 1024), image[..1024]);
        Assert.Equal(Enumerable.Repeat((byte)91, 1024), image[1024..2048]);
        Assert.Equal(Enumerable.Range(0, 1024).Select(i => (byte)i), image[2048..]);
        Assert.Equal("truck", train.ClassNames[9]);
    }

    [Fact]
    public void A_file_that_is_not_whole_records_is_refused_where_the_last_one_begins()
    {
        WriteSet("");
        string path = _folder.Write("data_batch_3.bin", CifarBytes.Batch(1, 2)[..^1]);
        AssertRefused($"{path}: at byte 3073: found a record of 3072 bytes at the end of the file; expected 3073.");
        _folder.Write("data_batch_3.bin", []);
        AssertRefused($"{path}: at byte 0: found an empty file; expected records of 3073 bytes.");
    }

    [Fact]
    public void A_label_that_names_no_class_is_refused_with_its_offset()
    {
        WriteSet("");
        byte[] batch = CifarBytes.Batch(1, 2, 3);
        batch[2 * 3073] = 10;
        string path = _folder.Write("test_batch.bin", batch);
        AssertRefused($"{path}: at byte 6146: found label 10; expected 0 to 9.");
    }

    [Fact]
    public void Without_files_and_without_network_it_says_where_it_looked()
    {
        WriteSet("");
        File.Delete(_folder.File("data_batch_4.bin"));
        Assert.Null(_source.Find(Offline()));
        string message = Assert.Throws<FileNotFoundException>(() => _source.Load(Offline())).Message;
        Assert.Contains(
            $"looked in {_folder.File("cifar10/cifar-10-batches-bin")}. Put data_batch_1.bin to test_batch.bin there",
            message
        );
        Assert.Contains("--data-dir", message);
    }

    [DataFact("cifar10")]
    public void The_real_files_load_with_balanced_classes()
    {
        var (train, test) = _source.Load(new DataLocation([RealData.Root!], _folder.Path, Offline: true));
        Assert.Equal(_source.Shape, train.Shape);
        Assert.True(train.Count >= 10_000 && test.Count >= 2_000);
        foreach (var split in new[] { train, test })
        {
            int[] perClass =
            [
                .. Enumerable.Range(0, 10).Select(c => split.Labels!.Value.ToArray().Count(label => label == c)),
            ];
            Assert.All(perClass, n => Assert.Equal(split.Count / 10, n));
        }
        // Photographs are smooth: a neighbour in the same plane is nearer than the same place of another image.
        double beside = 0,
            elsewhere = 0;
        for (int i = 0; i < 200; i++)
        for (int p = 0; p < train.Shape.PixelCount - 1; p++)
        {
            beside += Math.Abs(train.Image(i)[p] - train.Image(i)[p + 1]);
            elsewhere += Math.Abs(train.Image(i)[p] - train.Image(i + 1)[p]);
        }
        Assert.True(beside < elsewhere / 3, $"{beside} is not much less than {elsewhere}");
    }

    private DataLocation Offline() => new([_folder.Path], _folder.Path, Offline: true);

    private void WriteSet(string below)
    {
        for (int i = 0; i < CifarBytes.Names.Length; i++)
            _folder.Write(below + CifarBytes.Names[i], i == 0 ? CifarBytes.Batch(0, 9) : CifarBytes.Batch((byte)i));
    }

    private void AssertRefused(string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<InvalidDataException>(() => _source.Load(Offline())).Message);
}
