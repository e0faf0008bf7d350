using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows;

/// <summary>
/// The <c>elbo compare</c> command: several runs side by side, such as models of different latent sizes.
/// </summary>
public static class RunComparison
{
    /// <summary>The table in every comparison folder.</summary>
    public const string TableName = "comparison.csv";

    internal const string PageName = "comparison.html";
    private const string Reconstructions = "reconstructions";
    private const string Curves = "curves";
    private const int Rows = 8;
    private const int Columns = 5;

    /// <summary>Maximum number of test images for the mean squared error.</summary>
    private const int MostJudged = 2_000;

    /// <summary>
    /// Writes a folder with a table of the runs, figures of their reconstructions of the same test images and of their
    /// test losses over the epochs, and a page with all of it.
    /// </summary>
    /// <param name="runs">Paths of two or more trained runs.</param>
    /// <param name="output">Folder to write; null writes <c>comparison</c> beside the first run.</param>
    /// <param name="overwrite">Whether an existing comparison may be replaced.</param>
    /// <param name="open">
    /// Opens a run, with the caller's data folder, weights and threads; null uses the defaults.
    /// </param>
    /// <returns>The path of the folder and the table.</returns>
    /// <exception cref="ArgumentException">There are fewer than two runs.</exception>
    /// <exception cref="IOException">A run cannot be read, or the folder exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">A run is damaged or has no completed epoch.</exception>
    public static (string Path, DataTable Table) Run(
        IReadOnlyList<string> runs,
        string? output = null,
        bool overwrite = false,
        Func<string, LoadedRun>? open = null
    )
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count < 2)
            throw new ArgumentException($"got {runs.Count} run to compare; give two or more run folders.");
        string beside = Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(runs[0])))!;
        using var folder = OutputFolder.Choose(
            output,
            Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.Combine(beside, "comparison")),
            TableName,
            overwrite
        );
        RunContent[] contents = [.. runs.Select(run => Read(run, folder.Path))];
        string[] labels = Labels(contents);
        var results = new List<ComparedRun>();
        for (int i = 0; i < runs.Count; i++)
        {
            using var loaded = (open ?? (path => LoadedRun.Open(path)))(runs[i]);
            results.Add(Reconstruct(loaded, contents[i], labels[i]));
        }
        var table = Table(results);
        Csv.Save(Path.Combine(folder.Staging, TableName), table);
        foreach (string ending in FigureWriter.Endings)
        {
            FigureWriter.Save(Panels(results), Path.Combine(folder.Staging, Reconstructions + ending));
            FigureWriter.Save(LossFigure(results), Path.Combine(folder.Staging, Curves + ending));
        }
        AtomicFile.WriteText(
            Path.Combine(folder.Staging, PageName),
            ComparisonPage.Compose(
                results,
                table,
                Path.Combine(folder.Staging, Reconstructions + ".png"),
                Path.Combine(folder.Staging, Curves + ".png")
            )
        );
        folder.Complete();
        return (folder.Path, table);
    }

    private static RunContent Read(string path, string folder)
    {
        var content = RunContent.Load(RunFolder.Open(path), Path.Combine(folder, PageName));
        return content.Last.Any(row => row.Split == "test")
            ? content
            : throw new InvalidDataException($"{path} has no completed epoch; 'elbo resume {path}' trains it.");
    }

    /// <summary>
    /// The options in which each run differs from the others, such as <c>latent-dim 2</c>; the names of the runs if
    /// that is not short and unique.
    /// </summary>
    internal static string[] Labels(IReadOnlyList<RunContent> runs)
    {
        const int Longest = 40;
        string[] ignored =
        [
            "name",
            "condition-classes",
            "data-dir",
            "threads",
            "device",
            "checkpoint-every",
            "keep-checkpoints",
            "image-every",
            .. PictureOptions.List.Select(o => o.Name),
            .. PeriodicEvaluation.List.Select(o => o.Name),
        ];
        JsonObject[] options = [.. runs.Select(run => RunSettings.ToJson(run.Config))];
        string[] differing =
        [
            .. options
                .SelectMany(o => o.Select(pair => pair.Key))
                .Distinct()
                .Except(ignored)
                .Where(key => options.Any(o => !JsonNode.DeepEquals(o[key], options[0][key]))),
        ];
        string[] labels = [.. options.Select(o => string.Join(", ", differing.Where(o.ContainsKey).Select(Pair(o))))];
        return labels.Distinct().Count() == runs.Count && labels.All(label => label.Length is > 0 and <= Longest)
            ? labels
            : [.. runs.Select(run => run.Folder.Name)];

        static Func<string, string> Pair(JsonObject o) => key => $"{key} {o[key]?.ToString().ReplaceLineEndings("")}";
    }

    /// <summary>The first test images of a run, as its model takes them, and their reconstructions.</summary>
    /// <param name="run">The run.</param>
    /// <param name="most">Maximum number of images.</param>
    internal static (float[] Originals, float[] Restored) Reconstruct(LoadedRun run, int most)
    {
        var test = run.Images(new ImageChoice());
        test = test.Slice(0, Math.Min(most, test.Count));
        float[] originals = ModelInputs.First(run.Model, run.Config, test, test.Count);
        return (originals, Inference.Reconstruct(run.Model, originals, ClassCondition.Labels(run.Model, test).Span));
    }

    private static ComparedRun Reconstruct(LoadedRun run, RunContent content, string label)
    {
        var (originals, restored) = Reconstruct(run, MostJudged);
        double error = 0;
        for (int i = 0; i < originals.Length; i++)
            error += (double)(originals[i] - restored[i]) * (originals[i] - restored[i]);
        int shown = Math.Min(Rows * Columns * run.Model.ImageShape.PixelCount, originals.Length);
        return new ComparedRun(
            content,
            label,
            run.Model.ImageShape,
            run.Model.Parameters.Count,
            error / originals.Length,
            originals[..shown],
            restored[..shown]
        );
    }

    private static DataTable Table(List<ComparedRun> runs)
    {
        string[] terms = [.. runs.SelectMany(run => run.Test.Terms.Select(term => term.Name)).Distinct()];
        var table = new DataTable([
            "run",
            "label",
            "model",
            "dataset",
            "latent_dim",
            "parameters",
            "epochs",
            "test_loss",
            .. terms.Select(term => $"test_{term}"),
            "mse",
            "seconds",
        ]);
        foreach (var run in runs)
            table.Add([
                run.Content.Folder.Path,
                run.Label,
                run.Content.Config.Model,
                run.Content.Config.Dataset,
                run.Content.Config.ModelOptions.LatentDim,
                (double)run.Parameters,
                run.Content.Epochs,
                run.Test.Loss,
                .. terms.Select(term => (object?)run.Term(term)),
                run.MeanSquaredError,
                run.Test.Seconds,
            ]);
        return table;
    }

    /// <summary>The test images once for each dataset and size, and beside them what each run makes of them.</summary>
    private static ImagePanels Panels(List<ComparedRun> runs)
    {
        var panels = new List<ImagePanel>();
        for (int i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            if (i == 0 || !run.Originals.AsSpan().SequenceEqual(runs[i - 1].Originals))
                panels.Add(Panel($"{run.Content.Config.Dataset}: test images", run.Originals, run.Shape));
            panels.Add(Panel(run.Label, run.Restored, run.Shape));
        }
        return new ImagePanels(panels, "Reconstructions of test images");
    }

    private static ImagePanel Panel(string caption, float[] images, ImageShape shape)
    {
        int count = images.Length / shape.PixelCount,
            columns = Math.Min(Columns, count);
        return ReconstructionFigure.Panel(caption, images, shape, (count + columns - 1) / columns, columns);
    }

    private static FigureGrid LossFigure(List<ComparedRun> runs)
    {
        var curves = new List<LossCurve>();
        foreach (string term in (string[])["loss", .. runs.SelectMany(run => run.Content.Terms).Distinct()])
        foreach (var run in runs)
        {
            EpochMetrics[] rows = [.. run.Content.Of("test")];
            if (term == "loss" || run.Content.Terms.Contains(term))
                curves.Add(
                    new LossCurve(
                        run.Label,
                        term,
                        [.. rows.Select(row => term == "loss" ? row.Loss : ComparedRun.Term(row, term) ?? double.NaN)],
                        [.. rows.Select(row => (double)row.Epoch)]
                    )
                );
        }
        return LossCurves.Create(curves, "Loss of test images");
    }
}

/// <summary>A run in a comparison, and its reconstructions of the first test images.</summary>
/// <param name="Content">Options, metrics and record.</param>
/// <param name="Label">How the run differs from the others, or its name.</param>
/// <param name="Shape">Shape of the images.</param>
/// <param name="Parameters">Number of trained parameters.</param>
/// <param name="MeanSquaredError">Mean squared error per pixel of test images, in intensities in [0, 1].</param>
/// <param name="Originals">The first test images, (n, pixels).</param>
/// <param name="Restored">Their reconstructions, (n, pixels).</param>
internal sealed record ComparedRun(
    RunContent Content,
    string Label,
    ImageShape Shape,
    long Parameters,
    double MeanSquaredError,
    float[] Originals,
    float[] Restored
)
{
    /// <summary>Metrics of test images after the last epoch.</summary>
    public EpochMetrics Test => Content.Last.First(row => row.Split == "test");

    /// <summary>A term of the test loss; null if the model does not have it.</summary>
    public double? Term(string name) => Term(Test, name);

    /// <summary>A term of the loss of one epoch; null if there is none.</summary>
    public static double? Term(EpochMetrics row, string name) =>
        row.Terms.Where(term => term.Name == name).Select(term => (double?)term.Value).FirstOrDefault();
}
