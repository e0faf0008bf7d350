using System.Globalization;
using System.Text;
using nietras.SeparatedValues;

namespace Elbo.Formats;

/// <summary>
/// Writes tables as comma-separated values (RFC 4180). Numbers have a decimal point in every culture and the fewest
/// digits that read back to the same value. A text that a spreadsheet program would run as a formula gets an apostrophe
/// in front, which <see cref="CsvReader"/> removes.
/// </summary>
public static class Csv
{
    /// <summary>Formats a table, starting with a line of column names.</summary>
    public static string Format(DataTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns.Select(Quoted)).Append('\n');
        foreach (var row in table.Rows)
            text.AppendJoin(',', row.Select(Cell)).Append('\n');
        return text.ToString();
    }

    /// <summary>Writes a table as UTF-8 to <paramref name="path"/>, atomically.</summary>
    public static void Save(string path, DataTable table) => AtomicFile.WriteText(path, Format(table));

    /// <summary>A text as a cell, quoted if it contains a comma, a quote or a line break.</summary>
    private static string Quoted(string text)
    {
        text = FormulaCell.Write(text);
        return text.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    private static string Cell(object? cell) =>
        cell switch
        {
            null => "",
            string text => Quoted(text),
            IFormattable number => number.ToString(number is int ? null : "R", CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"a cell is a {cell.GetType().Name}."),
        };
}

/// <summary>
/// Texts that spreadsheet programs take for formulas, which can send what is in the table to a server. Names of files
/// and classes come from others, so an apostrophe in front makes them texts.
/// </summary>
/// <remarks>
/// The characters are those of OWASP's page "CSV Injection". Numbers stay numbers. A text that has apostrophes before
/// such a character gets another one, so that reading gives every text back.
/// </remarks>
internal static class FormulaCell
{
    private const char Guard = '\'';
    private const string Starts = "=+-@\t\r\n＝＋－＠";

    /// <summary>The text as it stands in a table.</summary>
    public static string Write(string text) => IsFormula(text) ? Guard + text : text;

    /// <summary>The text of a cell that <see cref="Write"/> may have changed.</summary>
    public static string Read(string cell) => cell is [Guard, .. var text] && IsFormula(text) ? text : cell;

    private static bool IsFormula(string text) =>
        text.AsSpan().TrimStart("' ") is [var first, ..]
        && Starts.Contains(first, StringComparison.Ordinal)
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}

/// <summary>Reads comma-separated values row by row. The first row contains the column names.</summary>
/// <remarks>
/// Based on Sep instead of CsvHelper: we need the cells of a row, not objects by reflection, and Sep parses numbers
/// without allocating a string for each. Sep reads a quote that is never closed as one long cell; this class rejects
/// it.
/// </remarks>
internal sealed class CsvReader : IDisposable
{
    private readonly string _path;
    private const string Format = "a table of separated values";

    private readonly SepReader _reader;
    private readonly Func<bool> _next;

    /// <param name="path">Path of the file.</param>
    /// <param name="separator">The character between two cells.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A quote in the first row is not closed.</exception>
    public CsvReader(string path, char separator = ',', CancellationToken cancellation = default)
        : this(path, RegularFile.Open(path, cancellation), separator) { }

    /// <summary>Reads <paramref name="content"/>, such as a decompressed file, and closes it.</summary>
    /// <param name="path">Name of the file in messages.</param>
    /// <param name="content">The text in UTF-8.</param>
    /// <param name="separator">The character between two cells.</param>
    public CsvReader(string path, Stream content, char separator = ',')
    {
        _path = path;
        // Our own messages report rows of another length, and column names may repeat.
        _next = Next;
        _reader = FormatBoundary.Read(
            path,
            Format,
            () =>
                Sep.New(separator)
                    .Reader(o => o with { HasHeader = false, DisableColCountCheck = true })
                    .From(new StreamReader(content, RegularFile.StrictUtf8))
        );
        Columns = MoveNext() ? [.. Enumerable.Range(0, _reader.Current.ColCount).Select(Text)] : [];
    }

    /// <summary>
    /// Opens a file with commas, semicolons or tabs between the cells, whichever is most frequent in its first line.
    /// </summary>
    /// <remarks>Spreadsheet programs write semicolons where the comma is the decimal separator.</remarks>
    public static CsvReader WithAnySeparator(string path, CancellationToken cancellation = default)
    {
        string line = RegularFile.ReadFirstLine(path);
        char separator = ",;\t".MaxBy(separator => line.Count(character => character == separator));
        return new CsvReader(path, separator, cancellation);
    }

    /// <summary>Names of the columns; empty for an empty file.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Number of the row read last; the row of column names is 0.</summary>
    public int Row { get; private set; } = -1;

    /// <summary>Reads the next row. False after the last one.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// A quote is not closed, or the numbers of cells and columns differ.
    /// </exception>
    public bool Read()
    {
        if (!MoveNext())
            return false;
        int cells = _reader.Current.ColCount;
        return cells == Columns.Count ? true : throw Error($"{cells} cells stand under {Columns.Count} columns.");
    }

    /// <summary>The cell of a column, without quotes and the apostrophe before a formula.</summary>
    public string Text(int column)
    {
        var cell = _reader.Current[column].Span;
        return FormulaCell.Read(
            cell is ['"', .. var inner, '"']
                ? inner.ToString().Replace("\"\"", "\"", StringComparison.Ordinal)
                : cell.ToString()
        );
    }

    /// <summary>Whether the cell of a column is empty.</summary>
    public bool IsEmpty(int column) => _reader.Current[column].Span.IsEmpty;

    /// <summary>The cell of a column, parsed as a number.</summary>
    /// <exception cref="InvalidDataException">The cell is not a number.</exception>
    public T Number<T>(int column)
        where T : struct, ISpanParsable<T>
    {
        var cell = _reader.Current[column].Span;
        if (cell is ['"', .. var inner, '"'])
            cell = inner;
        return T.TryParse(cell, CultureInfo.InvariantCulture, out T number)
            ? number
            : throw Error($"'{cell}' is not a {(typeof(T) == typeof(int) ? "whole number" : "number")}.");
    }

    /// <summary>Creates the exception for a problem in the row read last.</summary>
    public InvalidDataException Error(string complaint) => new($"{_path}, row {Row}: {complaint}");

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool MoveNext()
    {
        Row++;
        if (!FormatBoundary.Read(_path, Format, _next))
            return false;
        return _reader.Current.Span.Count('"') % 2 == 0 ? true : throw Error("a quote is not closed.");
    }

    private bool Next()
    {
        try
        {
            return _reader.MoveNext();
        }
        catch (NotSupportedException)
        {
            throw Error("the row is too long; is a quote not closed?");
        }
    }
}
