using Elbo.Formats;
using Elbo.Formats.TensorBoard;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Formats;

/// <summary>No cell of a table is a formula, and our own readers give every text back.</summary>
public sealed class FormulaCellTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd", "'+cmd")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\n=x", "\"'\n=x\"")]
    [InlineData("  =x", "'  =x")]
    [InlineData("＝x", "'＝x")]
    [InlineData("=a,\"b\"", "\"'=a,\"\"b\"\"\"")]
    [InlineData("'=x", "''=x")]
    [InlineData("''=x", "'''=x")]
    [InlineData("'-1", "''-1")]
    [InlineData("", "")]
    [InlineData("'", "'")]
    [InlineData("'tis", "'tis")]
    [InlineData("a=b", "a=b")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("+3", "+3")]
    [InlineData("-1e-3", "-1e-3")]
    [InlineData("-Infinity", "-Infinity")]
    public void A_formula_gets_an_apostrophe_and_is_read_back_without_it(string text, string cell)
    {
        var table = new DataTable("name", "x");
        table.Add(text, 1);
        Assert.Equal($"name,x\n{cell},1\n", Csv.Format(table));
        string path = _folder.File("t.csv");
        Csv.Save(path, table);
        using var reader = new CsvReader(path);
        Assert.True(reader.Read());
        Assert.Equal(text, reader.Text(0));
    }

    [Fact]
    public void Numbers_and_names_of_columns_too()
    {
        var table = new DataTable("=a", "b");
        table.Add(-1.5f, -2.25);
        Assert.Equal("'=a,b\n-1.5,-2.25\n", Csv.Format(table));
        string path = _folder.File("t.csv");
        Csv.Save(path, table);
        using var reader = new CsvReader(path);
        Assert.Equal(["=a", "b"], reader.Columns);
        Assert.True(reader.Read());
        Assert.Equal(-1.5f, reader.Number<float>(0));
    }

    [Fact]
    public void Codes_with_such_files_and_classes_are_read_back()
    {
        string path = _folder.File("codes.csv");
        _folder.Write("=1+1.png", [1]);
        _folder.Write("'=1.png", [2]);
        LatentCsv.Save<byte>(path, [-1f, 2f, 3f, -4f], 2, [0, 1], ["@x", "-y"], files: ["=1+1.png", "'=1.png"]);
        Assert.Equal("file,z1,z2,category\n'=1+1.png,-1,2,'@x\n''=1.png,3,-4,'-y\n", File.ReadAllText(path));
        var table = LatentCsv.Load(path);
        Assert.Equal(["=1+1.png", "'=1.png"], table.Files);
        Assert.Equal(["@x", "-y"], table.Categories);
        var codes = CodeTable.Read(path);
        Assert.Equal(table.Codes, codes.Codes);
        Assert.Equal(["=1+1.png", "'=1.png"], codes.Files);
        Assert.Equal([_folder.File("=1+1.png"), _folder.File("'=1.png")], codes.Paths);
    }

    [Fact]
    public void The_metadata_of_the_projector_have_no_formulas() =>
        Assert.Equal(
            "label\tindex\n'=1+1\t-1\n",
            ProjectorTable.OfMetadata([("label", _ => "=1+1"), ("index", _ => "-1")], 1)
        );

    [Fact]
    public void Every_table_of_values_separated_by_commas_goes_through_Csv()
    {
        // A table that is written elsewhere would not be protected.
        var others = Directory
            .EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(file => File.ReadAllText(file).Contains("AppendJoin(','", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file));
        Assert.Equal(["Csv.cs"], others);
    }
}
