using Elbo.Figures;
using Elbo.Formats;

namespace Elbo.Workflows.Exploring;

/// <summary>Writes the files of a search for copies.</summary>
internal sealed class DuplicatesWriter(
    LoadedRun run,
    EncodedImages images,
    int[][] members,
    DuplicatesSummary summary,
    DuplicatesOptions options
)
{
    /// <summary>Name of the table in every folder of copies.</summary>
    public const string TableName = "duplicates.csv";

    private const int SheetColumns = 10;
    private const int MostSheetRows = 40;

    /// <summary>Writes all files to <paramref name="folder"/>. Without copies, there is no contact sheet.</summary>
    public void Write(string folder)
    {
        Csv.Save(Path.Combine(folder, TableName), Table());
        if (members.Length > 0)
            FigureWriter.Save(ContactSheet(), Path.Combine(folder, "contact-sheet.png"));
    }

    private DataTable Table()
    {
        var table = new DataTable("group", "kind", "split", "index", "file", "distance", "same_file", "label");
        for (int g = 0; g < summary.Groups.Count; g++)
            foreach (var image in summary.Groups[g].Images)
                table.Add(
                    g + 1,
                    OptionName.Name(image.Kind),
                    image.Split.Length > 0 ? image.Split : null,
                    image.Index,
                    image.File,
                    (float)image.Distance,
                    image.File is null ? null
                        : image.IsFileCopy ? "yes"
                        : "no",
                    image.Label
                );
        return table;
    }

    /// <summary>One row per group, the largest groups first.</summary>
    private ImageRows ContactSheet()
    {
        int[] shown =
        [
            .. Enumerable.Range(0, members.Length).OrderByDescending(g => members[g].Length).Take(MostSheetRows),
        ];
        string which =
            shown.Length < members.Length ? $"the {shown.Length} largest of {members.Length:N0} groups" : "groups";
        return new ImageRows(
            [.. shown.Select(Row)],
            run.Folder.Title(images.Images.Name, $"{which} of copies among {summary.Count:N0} images")
        );
    }

    private ImageRow Row(int group)
    {
        var copies = summary.Groups[group].Images;
        double farthest = copies.Max(image => image.Distance);
        string kind = copies.All(image => image.Kind == DuplicateKind.Exact)
            ? "exact"
            : FormattableString.Invariant($"up to {farthest:F3}");
        return new ImageRow(
            $"group {group + 1}",
            [
                .. members[group]
                    .Take(SheetColumns)
                    .Select((i, k) => new ImageCell(images.Picture(i), Caption(copies[k], images.Name(i)))),
            ],
            $"{copies.Count:N0} images, {kind}"
        );
    }

    private string Caption(DuplicateImage image, string name) =>
        image.File is not null
            ? $"{(options.Images is null ? $"{image.Split} " : "")}{name}"
            : $"{image.Split} {image.Index}";
}
