using System.IO.Compression;
using System.Text.RegularExpressions;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace Elbo.Formats;

/// <summary>
/// Writes tables as Office Open XML spreadsheets (.xlsx) with one sheet. The first row contains the column names and is
/// frozen.
/// </summary>
/// <remarks>
/// Based on MiniExcel, with work-arounds: it writes NaN as a number, which no spreadsheet program reads; it splits
/// characters beyond 16 bits in two; and it gives parts random names and dates, so that files differ.
/// </remarks>
public static partial class XlsxFile
{
    private const int LongestName = 31;
    private const int MostRows = 1_048_576;

    /// <summary>The earliest date that a ZIP archive can store.</summary>
    private static readonly DateTimeOffset NoDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a table to <paramref name="path"/>, atomically. The same table gives the same bytes.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="table">
    /// The table. Texts such as <c>007</c> and <c>=1+1</c> stay texts; a number that is not finite becomes an empty
    /// cell.
    /// </param>
    /// <param name="sheet">Name of the sheet, truncated to the maximum of 31 characters.</param>
    /// <exception cref="ArgumentException">The table has more rows than a sheet can hold.</exception>
    public static void Save(string path, DataTable table, string sheet)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(sheet);
        if (table.Rows.Count >= MostRows)
            throw new ArgumentException(
                $"the table has {table.Rows.Count:N0} rows; a spreadsheet takes {MostRows - 1:N0}.",
                nameof(table)
            );
        using var written = new MemoryStream();
        var options = new OpenXmlConfiguration
        {
            AutoFilter = false,
            FreezeRowCount = 1,
            // Column widths are known only after the rows, for which MiniExcel needs this mode.
            EnableAutoWidth = true,
            FastMode = true,
        };
        using (var rows = ToRows(table))
            written.SaveAs(rows, sheetName: SheetName(sheet), configuration: options);
        using var settled = new MemoryStream();
        Settle(written, settled);
        AtomicFile.Write(path, settled.ToArray());
    }

    /// <summary>Converts to the type for which MiniExcel writes the column names even if there are no rows.</summary>
    private static System.Data.DataTable ToRows(DataTable table)
    {
        var rows = new System.Data.DataTable();
        foreach (string column in table.Columns)
            rows.Columns.Add(Allowed(column), typeof(object));
        foreach (var row in table.Rows)
            rows.Rows.Add([.. row.Select(ToCell)]);
        return rows;
    }

    private static object? ToCell(object? cell) =>
        cell switch
        {
            string text => Allowed(text),
            float single when !float.IsFinite(single) => null,
            double number when !double.IsFinite(number) => null,
            _ => cell,
        };

    /// <summary>Copies an archive, replacing random part names by numbers and removing dates.</summary>
    private static void Settle(Stream written, Stream settled)
    {
        using var source = new ZipArchive(written, ZipArchiveMode.Read);
        using var target = new ZipArchive(settled, ZipArchiveMode.Create);
        var names = new List<string>();
        foreach (var part in source.Entries.OrderBy(part => part.FullName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(part.Open());
            string text = RandomName().Replace(reader.ReadToEnd(), match => $"part{Number(match.Value)}");
            text = SplitCharacter().Replace(text, match => $"{Unit(match.Groups[1])}{Unit(match.Groups[2])}");
            var copy = target.CreateEntry(part.FullName);
            copy.LastWriteTime = NoDate;
            using var writer = new StreamWriter(copy.Open());
            writer.Write(text);
        }

        int Number(string name)
        {
            if (!names.Contains(name))
                names.Add(name);
            return names.IndexOf(name) + 1;
        }
    }

    private static char Unit(Group hexadecimal) => (char)Convert.ToInt32(hexadecimal.Value, 16);

    [GeneratedRegex("(?<=\")R[0-9a-f]{32}(?=\")")]
    private static partial Regex RandomName();

    /// <summary>
    /// The two halves of a split character. In texts that contain this pattern literally, the underscore is escaped.
    /// </summary>
    [GeneratedRegex("(?<!_x005F)_x(D[89AB][0-9A-F]{2})__x(D[C-F][0-9A-F]{2})_")]
    private static partial Regex SplitCharacter();

    /// <summary>A name that spreadsheet programs accept: without <c>: \ / ? * [ ]</c> and not too long.</summary>
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

    /// <summary>Removes characters that XML does not allow.</summary>
    private static string Allowed(string text) =>
        string.Concat(text.Select((c, i) => System.Xml.XmlConvert.IsXmlChar(c) || IsPair(text, i) ? c : '?'));

    private static bool IsPair(string text, int i) =>
        (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
        || (char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]));
}
