using System.Text;
using System.Text.RegularExpressions;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>The page of a run: one file that needs no other, and no network.</summary>
internal static class RunReport
{
    /// <summary>The page stays below this many bytes.</summary>
    public const int MostBytes = 8_000_000;

    /// <summary>What the page shows, from top to bottom; a section that has nothing to show is empty.</summary>
    private static readonly IReadOnlyList<Func<RunContent, Html>> Sections =
    [
        CurvesSection.Compose,
        PicturesSection.Compose,
        LatentSection.Compose,
        FiguresSection.Compose,
        ConfigurationSection.Compose,
        MachineSection.Compose,
        UnreadableSection.Compose,
        CommandsSection.Compose,
    ];

    /// <summary>The whole page, the same for the same files.</summary>
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

/// <summary>What the files of a run folder say, read once for all sections of its page.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Page">The file that the page is written to; its links start there.</param>
/// <param name="Config">The options of the run.</param>
/// <param name="Rows">Its figures; empty before the first epoch has ended.</param>
/// <param name="Record">Its size and sessions; null for a run that has none.</param>
internal sealed record RunContent(
    RunFolder Folder,
    string Page,
    RunConfig Config,
    IReadOnlyList<EpochMetrics> Rows,
    RunRecord? Record
)
{
    /// <summary>Reads them; the dataset is not needed.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public static RunContent Load(RunFolder folder, string page) =>
        new(
            folder,
            page,
            RunSettings.Load(folder),
            File.Exists(folder.Metrics) ? MetricsTable.Load(folder.Metrics).Rows : [],
            RunRecord.Load(folder)
        );

    /// <summary>The run and what it was trained on: <c>first: vae on mnist</c>.</summary>
    public string Title => $"{Folder.Name}: {Config.Model} on {Config.Dataset}";

    /// <summary>Epochs that have ended.</summary>
    public int Epochs => Rows.Count == 0 ? 0 : Rows[^1].Epoch;

    /// <summary>Names of the splits, in the order of the table.</summary>
    public IReadOnlyList<string> Splits => [.. Rows.Select(row => row.Split).Distinct()];

    /// <summary>Names of the terms of the loss.</summary>
    public IReadOnlyList<string> Terms => [.. Rows.SelectMany(row => row.Terms.Select(term => term.Name)).Distinct()];

    /// <summary>Names of the other figures of the splits.</summary>
    public IReadOnlyList<string> Figures =>
        [.. Rows.SelectMany(row => row.Figures.Select(figure => figure.Name)).Distinct()];

    /// <summary>The rows of one split.</summary>
    public IEnumerable<EpochMetrics> Of(string split) => Rows.Where(row => row.Split == split);

    /// <summary>The rows of the last epoch.</summary>
    public IEnumerable<EpochMetrics> Last => Rows.Where(row => row.Epoch == Epochs);

    /// <summary>
    /// The figures of the epoch whose validation loss is lowest, or test loss where there are no validation images;
    /// null where there is none.
    /// </summary>
    public EpochMetrics? Best => MetricsTable.HeldOut(Rows).MinBy(row => row.Loss);

    /// <summary>The address of a file of the run as a link of the page: relative, wherever the page lies.</summary>
    public string LinkTo(string file)
    {
        string target = Path.GetFullPath(file);
        string path = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(Page))!, target);
        // Another drive of Windows has no relative path.
        return Path.IsPathRooted(path)
            ? new Uri(target).AbsoluteUri
            : string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }
}

/// <summary>
/// The layout of the page, from the files beside this one: <c>report.html</c> has places in double braces,
/// <c>report.css</c> and <c>report.js</c> go into it.
/// </summary>
internal static partial class PageTemplate
{
    private const string Prefix = "Elbo.Reports.";

    /// <summary>The page with all its places filled.</summary>
    /// <exception cref="KeyNotFoundException">The layout has a place that <paramref name="content"/> lacks.</exception>
    public static string Fill(IReadOnlyDictionary<string, Html> content)
    {
        var all = new Dictionary<string, Html>(content)
        {
            ["style"] = new(Read("report.css")),
            ["script"] = new(Read("report.js")),
        };
        // One pass over the layout alone: braces in what is filled in mean nothing.
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
