using System.Globalization;
using System.Numerics;
using System.Text;

namespace Elbo.Formats;

/// <summary>Latent codes as comma-separated values: <c>z1,z2,…,category</c>, one image a line.</summary>
/// <remarks>
/// Numbers are the shortest that read back as the same float, with a decimal point in every culture (RFC 4180 quoting).
/// </remarks>
public static class LatentCsv
{
    /// <summary>The text of the table; its <c>category</c> column is empty where there are no labels.</summary>
    /// <param name="codes">(N, Z), row by row.</param>
    /// <param name="dimensions">Z.</param>
    /// <param name="labels">N class indices, or none.</param>
    /// <param name="classNames">What a class index is written as; the number where null or beyond the names.</param>
    /// <param name="column">What columns are called before their number.</param>
    /// <exception cref="ArgumentException">The codes are not a whole number of rows, or the labels do not match
    /// them.</exception>
    public static string Format<TLabel>(
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string>? classNames = null,
        string column = "z"
    )
        where TLabel : IBinaryInteger<TLabel>
    {
        if (dimensions < 1 || codes.Length % dimensions != 0)
            throw new ArgumentException(
                $"{codes.Length} numbers came; codes of {dimensions} dimensions need a multiple of that.",
                nameof(codes)
            );
        int count = codes.Length / dimensions;
        if (labels.Length != 0 && labels.Length != count)
            throw new ArgumentException(
                $"{labels.Length} labels came with {count} codes; each code needs one, or none has any.",
                nameof(labels)
            );

        var text = new StringBuilder();
        for (int d = 0; d < dimensions; d++)
            text.Append(column).Append(d + 1).Append(',');
        text.Append("category\n");
        for (int row = 0; row < count; row++)
        {
            foreach (float value in codes.Slice(row * dimensions, dimensions))
                text.Append(value.ToString("R", CultureInfo.InvariantCulture)).Append(',');
            if (labels.Length != 0)
                text.Append(Category(int.CreateChecked(labels[row]), classNames));
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>
    /// Writes <see cref="Format"/>'s text as UTF-8 to <paramref name="path"/>, which is never left half-written.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Format"/>.</exception>
    public static void Save<TLabel>(
        string path,
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string>? classNames = null,
        string column = "z"
    )
        where TLabel : IBinaryInteger<TLabel> =>
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Format(codes, dimensions, labels, classNames, column)));

    /// <summary>Writes codes without labels: the <c>category</c> column is there and empty.</summary>
    /// <exception cref="ArgumentException">As <see cref="Format"/>.</exception>
    public static void Save(string path, ReadOnlySpan<float> codes, int dimensions, string column = "z") =>
        Save<int>(path, codes, dimensions, [], null, column);

    /// <summary>Reads a table that <see cref="Save{TLabel}"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many rows are read at most, the first.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such table; the message names the row.</exception>
    public static LatentTable Load(string path, int most = int.MaxValue)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        string[] header = (reader.ReadLine() ?? "").Split(',');
        int dimensions = header.Length - 1;
        if (dimensions < 1 || header[^1] != "category")
            throw new InvalidDataException($"{path} does not begin with the columns of latent codes.");
        var (codes, categories) = (new List<float>(), new List<string>());
        for (int row = 1; row <= most && ReadRow(reader) is { } line; row++)
        {
            string[] cells = line.Split(',', header.Length);
            if (cells.Length != header.Length)
                throw new InvalidDataException(
                    $"{path}, row {row}: {cells.Length} cells stand under {header.Length} columns."
                );
            foreach (string cell in cells.AsSpan(0, dimensions))
                codes.Add(
                    float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                        ? value
                        : throw new InvalidDataException($"{path}, row {row}: '{cell}' is not a number.")
                );
            categories.Add(Unquoted(cells[^1]));
        }
        return new LatentTable(
            [.. codes],
            dimensions,
            categories.TrueForAll(category => category.Length == 0) ? [] : categories
        );
    }

    /// <summary>A line, and those after it as long as a quote is open: names may have line ends.</summary>
    private static string? ReadRow(StreamReader reader)
    {
        string? row = reader.ReadLine();
        while (row is not null && row.AsSpan().Count('"') % 2 == 1 && reader.ReadLine() is { } next)
            row += "\n" + next;
        return row;
    }

    private static string Unquoted(string cell) =>
        cell is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : cell;

    private static string Category(int label, IReadOnlyList<string>? classNames) =>
        classNames is null || label < 0 || label >= classNames.Count
            ? label.ToString(CultureInfo.InvariantCulture)
            : Csv.Quoted(classNames[label]);
}
