using System.Text;
using System.Text.RegularExpressions;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>The report page of a run: a single file without external resources.</summary>
internal static class RunReport
{
    /// <summary>Maximum size of the page in bytes.</summary>
    public const int MostBytes = 8_000_000;

    /// <summary>The sections of the page in order. A section with nothing to show is empty.</summary>
    private static readonly IReadOnlyList<Func<RunContent, Html>> Sections =
    [
        CurvesSection.Compose,
        PicturesSection.Compose,
        LatentSection.Compose,
        FiguresSection.Compose,
        EvaluationSection.Compose,
        LayersSection.Compose,
        ConfigurationSection.Compose,
        MachineSection.Compose,
        UnreadableSection.Compose,
        CommandsSection.Compose,
    ];

    /// <summary>Creates the page. The same files give the same page.</summary>
    public static string Compose(RunContent run) =>
        PageTemplate.Fill(
            new Dictionary<string, Html>
            {
                ["title"] = Html.Of($"{run.Title} · Elbo"),
                ["header"] = HeadlineSection.Compose(run),
                ["sections"] = Html.Join(Sections.Select(compose => compose(run))),
                ["footer"] = Html.Of(
                    $"""
                    <p>Losses are in nats per image. 'elbo report {run.Folder.Name}' rewrites this page from the files
                    of the run.</p>

                    """
                ),
            }
        );
}

/// <summary>The contents of a run folder, read once for all sections of the page.</summary>
/// <param name="Folder">Folder of the run.</param>
/// <param name="Page">Path of the page, to which its links are relative.</param>
/// <param name="Config">Options of the run.</param>
/// <param name="Rows">Metrics of the run; empty before the end of the first epoch.</param>
/// <param name="Record">Size and sessions of the run; null if there is no record.</param>
internal sealed record RunContent(
    RunFolder Folder,
    string Page,
    RunConfig Config,
    IReadOnlyList<EpochMetrics> Rows,
    RunRecord? Record
)
{
    /// <summary>Reads the contents. The dataset is not needed.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static RunContent Load(RunFolder folder, string page) =>
        new(
            folder,
            page,
            RunSettings.Load(folder),
            File.Exists(folder.Metrics) ? MetricsTable.Load(folder.Metrics).Rows : [],
            RunRecord.Load(folder)
        );

    /// <summary>Cancels reading more files for the page.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Run, model and dataset: <c>first: vae on mnist</c>.</summary>
    public string Title => $"{Folder.Name}: {Config.Model} on {Config.Dataset}";

    /// <summary>Number of completed epochs.</summary>
    public int Epochs => Rows.Count == 0 ? 0 : Rows[^1].Epoch;

    /// <summary>Names of the splits, in the order of the table.</summary>
    public IReadOnlyList<string> Splits => [.. Rows.Select(row => row.Split).Distinct()];

    /// <summary>Names of the terms of the loss.</summary>
    public IReadOnlyList<string> Terms => [.. Rows.SelectMany(row => row.Terms.Select(term => term.Name)).Distinct()];

    /// <summary>Names of the other metrics.</summary>
    public IReadOnlyList<string> Figures =>
        [.. Rows.SelectMany(row => row.Figures.Select(figure => figure.Name)).Distinct()];

    /// <summary>The rows of one split.</summary>
    public IEnumerable<EpochMetrics> Of(string split) => Rows.Where(row => row.Split == split);

    /// <summary>The rows of the last epoch.</summary>
    public IEnumerable<EpochMetrics> Last => Rows.Where(row => row.Epoch == Epochs);

    /// <summary>
    /// The metrics of the epoch with the lowest validation loss, or test loss without validation images; null if there
    /// is none.
    /// </summary>
    public EpochMetrics? Best => MetricsTable.HeldOut(Rows).MinBy(row => row.Loss);

    /// <summary>A link to a file of the run, relative to the page.</summary>
    public string LinkTo(string file)
    {
        string target = Path.GetFullPath(file);
        string path = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(Page))!, target);
        // There is no relative path to another drive on Windows.
        return Path.IsPathRooted(path)
            ? new Uri(target).AbsoluteUri
            : string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }
}

/// <summary>
/// The layout of the page, from the files beside this one: <c>report.html</c> has placeholders in double braces for its
/// content, <c>report.css</c> and <c>report.js</c>.
/// </summary>
internal static partial class PageTemplate
{
    private const string Prefix = "Elbo.Reports.";

    /// <summary>The script of the page itself; interactive figures bring their own.</summary>
    public static string Script { get; } = Read("report.js");

    /// <summary>Fills all placeholders of the page.</summary>
    /// <exception cref="KeyNotFoundException"><paramref name="content"/> lacks a placeholder of the layout.</exception>
    public static string Fill(IReadOnlyDictionary<string, Html> content)
    {
        var all = new Dictionary<string, Html>(content)
        {
            ["style"] = new(Read("report.css")),
            ["script"] = new(Script),
        };
        // A single pass over the layout, so that braces in the content have no effect.
        return Place().Replace(Read("report.html"), place => all[place.Groups[1].Value].Markup);
    }

    private static string Read(string file)
    {
        using var reader = new StreamReader(
            typeof(PageTemplate).Assembly.GetManifestResourceStream(Prefix + file)!,
            Encoding.UTF8
        );
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Place();
}
