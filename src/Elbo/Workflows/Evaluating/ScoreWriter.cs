using System.Globalization;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Formats;

namespace Elbo.Workflows.Evaluating;

/// <summary>Writes the files of scored images.</summary>
internal sealed class ScoreWriter(LoadedRun run, ImageDataset images, ScoreSummary summary, ScoreOptions options)
{
    /// <summary>Name of the table in every folder of scores.</summary>
    public const string TableName = "scores.csv";

    private const int MostOnSheet = 40;
    private const int SheetColumns = 4;

    /// <summary>Writes all files to <paramref name="folder"/>.</summary>
    public void Write(string folder)
    {
        Csv.Save(Path.Combine(folder, TableName), Table());
        if (summary.Foreign.Count > 0)
            Csv.Save(Path.Combine(folder, "foreign.csv"), Foreign());
        AtomicFile.WriteText(
            Path.Combine(folder, "scores.jsonl"),
            string.Concat(summary.Images.Select(image => image.ToJson() + "\n"))
        );
        FigureWriter.Save(ContactSheet(), Path.Combine(folder, "oddest.png"));
    }

    private DataTable Table()
    {
        var table = new DataTable(
            "index",
            "file",
            "label",
            "likelihood",
            "reconstruction",
            "unexplained",
            "kl",
            "neighbours",
            "percentile",
            "odd"
        );
        foreach (var image in summary.Images)
            table.Add(
                image.Index,
                image.File,
                image.Label,
                image.Likelihood,
                image.Reconstruction,
                image.Unexplained,
                image.Kl,
                image.Neighbours,
                image.Percentile,
                image.Odd is { } odd
                    ? odd
                        ? "yes"
                        : "no"
                    : null
            );
        return table;
    }

    private DataTable Foreign()
    {
        var table = new DataTable("score", "auroc", "average_precision", "foreign", "others");
        foreach (var figures in summary.Foreign)
            table.Add(
                OptionName.Name(figures.By),
                figures.AreaUnderRoc,
                figures.AveragePrecision,
                figures.Images,
                summary.Images.Count - figures.Images
            );
        return table;
    }

    /// <summary>"original | reconstruction | difference" of the oddest images, four images in a row.</summary>
    private ImageRows ContactSheet()
    {
        ScoredImage[] shown = [.. summary.Images.Take(MostOnSheet)];
        int[] indices = [.. shown.Select(image => image.Index)];
        var pictures = ReconstructedImages.Of(run, images, indices);
        ImageCell[] Cells(ScoredImage image, int k) =>
            [
                new(pictures.Original(k), Name(image), Marked: image.Odd == true),
                new(pictures.Reconstruction(k), EvaluationText.Number(image.Value(options.By))),
                new(pictures.Difference(k), image.Percentile is { } rank ? Percentile(rank) : ""),
            ];
        string by = OptionName.Name(options.By);
        string which = shown.Length < summary.Images.Count ? $"the {shown.Length} oddest of " : "";
        return new ImageRows(
            [
                .. shown
                    .Select(Cells)
                    .Chunk(SheetColumns)
                    .Select((row, i) => new ImageRow($"{(i * SheetColumns) + 1}", [.. row.SelectMany(cells => cells)])),
            ],
            run.Folder.Title(run.Config.Dataset, $"{which}{summary.Images.Count:N0} {options.Choice.Subject} by {by}"),
            [
                .. Enumerable
                    .Repeat<string[]>(
                        ["original", "reconstruction", "difference"],
                        Math.Min(SheetColumns, shown.Length)
                    )
                    .SelectMany(heads => heads),
            ]
        );
    }

    private static string Name(ScoredImage image) =>
        image.File is { } file ? Path.GetFileName(file) : $"index {image.Index}";

    private static string Percentile(double rank) => rank.ToString("F2", CultureInfo.InvariantCulture) + " %";
}
