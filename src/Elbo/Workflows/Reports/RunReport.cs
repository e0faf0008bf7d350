namespace Elbo.Workflows.Reports;

/// <summary>The page of a run: one file that needs no other, and no network.</summary>
internal static class RunReport
{
    /// <summary>The page stays below this many bytes.</summary>
    public const int MostBytes = 5_000_000;

    /// <summary>What the page shows, from top to bottom; a section that has nothing to show is empty.</summary>
    private static readonly IReadOnlyList<Func<RunContent, Html>> Sections =
    [
        CurvesSection.Compose,
        PicturesSection.Compose,
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
                ["title"] = Html.Of($"{run.Folder.Name} · Elbo"),
                ["header"] = HeadlineSection.Compose(run),
                ["sections"] = Html.Join(Sections.Select(compose => compose(run))),
                ["footer"] = Html.Of(
                    $"<p>Losses are in nats per image. 'elbo report {run.Folder.Name}' writes this page anew from the files of the run.</p>\n"
                ),
            }
        );
}
