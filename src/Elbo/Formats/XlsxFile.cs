using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Elbo.Formats;

/// <summary>
/// Tables as Office Open XML spreadsheets (.xlsx): one sheet, its first row the names of the columns, in bold and
/// always in sight.
/// </summary>
public static class XlsxFile
{
    private const uint Plain = 0,
        Bold = 1;
    private const int LongestName = 31;
    private const int MostRows = 1_048_576;
    private const double WidestColumn = 60;

    /// <summary>Writes a table to <paramref name="path"/>, which is never left half-written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="table">The cells; a number that is not finite is left empty, as a spreadsheet has none
    /// such.</param>
    /// <param name="sheet">Name of the sheet, shortened to the 31 characters that there is room for.</param>
    /// <exception cref="ArgumentException">The table has more rows than a sheet.</exception>
    public static void Save(string path, DataTable table, string sheet)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(sheet);
        if (table.Rows.Count >= MostRows)
            throw new ArgumentException(
                $"the table has {table.Rows.Count:N0} rows; a spreadsheet takes {MostRows - 1:N0}.",
                nameof(table)
            );
        // Packages need a stream that can be read back, which a file that is being written is not.
        using var memory = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(memory, SpreadsheetDocumentType.Workbook))
            Write(document, table, sheet);
        AtomicFile.Write(path, memory.ToArray());
    }

    private static void Write(SpreadsheetDocument document, DataTable table, string name)
    {
        var workbook = document.AddWorkbookPart();
        workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
        var sheet = workbook.AddNewPart<WorksheetPart>();
        using (var writer = OpenXmlWriter.Create(sheet))
            WriteSheet(writer, table);
        var sheets = new Sheets(
            new Sheet
            {
                Id = workbook.GetIdOfPart(sheet),
                SheetId = 1,
                Name = SheetName(name),
            }
        );
        workbook.Workbook = new Workbook(sheets);
    }

    private static void WriteSheet(OpenXmlWriter writer, DataTable table)
    {
        writer.WriteStartElement(new Worksheet());
        writer.WriteElement(
            new SheetViews(
                new SheetView(
                    new Pane
                    {
                        VerticalSplit = 1,
                        TopLeftCell = "A2",
                        ActivePane = PaneValues.BottomLeft,
                        State = PaneStateValues.Frozen,
                    }
                )
                {
                    WorkbookViewId = 0,
                }
            )
        );
        writer.WriteElement(Widths(table));
        writer.WriteStartElement(new SheetData());
        WriteRow(writer, table.Columns, Bold);
        foreach (var row in table.Rows)
            WriteRow(writer, row, Plain);
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static void WriteRow(OpenXmlWriter writer, IReadOnlyList<object?> cells, uint style)
    {
        writer.WriteStartElement(new Row());
        foreach (object? cell in cells)
            writer.WriteElement(ToCell(cell, style));
        writer.WriteEndElement();
    }

    private static Cell ToCell(object? value, uint style) =>
        value switch
        {
            string text => new Cell(
                new InlineString(new Text(Allowed(text)) { Space = SpaceProcessingModeValues.Preserve })
            )
            {
                DataType = CellValues.InlineString,
                StyleIndex = style,
            },
            int whole => Number(whole.ToString(CultureInfo.InvariantCulture), style),
            float single when float.IsFinite(single) => Number(
                single.ToString("R", CultureInfo.InvariantCulture),
                style
            ),
            double number when double.IsFinite(number) => Number(
                number.ToString("R", CultureInfo.InvariantCulture),
                style
            ),
            _ => new Cell { StyleIndex = style },
        };

    private static Cell Number(string text, uint style) =>
        new(new CellValue(text)) { DataType = CellValues.Number, StyleIndex = style };

    /// <summary>Columns as wide as their longest cell, in characters.</summary>
    private static Columns Widths(DataTable table)
    {
        var columns = new Columns();
        for (int c = 0; c < table.Columns.Count; c++)
        {
            int longest = table.Columns[c].Length;
            foreach (var row in table.Rows)
                longest = Math.Max(
                    longest,
                    row[c] is string text ? text.Length
                        : row[c] is null ? 0
                        : row[c] is int ? 7
                        : 12
                );
            columns.Append(
                new Column
                {
                    Min = (uint)c + 1,
                    Max = (uint)c + 1,
                    Width = Math.Min(WidestColumn, longest + 2),
                    CustomWidth = true,
                }
            );
        }
        return columns;
    }

    /// <summary>The least that a workbook must say of styles, and a bold one.</summary>
    private static Stylesheet Styles() =>
        new(
            new Fonts(new Font(), new Font(new DocumentFormat.OpenXml.Spreadsheet.Bold())),
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 })
            ),
            new Borders(new Border()),
            new CellStyleFormats(new CellFormat()),
            new CellFormats(new CellFormat(), new CellFormat { FontId = Bold, ApplyFont = true })
        );

    /// <summary>A name that spreadsheet programs take: none of <c>: \ / ? * [ ]</c>, and not too long.</summary>
    private static string SheetName(string name)
    {
        string allowed = string.Concat(
                name.Select(c => c is ':' or '\\' or '/' or '?' or '*' or '[' or ']' || char.IsControl(c) ? ' ' : c)
            )
            .Trim('\'', ' ');
        return allowed.Length == 0 ? "table"
            : allowed.Length <= LongestName ? allowed
            : allowed[..LongestName];
    }

    /// <summary>A text without what XML cannot hold.</summary>
    private static string Allowed(string text) =>
        string.Concat(text.Select((c, i) => System.Xml.XmlConvert.IsXmlChar(c) || IsPair(text, i) ? c : '?'));

    private static bool IsPair(string text, int i) =>
        (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
        || (char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]));
}
