using System.Globalization;
using Elbo.Formats;

namespace Elbo.Workflows.Selecting;

/// <summary>An image that a person has labelled.</summary>
/// <param name="File">The image's file as the table names it; null for images that are not files.</param>
/// <param name="Index">The image's index; null for images that are files.</param>
/// <param name="Label">The label.</param>
/// <param name="Row">Number of the row in the table.</param>
internal sealed record LabelledImage(string? File, int? Index, string Label, int Row)
{
    /// <summary>The image in messages.</summary>
    public string Name => File ?? $"index {Index!.Value.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>A table of images that a person has labelled, such as a selection with its labels filled in.</summary>
/// <param name="Path">Path of the table.</param>
/// <param name="Images">The rows with a label.</param>
internal sealed record LabelTable(string Path, IReadOnlyList<LabelledImage> Images)
{
    /// <summary>Number of names that a message lists.</summary>
    private const int MostNames = 3;

    /// <summary>
    /// Reads a CSV table with the columns <c>label</c> and <c>file</c> or <c>index</c>, separated by commas, semicolons
    /// or tabs. Other columns are ignored. Images with an empty label are not labelled.
    /// </summary>
    /// <param name="path">Path of the table.</param>
    /// <param name="byFile">Whether the images are files. A table without the column <c>file</c> has indices.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="InvalidDataException">A column is missing, or no row has a label.</exception>
    public static LabelTable Read(string path, bool byFile, CancellationToken cancellation = default)
    {
        using var reader = CsvReader.WithAnySeparator(path, cancellation);
        int label = Column("label"),
            file = byFile ? Column("file") : -1,
            index = file >= 0 ? -1 : Column("index");
        if (label < 0 || (file < 0 && index < 0))
            throw new InvalidDataException(
                $"{path} has the columns {string.Join(", ", reader.Columns)}; it needs label and "
                    + $"{(byFile ? "file" : "index, because these images are not files")}."
            );
        var images = new List<LabelledImage>();
        while (reader.Read())
        {
            string text = reader.Text(label).Trim();
            if (text.Length == 0)
                continue;
            if (reader.IsEmpty(file >= 0 ? file : index))
                throw reader.Error($"has the label {text}, but no {(file >= 0 ? "file" : "index")}.");
            images.Add(
                file >= 0
                    ? new LabelledImage(reader.Text(file), null, text, reader.Row)
                    : new LabelledImage(null, reader.Number<int>(index), text, reader.Row)
            );
        }
        return images.Count > 0
            ? new LabelTable(path, images)
            : throw new InvalidDataException($"{path} has no labels; fill in the column label.");

        int Column(string name) =>
            Array.FindIndex(
                [.. reader.Columns],
                column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)
            );
    }

    /// <summary>Finds the labelled images among those of a selection.</summary>
    /// <exception cref="InvalidDataException">None is among them, or an image has two labels.</exception>
    public KnownLabels Find(SelectionSource source)
    {
        var names = new Dictionary<string, int>();
        for (int i = 0; i < source.Count; i++)
        {
            if (source.FileNames is { } files)
                names.TryAdd(files[i], i);
            if (source.FilePaths is { } paths)
                names.TryAdd(System.IO.Path.GetFullPath(paths[i]), i);
        }
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        var known = new SortedDictionary<int, LabelledImage>();
        var others = new List<LabelledImage>();
        foreach (var image in Images)
        {
            if (Locate(image) is not { } index)
                others.Add(image);
            else if (!known.TryAdd(index, image) && known[index].Label != image.Label)
                throw new InvalidDataException(
                    $"{Path}, row {image.Row}: {image.Name} has the label {image.Label}; in row {known[index].Row}, it "
                        + $"has {known[index].Label}."
                );
        }
        return known.Count > 0
            ? new KnownLabels(this, known, others, Unknown(others, source))
            : throw new InvalidDataException(
                $"no labelled image of {Path} is among the {source.Subject}: {List(others)}."
            );

        int? Locate(LabelledImage image)
        {
            if (image.Index is { } index)
                return index >= 0 && index < source.Count ? index : null;
            foreach (
                string name in (string[])
                    [
                        image.File!,
                        System.IO.Path.GetFullPath(image.File!),
                        System.IO.Path.GetFullPath(image.File!, folder),
                    ]
            )
                if (names.TryGetValue(name, out int found))
                    return found;
            return null;
        }
    }

    private string? Unknown(List<LabelledImage> others, SelectionSource source) =>
        others.Count == 0
            ? null
            : FormattableString.Invariant($"{others.Count:N0} of {Images.Count:N0} labelled images of ")
                + $"{Path} {(others.Count == 1 ? "is" : "are")} not among the {source.Subject}: {List(others)}.";

    private static string List(List<LabelledImage> images) =>
        string.Join(", ", images.Take(MostNames).Select(image => image.Name))
        + (images.Count > MostNames ? FormattableString.Invariant($" and {images.Count - MostNames:N0} more") : "");
}

/// <summary>The labelled images among those of a selection.</summary>
/// <param name="Table">The table they are from.</param>
/// <param name="Images">The labelled images by their index.</param>
/// <param name="Others">Labelled images that are not among those of the selection.</param>
/// <param name="Remark">Says which these are; null if there are none.</param>
internal sealed record KnownLabels(
    LabelTable Table,
    IReadOnlyDictionary<int, LabelledImage> Images,
    IReadOnlyList<LabelledImage> Others,
    string? Remark
)
{
    /// <summary>
    /// The table for the next round: all images labelled so far, and those that are chosen now, to be labelled.
    /// </summary>
    /// <param name="known">The images labelled so far; null for none.</param>
    /// <param name="source">The images of the selection.</param>
    /// <param name="chosen">Indices of the chosen images.</param>
    /// <param name="label">The label of a chosen image where the dataset has one.</param>
    public static DataTable Next(
        KnownLabels? known,
        SelectionSource source,
        IReadOnlyList<int> chosen,
        Func<int, string?> label
    )
    {
        bool byFile = source.FileNames is not null;
        var table = new DataTable(byFile ? "file" : "index", "label");
        foreach (var (index, image) in known?.Images ?? new Dictionary<int, LabelledImage>())
            table.Add(Cell(index), image.Label);
        // They cannot be chosen here, but somebody has labelled them.
        foreach (var image in known?.Others ?? [])
            table.Add(image.File is { } file ? file : image.Index, image.Label);
        foreach (int index in chosen)
            table.Add(Cell(index), label(index));
        return table;

        object Cell(int index) => byFile ? source.FileNames![index] : index;
    }
}
