using System.Globalization;
using Elbo.Data.Download;
using Elbo.Formats;
using Elbo.Formats.Numpy;

namespace Elbo.Data.Arrays;

/// <summary>
/// Images in comma-separated values, one per row, as on Kaggle: <c>label,pixel0,pixel1,…</c>, with or without the
/// label and the line of names.
/// </summary>
internal static class CsvImages
{
    private static readonly string[] LabelColumns = ["label", "labels", "class", "target", "y"];
    private static readonly string[] IgnoredColumns = ["id", "imageid", "image_id", "index", ""];

    /// <summary>Reads a file, or the files for training and test in a folder.</summary>
    /// <exception cref="InvalidDataException">
    /// A row has another length or a cell that is not a number. The message names the row.
    /// </exception>
    public static ImageSplits Read(string path, DatasetOptions options, CancellationToken cancellation = default)
    {
        var parts = Choose(path);
        var tables = parts.Select(part => ReadTable(part.File, options, cancellation)).ToArray();
        bool transposed = Path.GetFileName(parts[0].File).StartsWith("emnist-", StringComparison.OrdinalIgnoreCase);
        PixelArray[] arrays =
        [
            .. tables
                .Select(table => PixelArray.Of(table.Pixels, options.Layout, options.ImageSize))
                .Select(array => transposed ? array.Upright() : array),
        ];
        var scale = PixelScale.Of([.. arrays.Select(array => array.Values)]);
        ImageSplit[] splits =
        [
            .. parts.Select(
                (part, i) =>
                    new ImageSplit(
                        part.Kind,
                        part.File,
                        arrays[i].Shape,
                        arrays[i].ToBytes(scale, cancellation),
                        tables[i].Labels is { } labels ? ClassLabels.Of(labels, arrays[i].Count, part.File) : null
                    )
            ),
        ];
        return new ImageSplits(path, splits)
        {
            Remarks =
            [
                .. scale is { Factor: not 1, Remark: { } remark } ? [remark] : (string[])[],
                .. transposed
                    ? [$"the images of {path} are stored by columns; they are turned upright."]
                    : (string[])[],
            ],
        };
    }

    private static (SplitKind Kind, string File)[] Choose(string path)
    {
        if (!Directory.Exists(path))
            return [(SplitKind.Train, path)];
        var files = ArrayPath.Files(path, ArrayFormat.Csv);
        if (files is [var only])
            return [(SplitKind.Train, only)];
        (SplitKind Kind, string File)[] parts =
        [
            .. files
                .Where(file => ArrayPath.SplitOf(ArrayPath.Stem(file)) is not null)
                .Select(file => (ArrayPath.SplitOf(ArrayPath.Stem(file))!.Value, file))
                .OrderBy(part => part.Item1),
        ];
        return parts is [(SplitKind.Train, _), ..] && parts.DistinctBy(part => part.Kind).Count() == parts.Length
            ? parts
            : throw new InvalidDataException(
                $"{path} has {string.Join(", ", files.Select(file => Path.GetFileName(file)))}; one file must have "
                    + "'train' in its name, and at most one 'test'. Or give one of them as --images."
            );
    }

    private static (NumericArray Pixels, NumericArray? Labels) ReadTable(
        string path,
        DatasetOptions options,
        CancellationToken cancellation
    )
    {
        using var reader = new CsvReader(path, GzipFile.OpenDecompressed(path, cancellation));
        if (reader.Columns.Count < 2)
            throw new InvalidDataException($"{path} has no rows of comma-separated numbers.");
        bool named = reader.Columns.Any(name => !IsNumber(name));
        int label = named ? LabelColumn(reader.Columns) : UnnamedLabel(reader.Columns.Count, options);
        int[] columns =
        [
            .. Enumerable
                .Range(0, reader.Columns.Count)
                .Where(i => i != label && !(named && IgnoredColumns.Contains(reader.Columns[i].ToLowerInvariant()))),
        ];
        var (pixels, labels) = (new List<float[]>(), new List<float>());
        bool more = named ? reader.Read() : true;
        for (; more; more = reader.Read())
        {
            float[] row = new float[columns.Length];
            for (int i = 0; i < row.Length; i++)
                row[i] = reader.Number<float>(columns[i]);
            pixels.Add(row);
            if (label >= 0)
                labels.Add(reader.Number<float>(label));
            if ((long)pixels.Count * columns.Length * sizeof(float) > Array.MaxLength)
                throw new InvalidDataException(
                    $"{path} has more than {pixels.Count:N0} rows of {columns.Length} pixels, which do not fit into "
                        + "memory; give the images as .npz."
                );
        }
        float[] all = new float[pixels.Count * columns.Length];
        for (int i = 0; i < pixels.Count; i++)
            pixels[i].CopyTo(all, i * columns.Length);
        return (
            NumericArray.Of(path, [pixels.Count, columns.Length], all),
            label < 0 ? null : NumericArray.Of($"{path}: column {label + 1}", [labels.Count], [.. labels])
        );
    }

    private static int LabelColumn(IReadOnlyList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
            if (LabelColumns.Contains(names[i].ToLowerInvariant()))
                return i;
        return -1;
    }

    /// <summary>Without names, a first column before a square number of pixels has the labels.</summary>
    private static int UnnamedLabel(int columns, DatasetOptions options)
    {
        if (options.ImageSize is { } size)
        {
            int area = size.Width * size.Height;
            if (columns - 1 == area || columns - 1 == 3 * area)
                return 0;
        }
        return IsSquare(columns - 1) || ((columns - 1) % 3 == 0 && IsSquare((columns - 1) / 3)) ? 0 : -1;
    }

    private static bool IsSquare(int area) => Math.Sqrt(area) % 1 == 0;

    private static bool IsNumber(string text) => float.TryParse(text, CultureInfo.InvariantCulture, out _);
}
