using System.Globalization;
using System.Text;

namespace Elbo.Formats;

/// <summary>
/// Tables as comma-separated values (RFC 4180), numbers with a decimal point in every culture, as short as reads back
/// the same.
/// </summary>
public static class Csv
{
    /// <summary>The text of a table, a line of column names first.</summary>
    public static string Format(DataTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns.Select(Quoted)).Append('\n');
        foreach (var row in table.Rows)
            text.AppendJoin(',', row.Select(Cell)).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// Writes <see cref="Format"/>'s text as UTF-8 to <paramref name="path"/>, which is never left half-written.
    /// </summary>
    public static void Save(string path, DataTable table) => AtomicFile.WriteText(path, Format(table));

    /// <summary>A text as a cell: in quotes where it has a comma, a quote or a line end.</summary>
    internal static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string Cell(object? cell) =>
        cell switch
        {
            null => "",
            string text => Quoted(text),
            IFormattable number => number.ToString(number is int ? null : "R", CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"a cell is a {cell.GetType().Name}."),
        };
}
