using System.Globalization;
using System.Text;
using nietras.SeparatedValues;

namespace Elbo.Formats;

/// <summary>
/// Writes tables as comma-separated values (RFC 4180), numbers with a decimal point in every culture, as short as
/// reads back the same.
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
    private static string Quoted(string text) =>
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

/// <summary>Reads comma-separated values row by row; the first row names the columns.</summary>
/// <remarks>
/// By Sep, not CsvHelper: we need cells of a row, not objects by reflection, and Sep reads numbers without a string for
/// each. It takes a quote that is never closed as one long cell; that is refused here.
/// </remarks>
internal sealed class CsvReader : IDisposable
{
    private readonly string _path;
    private readonly SepReader _reader;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A quote in the first row is not closed.</exception>
    public CsvReader(string path)
    {
        _path = path;
        // Rows of another length are told in our words, and names of columns may repeat.
        _reader = Sep.New(',').Reader(o => o with { HasHeader = false, DisableColCountCheck = true }).FromFile(path);
        Columns = MoveNext() ? [.. Enumerable.Range(0, _reader.Current.ColCount).Select(Text)] : [];
    }

    /// <summary>Names of the columns; none where the file is empty.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Number of the row that was read last: 0 for the names of columns.</summary>
    public int Row { get; private set; } = -1;

    /// <summary>Goes to the next row; false after the last one.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A quote is not closed, or there are not as many cells as columns.</exception>
    public bool Read()
    {
        if (!MoveNext())
            return false;
        int cells = _reader.Current.ColCount;
        return cells == Columns.Count ? true : throw Error($"{cells} cells stand under {Columns.Count} columns.");
    }

    /// <summary>The cell of a column, without the quotes that it is written in.</summary>
    public string Text(int column)
    {
        var cell = _reader.Current[column].Span;
        return cell is ['"', .. var inner, '"']
            ? inner.ToString().Replace("\"\"", "\"", StringComparison.Ordinal)
            : cell.ToString();
    }

    /// <summary>Whether the cell of a column has nothing in it.</summary>
    public bool IsEmpty(int column) => _reader.Current[column].Span.IsEmpty;

    /// <summary>The cell of a column as a number.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
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

    /// <summary>What is wrong with the row that was read last.</summary>
    public InvalidDataException Error(string complaint) => new($"{_path}, row {Row}: {complaint}");

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool MoveNext()
    {
        Row++;
        try
        {
            if (!_reader.MoveNext())
                return false;
        }
        catch (NotSupportedException)
        {
            throw Error("the row is too long; is a quote not closed?");
        }
        return _reader.Current.Span.Count('"') % 2 == 0 ? true : throw Error("a quote is not closed.");
    }
}
