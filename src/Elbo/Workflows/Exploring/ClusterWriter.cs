using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Evaluation;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Projection;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows.Exploring;

/// <summary>Writes the files of a clustering.</summary>
internal sealed class ClusterWriter(
    LoadedRun run,
    EncodedImages images,
    ImageClusters clusters,
    ClusterSummary summary,
    ClusterMethod method,
    ClusterOptions options
)
{
    /// <summary>Name of the table in every folder of clusters.</summary>
    public const string TableName = "clusters.csv";

    private const int SheetColumns = 12;
    private const int MostSheetRows = 40;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes all files to <paramref name="folder"/>, and returns remarks on them.</summary>
    public IReadOnlyList<string> Write(string folder, CancellationToken cancellation)
    {
        var remarks = new List<string>();
        Csv.Save(Path.Combine(folder, TableName), Table());
        AtomicFile.WriteText(Path.Combine(folder, "clusters.json"), Settings().ToJsonString(Indented) + "\n");
        FigureWriter.Save(ContactSheet(), Path.Combine(folder, "contact-sheet.png"));
        if (LatentPlot.IsPossible(images.Dimensions, images.Count))
        {
            var (figure, caption) = Scatter();
            foreach (string ending in FigureWriter.Endings)
                FigureWriter.Save(figure, Path.Combine(folder, "scatter" + ending));
            if (caption.Length > 0)
                remarks.Add($"scatter: {caption}");
        }
        else
            remarks.Add($"no scatter: {images.Count:N0} codes of {images.Dimensions} dimensions have no plane.");
        if (options.Folders)
            WriteFolders(Path.Combine(folder, "images"), cancellation);
        return remarks;
    }

    private DataTable Table()
    {
        bool scored = clusters.Column.Length > 0,
            named = clusters.Names.Any;
        var table = new DataTable([
            "index",
            "file",
            "cluster",
            .. named ? ["cluster_name"] : (string[])[],
            .. scored ? [clusters.Column] : (string[])[],
            "label",
        ]);
        for (int i = 0; i < images.Count; i++)
            table.Add([
                i,
                images.Images.FilePath(i),
                clusters.Labels[i],
                .. named ? [clusters.Names[clusters.Labels[i]]] : (object?[])[],
                .. scored ? [(float)clusters.Scores[i]] : (object?[])[],
                images.Images.ClassName(i),
            ]);
        return table;
    }

    private JsonObject Settings() =>
        new()
        {
            ["run"] = run.Folder.Name,
            ["dataset"] = images.Images.Name,
            ["split"] = options.Choice.Images is null ? options.Choice.SplitName : null,
            ["source"] = options.Choice.Images,
            ["images"] = images.Count,
            ["method"] = OptionName.Name(method),
            ["clusters"] = clusters.Count,
            ["cluster-names"] = clusters.Names.Any
                ? new JsonArray([.. clusters.Names.All.Select(name => (JsonNode?)name)])
                : null,
            ["noise"] = clusters.Labels.Count(label => label < 0),
            ["seed"] = options.Seed,
            ["caption"] = clusters.Caption,
            ["silhouette"] = summary.Silhouette,
            ["agreement"] = Scores(summary.Agreement),
            ["agreement-without-noise"] = Scores(summary.AgreementWithoutNoise),
        };

    private static JsonObject? Scores(ClusteringMetrics? metrics) =>
        metrics is null
            ? null
            : new()
            {
                ["accuracy"] = metrics.HungarianAccuracy,
                ["purity"] = metrics.MajorityAccuracy,
                ["nmi"] = metrics.NormalizedMutualInformation,
                ["ari"] = metrics.AdjustedRandIndex,
            };

    /// <summary>"by label | by cluster" of codes spread over all images.</summary>
    private (IFigure Figure, string Caption) Scatter()
    {
        var shown = Thinning.Evenly(images.Count, LatentPlot.FigureCount);
        // Three dimensions side by side are hard to compare, so they are projected to a plane.
        var plot = LatentPlot.Of(
            images.Rows(shown),
            images.Dimensions,
            images.Images.Pick(shown),
            images.Dimensions == 3 ? ProjectionMethod.Pca : null
        ) with
        {
            Run = run.Folder.Name,
            Subject = options.Choice.Subject,
        };
        return (plot.BesideClusters([.. shown.Select(i => clusters.Labels[i])], clusters.Names.Labels), plot.Caption);
    }

    /// <summary>One row per cluster: the images whose codes are nearest to its mean code.</summary>
    private ImageRows ContactSheet()
    {
        int[] sizes = clusters.Sizes();
        double[] centers = clusters.Centers(images);
        var members = Enumerable.Range(0, images.Count).ToLookup(i => clusters.Labels[i]);
        int[] shown =
        [
            .. Enumerable
                .Range(0, clusters.Count)
                .Where(k => sizes[k] > 0)
                .OrderByDescending(k => sizes[k])
                .Take(MostSheetRows)
                .Order(),
        ];
        List<ImageRow> rows =
        [
            .. shown.Select(k =>
            {
                double[] center = centers[(k * images.Dimensions)..((k + 1) * images.Dimensions)];
                var nearest = members[k].OrderBy(i => images.Distance(i, center)).Take(SheetColumns);
                return new ImageRow(clusters.Names.Caption(k), [.. nearest.Select(Cell)], Describe([.. members[k]]));
            }),
        ];
        int[] noise = [.. members[-1]];
        if (noise.Length > 0)
            rows.Add(
                new(
                    "noise",
                    [.. Thinning.Evenly(noise.Length, SheetColumns).Select(i => Cell(noise[i]))],
                    Describe(noise)
                )
            );
        string subject =
            shown.Length < sizes.Count(size => size > 0)
                ? $"the {shown.Length} largest of {clusters.Count:N0} clusters"
                : "clusters";
        return new ImageRows(
            rows,
            run.Folder.Title(
                images.Images.Name,
                $"{subject} of {options.Choice.Subject}, images nearest to their centres"
            )
        );
    }

    private ImageCell Cell(int index) => new(images.Picture(index));

    /// <summary>Number of images, and the most frequent class if labels are known.</summary>
    private string Describe(int[] members)
    {
        string count = $"{members.Length:N0} {(members.Length == 1 ? "image" : "images")}";
        if (images.Images.Labels is null)
            return count;
        var most = members.GroupBy(i => images.Images.ClassName(i)).MaxBy(group => group.Count())!;
        string word = LatentPlot.WordOf(images.Images);
        return FormattableString.Invariant($"{count}, {100.0 * most.Count() / members.Length:F0} % {word} {most.Key}");
    }

    private void WriteFolders(string folder, CancellationToken cancellation)
    {
        var files = new OriginalFiles(images.Images);
        int digits = Math.Max(2, $"{clusters.Count - 1}".Length);
        for (int i = 0; i < images.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            int cluster = clusters.Labels[i];
            files.Write(
                i,
                Path.Combine(folder, cluster < 0 ? "noise" : "cluster-" + $"{cluster}".PadLeft(digits, '0'))
            );
        }
    }
}
