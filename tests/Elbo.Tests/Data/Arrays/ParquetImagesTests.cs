using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Formats;
using static Elbo.Tests.Data.Arrays.ArrayFiles;

namespace Elbo.Tests.Data.Arrays;

public sealed class ParquetImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_of_Hugging_Face_has_its_images_labels_and_names()
    {
        var found = ImagesByPath.Load(Path("hf.parquet"), new ImageShape(1, 2, 3));
        Assert.Equal(Pixels(0, 1, 2, 3), found.Images.Pixels.ToArray());
        Assert.Equal([0, 1, 0, 1], found.Images.Labels!.Value.ToArray());
        Assert.Equal(["cat", "dog"], found.Images.ClassNames);
        Assert.Null(found.Images.FileNames);
        Assert.Empty(found.Unreadable);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data/")]
    public void Shards_in_a_folder_are_train_and_test(string below)
    {
        byte[] file = File.ReadAllBytes(Path("hf.parquet"));
        _folder.Write(below + "train-00000-of-00002.parquet", file);
        _folder.Write(below + "train-00001-of-00002.parquet", file);
        _folder.Write(below + "test-00000-of-00001.parquet", file);
        _folder.Write(below + "unsupervised-00000-of-00001.parquet", file);
        var splits = Load(_folder.Path);
        Assert.Equal(Pixels(0, 1, 2, 3, 0, 1, 2, 3), splits.Train.Pixels.ToArray());
        Assert.Equal(Pixels(0, 1, 2, 3), splits.Test.Pixels.ToArray());
        Assert.Equal(
            ["ignored unsupervised-00000-of-00001.parquet, whose names have neither train nor test."],
            splits.Remarks
        );
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        byte[] file = File.ReadAllBytes(Path("hf.parquet"));
        string path = _folder.Write("a.parquet", file[..300]);
        AssertRefused($"{path}: is damaged or not in Parquet format (", path);
        byte[] changed = [.. file];
        changed.AsSpan(8, 40).Fill(0xff);
        AssertRefused($"{path}: ", _folder.Write("a.parquet", changed));
    }

    [Fact]
    public void Other_columns_are_refused_by_name()
    {
        string path = _folder.File("codes.parquet");
        ParquetFile.Save(
            path,
            new Dictionary<string, string>(),
            ("z1", new float[] { 1 }),
            ("label", new long[] { 1 })
        );
        AssertRefused($"{path} has the columns z1, label; a column of encoded images must be called image.bytes", path);
        ParquetFile.Save(path, new Dictionary<string, string>(), ("image", new float[] { 1 }));
        AssertRefused($"{path}: column image does not have bytes, such as those of PNG files.", path);
    }

    /// <summary>The pixels that Files/README.md names.</summary>
    private static byte[] Pixels(params int[] images) =>
        [.. images.SelectMany(i => Enumerable.Range(0, 6).Select(p => (byte)((10 * i) + p)))];
}
