using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

/// <summary>Tables, and what is written of them.</summary>
public class DataTableTests
{
    private static readonly XNamespace Sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    [Fact]
    public void A_row_needs_a_cell_for_each_column() =>
        Assert.Equal(
            "got 1 cells for 2 columns. (Parameter 'cells')",
            Assert.Throws<ArgumentException>(() => new DataTable("a", "b").Add(1)).Message
        );

    [Fact]
    public void Names_of_columns_differ() =>
        Assert.StartsWith(
            "two columns are called 'a'; names must differ.",
            Assert.Throws<ArgumentException>(() => new DataTable("a", "b", "a")).Message
        );

    [Fact]
    public void Csv_has_the_shortest_numbers_that_read_back_and_quotes_what_needs_it() =>
        Assert.Equal("index,\"z,1\",file\n3,0.1,\"a \"\"b\"\", c.png\"\n-4,1E-07,\n,-2.5,x\n", Csv.Format(Sample()));

    [Fact]
    public void A_spreadsheet_has_every_cell_with_numbers_as_numbers()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("deep/table.xlsx");
        XlsxFile.Save(path, Sample(), "chosen: [50]/a name that is too long for a sheet");
        var sheet = Assert.Single(Part(path, "xl/workbook.xml").Descendants(Sheet + "sheet"));
        Assert.Equal("chosen   50  a name that is too", sheet.Attribute("name")!.Value.TrimEnd());
        Assert.Equal(
            [
                [("index", false), ("z,1", false), ("file", false)],
                [("3", true), ("0.1", true), ("a \"b\", c.png", false)],
                [("-4", true), ("1E-07", true), ("", false)],
                [("", false), ("-2.5", true), ("x", false)],
            ],
            Rows(path)
        );
        Assert.Equal(
            "frozen",
            Part(path, "xl/worksheets/sheet1.xml").Descendants(Sheet + "pane").Single().Attribute("state")!.Value
        );
    }

    [Fact]
    public void Texts_stay_texts_whatever_they_look_like()
    {
        using var folder = new TemporaryFolder();
        string[] texts =
        [
            "007",
            "=1+1",
            "+1",
            "-1",
            "@a",
            "1e5",
            "true",
            "2026-01-02",
            "  two  ",
            "<a>&\"b\"",
            "_x0041_",
        ];
        var table = new DataTable("text");
        foreach (string text in texts)
            table.Add(text);
        XlsxFile.Save(folder.File("t.xlsx"), table, "t");
        var cells = Rows(folder.File("t.xlsx")).Skip(1).Select(Assert.Single).ToArray();
        Assert.All(cells, cell => Assert.False(cell.IsNumber));
        // A literal escape has its underscore escaped, and every reader undoes that.
        Assert.Equal(texts, cells.Select(cell => cell.Text.Replace("_x005F_", "_", StringComparison.Ordinal)));
        Assert.Empty(Part(folder.File("t.xlsx"), "xl/worksheets/sheet1.xml").Descendants(Sheet + "f"));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void What_a_spreadsheet_cannot_hold_is_left_out(object number)
    {
        using var folder = new TemporaryFolder();
        var table = new DataTable("a", "b");
        table.Add(number, "tab\u0001 \ud83d\ude00 end \ud800");
        XlsxFile.Save(folder.File("t.xlsx"), table, "t");
        Assert.Equal([("", false), ("tab? \ud83d\ude00 end ?", false)], Rows(folder.File("t.xlsx")).Last());
    }

    [Fact]
    public void A_spreadsheet_without_rows_has_its_names()
    {
        using var folder = new TemporaryFolder();
        XlsxFile.Save(folder.File("t.xlsx"), new DataTable("a", "A"), "t");
        Assert.Equal([("a", false), ("A", false)], Assert.Single(Rows(folder.File("t.xlsx"))));
    }

    [Fact]
    public void The_same_table_gives_the_same_bytes_at_any_time()
    {
        using var folder = new TemporaryFolder();
        XlsxFile.Save(folder.File("a.xlsx"), Sample(), "t");
        // Dates in archives have a resolution of two seconds.
        Thread.Sleep(2100);
        XlsxFile.Save(folder.File("b.xlsx"), Sample(), "t");
        Assert.Equal(File.ReadAllBytes(folder.File("a.xlsx")), File.ReadAllBytes(folder.File("b.xlsx")));
    }

    [PythonFact("openpyxl", "python3-openpyxl")]
    public void Another_reader_finds_every_cell()
    {
        using var folder = new TemporaryFolder();
        XlsxFile.Save(folder.File("t.xlsx"), Sample(), "chosen");
        const string Script =
            "import sys, json, openpyxl; book = openpyxl.load_workbook(sys.argv[1]); "
            + "print(json.dumps([book.sheetnames, [list(r) for r in book.active.iter_rows(values_only=True)]]))";
        using var read = JsonDocument.Parse(PythonFactAttribute.Run("openpyxl", "-c", Script, folder.File("t.xlsx")));
        Assert.Equal(
            "[[\"chosen\"], [[\"index\", \"z,1\", \"file\"], [3, 0.1, \"a \\\"b\\\", c.png\"], [-4, 1e-07, null], "
                + "[null, -2.5, \"x\"]]]",
            read.RootElement.GetRawText()
        );
    }

    private static DataTable Sample()
    {
        var table = new DataTable("index", "z,1", "file");
        table.Add(3, 0.1f, "a \"b\", c.png");
        table.Add(-4, 1e-7, null);
        table.Add(null, -2.5, "x");
        return table;
    }

    private static XDocument Part(string path, string name)
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.GetEntry(name)!.Open();
        return XDocument.Load(stream);
    }

    private static (string Text, bool IsNumber)[][] Rows(string path) =>
        [
            .. Part(path, "xl/worksheets/sheet1.xml")
                .Descendants(Sheet + "row")
                .Select(row =>
                    row.Elements(Sheet + "c")
                        .Select(cell => (cell.Value, cell.Attribute("t")?.Value == "n" && cell.Value.Length > 0))
                        .ToArray()
                ),
        ];
}
