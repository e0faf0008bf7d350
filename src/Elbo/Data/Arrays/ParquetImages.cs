using System.Text.Json.Nodes;
using Elbo.Data.Folder;
using Elbo.Formats;

namespace Elbo.Data.Arrays;

/// <summary>
/// Encoded images in Parquet files, as Hugging Face's datasets have them: a column <c>image</c> with <c>bytes</c> and
/// <c>path</c>, and a column <c>label</c> whose names are in the metadata <c>huggingface</c>.
/// </summary>
internal static class ParquetImages
{
    private const string Bytes = "bytes",
        Metadata = "huggingface";
    private static readonly string[] ImageColumns = ["image", "img"];
    private static readonly string[] LabelColumns = ["label", "labels", "fine_label", "class"];

    /// <summary>Reads a file, or the shards of each split in a folder or its sub-folder <c>data</c>.</summary>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, has no column of images, or its images differ in size and no size is given.
    /// </exception>
    public static ImageSplits Read(
        string path,
        DatasetOptions options,
        int threads,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var files = Directory.Exists(path) ? ArrayPath.Files(path, ArrayFormat.Parquet) : [path];
        var kinds = files.Select(file => ArrayPath.SplitOf(ArrayPath.Stem(file))).ToArray();
        bool single = files.Count == 1 || kinds.All(kind => kind is null);
        string[] others = single
            ? []
            : [.. files.Where((_, i) => kinds[i] is null).Select(file => Path.GetFileName(file))];
        var rows = new List<Row>();
        string[]? names = null;
        for (int i = 0; i < files.Count; i++)
            if (single || kinds[i] is not null)
                names = ReadFile(files[i], single ? SplitKind.Train : kinds[i]!.Value, rows, cancellation) ?? names;
        cancellation.ThrowIfCancellationRequested();
        if (rows.Count == 0)
            throw new InvalidDataException($"{path} has no images.");
        // The images of a split are consecutive.
        rows = [.. rows.OrderBy(row => row.Kind)];
        var decoded = ImageFolderReader.Read(
            ImageFolderListing.OfContents(path, [.. rows.Select(row => (row.Name, row.Image))]),
            [.. Enumerable.Range(0, rows.Count)],
            options,
            cacheFolder: null,
            threads,
            progress,
            cancellation
        );
        if (decoded.Count == 0)
            throw new InvalidDataException($"{decoded.Unreadable[0].Path}: {decoded.Unreadable[0].Reason}");
        var unreadable = decoded.Unreadable.Select(file => file.Path).ToHashSet();
        var sound = rows.Where(row => !unreadable.Contains(row.Name)).ToList();
        var texts = TextNames(rows);
        return new ImageSplits(
            path,
            [
                .. sound
                    .Select((row, i) => (Row: row, Index: i))
                    .GroupBy(item => item.Row.Kind)
                    .Select(part =>
                        Split([.. part.Select(item => item.Row)], decoded.Images(part.First().Index, part.Count()))
                    ),
            ]
        )
        {
            ClassNames = names ?? (IReadOnlyList<string>?)texts,
            Background = decoded.Background,
            Unreadable = decoded.Unreadable,
            Remarks =
            [
                .. decoded.Remarks,
                .. others.Length > 0
                    ? [$"ignored {string.Join(", ", others)}, whose names have neither train nor test."]
                    : (string[])[],
            ],
        };

        ImageSplit Split(Row[] part, ImageDataset images) =>
            new(
                part[0].Kind,
                $"{path} ({part[0].Kind.ToString().ToLowerInvariant()})",
                images.Shape,
                images.Pixels.ToArray(),
                Array.TrueForAll(part, row => row.Label is not null || row.Text is not null)
                    ? [.. part.Select(row => row.Label ?? texts!.IndexOf(row.Text!))]
                    : null
            );
    }

    /// <summary>Adds the rows of a file. Returns the names of the classes, or null.</summary>
    private static string[]? ReadFile(string path, SplitKind kind, List<Row> rows, CancellationToken cancellation)
    {
        using var file = ParquetFile.Open(path, cancellation);
        string[] columns = [.. file.Columns];
        string image =
            ImageColumns.SelectMany(name => (string[])[$"{name}.{Bytes}", name]).FirstOrDefault(columns.Contains)
            ?? columns.FirstOrDefault(name => name.EndsWith("." + Bytes, StringComparison.Ordinal))
            ?? throw new InvalidDataException(
                $"{path} has the columns {FormatBoundary.Excerpt(string.Join(", ", columns))}; a column of encoded "
                    + "images must be called "
                    + $"{ImageColumns[0]}.{Bytes}, as Hugging Face's datasets have it, or {ImageColumns[0]}."
            );
        if (!file.IsBytes(image))
            throw new InvalidDataException(
                $"{path}: column {FormatBoundary.Excerpt(image)} does not have bytes, such as those of PNG files."
            );
        string? label = LabelColumns.FirstOrDefault(columns.Contains);
        int first = rows.Count;
        for (int group = 0; group < file.Groups; group++)
        {
            byte[]?[] contents = file.ReadBytes(group, image);
            string?[]? texts = label is not null && file.IsText(label) ? file.ReadTexts(group, label) : null;
            long?[]? labels = label is not null && texts is null ? file.ReadIntegers(group, label) : null;
            for (int i = 0; i < contents.Length; i++)
                // −1 means unlabelled in the test splits of Hugging Face.
                rows.Add(
                    new Row(
                        kind,
                        $"{path}, row {rows.Count - first}",
                        contents[i] ?? [],
                        labels?[i] is >= 0 and { } value ? value : null,
                        texts?[i]
                    )
                );
        }
        return label is null ? null : ClassNames(file.Metadata, label);
    }

    /// <summary>The names in <c>info.features.label.names</c>; null if there are none.</summary>
    private static string[]? ClassNames(IReadOnlyDictionary<string, string> metadata, string label)
    {
        try
        {
            return
                metadata.TryGetValue(Metadata, out string? text)
                && StrictJson.ParseObject(text, Metadata)["info"]?["features"]?[label]?["names"] is JsonArray names
                ? [.. names.Select(name => name?.ToString() ?? "")]
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            return null; // the labels have no names then
        }
    }

    /// <summary>The different labels that are texts, in ordinal order; null without such labels.</summary>
    private static List<string>? TextNames(List<Row> rows) =>
        rows.Any(row => row.Text is not null)
            ? [.. rows.Select(row => row.Text).OfType<string>().Distinct().Order(StringComparer.Ordinal)]
            : null;

    private sealed record Row(SplitKind Kind, string Name, byte[] Image, long? Label, string? Text);
}
