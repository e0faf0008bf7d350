using System.IO.Compression;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

/// <summary>Tables, and what is written of them.</summary>
public class DataTableTests
{
    [Fact]
    public void A_row_needs_a_cell_for_each_column() =>
        Assert.Equal(
            "1 cells came for 2 columns. (Parameter 'cells')",
            Assert.Throws<ArgumentException>(() => new DataTable("a", "b").Add(1)).Message
        );

    [Fact]
    public void Csv_has_the_shortest_numbers_that_read_back_and_quotes_what_needs_it()
    {
        Assert.Equal("index,\"z,1\",file\n3,0.1,\"a \"\"b\"\", c.png\"\n-4,1E-07,\n,-2.5,x\n", Csv.Format(Sample()));
    }

    [Fact]
    public void A_spreadsheet_is_valid_and_has_every_cell()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("deep/table.xlsx");
        XlsxFile.Save(path, Sample(), "chosen: [50]/a name that is too long for a sheet");
        using var document = SpreadsheetDocument.Open(path, isEditable: false);
        Assert.Empty(
            new OpenXmlValidator().Validate(document).Select(error => $"{error.Path?.XPath}: {error.Description}")
        );
        var sheet = Assert.Single(document.WorkbookPart!.Workbook.Sheets!.Elements<Sheet>());
        Assert.Equal("chosen   50  a name that is too", sheet.Name!.Value!.TrimEnd());
        var rows = ((WorksheetPart)document.WorkbookPart.GetPartById(sheet.Id!))
            .Worksheet.Descendants<Row>()
            .Select(row => row.Elements<Cell>().Select(Text).ToArray())
            .ToArray();
        Assert.Equal(
            [
                ["index", "z,1", "file"],
                ["3", "0.1", "a \"b\", c.png"],
                ["-4", "1E-07", ""],
                ["", "-2.5", "x"],
            ],
            rows
        );
        Assert.All(
            ((WorksheetPart)document.WorkbookPart.GetPartById(sheet.Id!))
                .Worksheet.Descendants<Row>()
                .Skip(1)
                .SelectMany(row => row.Elements<Cell>().Take(2))
                .Where(cell => cell.CellValue is not null),
            cell => Assert.Equal(CellValues.Number, cell.DataType!.Value)
        );
    }

    [Fact]
    public void What_a_spreadsheet_cannot_hold_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var table = new DataTable("a", "b");
        table.Add(double.NaN, "tab\u0001 \ud83d\ude00 end \ud800");
        XlsxFile.Save(folder.File("t.xlsx"), table, "t");
        using var document = SpreadsheetDocument.Open(folder.File("t.xlsx"), isEditable: false);
        Assert.Empty(new OpenXmlValidator().Validate(document));
        Assert.Equal(
            ["", "tab? \ud83d\ude00 end ?"],
            document
                .WorkbookPart!.WorksheetParts.Single()
                .Worksheet.Descendants<Row>()
                .Last()
                .Elements<Cell>()
                .Select(Text)
        );
    }

    [Fact]
    public void A_spreadsheet_is_a_zip_archive()
    {
        using var folder = new TemporaryFolder();
        XlsxFile.Save(folder.File("t.xlsx"), Sample(), "t");
        using var archive = ZipFile.OpenRead(folder.File("t.xlsx"));
        Assert.Contains("[Content_Types].xml", archive.Entries.Select(entry => entry.FullName));
    }

    private static DataTable Sample()
    {
        var table = new DataTable("index", "z,1", "file");
        table.Add(3, 0.1f, "a \"b\", c.png");
        table.Add(-4, 1e-7, null);
        table.Add(null, -2.5, "x");
        return table;
    }

    private static string Text(Cell cell) => cell.InlineString?.Text?.Text ?? cell.CellValue?.Text ?? "";
}
