using Elbo.Formats;
using Elbo.Formats.Numpy;

namespace Elbo.Tests.Formats;

public sealed class CodesFileTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static LatentCodes Codes =>
        new([1, -2, 0.5f, 4], 2)
        {
            Labels = new byte[] { 1, 0 },
            ClassNames = ["cat", "dog"],
            Files = ["a.png", "b, c.png"],
        };

    [Fact]
    public void Csv_has_the_files_first_and_reads_back()
    {
        string path = _folder.File("codes.csv");
        CodesFile.Save(path, Codes);
        Assert.Equal("file,z1,z2,category\na.png,1,-2,dog\n\"b, c.png\",0.5,4,cat\n", File.ReadAllText(path));
        var table = LatentCsv.Load(path);
        Assert.Equal(2, table.Dimensions);
        Assert.Equal([1, -2, 0.5f, 4], table.Codes);
        Assert.Equal(["dog", "cat"], table.Categories);
        Assert.Equal(["a.png", "b, c.png"], table.Files);
    }

    [Fact]
    public void Npz_has_an_array_for_each_thing_that_is_known()
    {
        string path = _folder.File("codes.npz");
        CodesFile.Save(path, Codes);
        using (var file = new NpzFile(path))
            Assert.Equal(["class_names", "codes", "files", "labels"], file.Names);
        CodesFile.Save(path, new LatentCodes([1, -2, 0.5f, 4], 2));
        using var bare = new NpzFile(path);
        Assert.Equal(["codes"], bare.Names);
        Assert.Equal("(2, 2)", bare.Read("codes").ShapeText);
    }

    [Fact]
    public void Npy_has_the_codes_alone()
    {
        string path = _folder.File("codes.npy");
        CodesFile.Save(path, Codes);
        using var file = new NpzFile(path);
        double[] values = new double[4];
        file.Read("codes").CopyTo(0, values);
        Assert.Equal([1, -2, 0.5, 4], values);
    }

    [Fact]
    public void Parquet_has_a_column_for_each_number_and_the_names_as_metadata()
    {
        string path = _folder.File("codes.parquet");
        CodesFile.Save(path, Codes);
        using var file = ParquetFile.Open(path);
        Assert.Equal(["file", "z1", "z2", "label"], file.Columns);
        Assert.Equal((string?[])["a.png", "b, c.png"], file.ReadTexts(0, "file").AsEnumerable());
        Assert.Equal([1, 0], file.ReadIntegers(0, "label"));
        Assert.Contains("""{"names":["cat","dog"],"_type":"ClassLabel"}""", file.Metadata["huggingface"]);
    }

    [Fact]
    public void Clusters_and_their_names_have_columns_of_their_own()
    {
        var codes = Codes with { Clusters = [2, 0], ClusterNames = ["smile", null, null] };
        CodesFile.Save(_folder.File("codes.csv"), codes);
        Assert.Equal(
            "file,z1,z2,cluster,cluster_name,category\na.png,1,-2,2,,dog\n\"b, c.png\",0.5,4,0,smile,cat\n",
            File.ReadAllText(_folder.File("codes.csv"))
        );
        var table = LatentCsv.Load(_folder.File("codes.csv"));
        Assert.Equal([1, -2, 0.5f, 4], table.Codes);
        Assert.Equal([2, 0], table.Clusters);
        Assert.Equal(["dog", "cat"], table.Categories);

        CodesFile.Save(_folder.File("codes.npz"), codes);
        using (var file = new NpzFile(_folder.File("codes.npz")))
        {
            Assert.Equal(
                ["class_names", "cluster_names", "clusters", "codes", "files", "labels"],
                file.Names.Order(StringComparer.Ordinal)
            );
            Assert.Equal(["smile", "", ""], file.ReadTexts("cluster_names"));
        }
        CodesFile.Save(_folder.File("codes.parquet"), codes);
        using var parquet = ParquetFile.Open(_folder.File("codes.parquet"));
        Assert.Equal(["file", "z1", "z2", "cluster", "cluster_name", "label"], parquet.Columns);
        Assert.Equal([2, 0], parquet.ReadIntegers(0, "cluster"));
        Assert.Equal((string?[])[null, "smile"], parquet.ReadTexts(0, "cluster_name").AsEnumerable());
        Assert.Contains("""{"dtype":"int64","_type":"Value"}""", parquet.Metadata["huggingface"]);
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".npy")]
    [InlineData(".npz")]
    [InlineData(".parquet")]
    [InlineData(".xlsx")]
    public void The_same_codes_give_the_same_bytes(string ending)
    {
        foreach (string name in (string[])["a", "b"])
            CodesFile.Save(_folder.File(name + ending), Codes);
        Assert.Equal(File.ReadAllBytes(_folder.File("a" + ending)), File.ReadAllBytes(_folder.File("b" + ending)));
    }

    [Theory]
    [InlineData("codes.txt")]
    [InlineData("codes")]
    public void An_unknown_ending_is_refused(string name) =>
        Assert.Equal(
            $"'{name}' must end in .csv, .npy, .npz, .parquet, .xlsx; the ending chooses the format.",
            Assert.Throws<ArgumentException>(() => CodesFile.RequireKnown(name)).Message
        );
}
