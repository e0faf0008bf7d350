using System.Text.Json.Nodes;
using Elbo.Formats;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>All options of the run; those that differ from the default are highlighted.</summary>
internal static class ConfigurationSection
{
    public static Html Compose(RunContent run)
    {
        var usual = RunSettings.ToJson(
            RunSettings.Combine(("defaults", new JsonObject { ["model"] = run.Config.Model }))
        );
        var own = RunSettings.ToJson(run.Config);
        var rows = RunSettings
            .NamesFor(run.Config)
            .Select(name =>
            {
                bool changed = !JsonNode.DeepEquals(own[name], usual[name]);
                var row = new Html(changed ? "<tr class=\"changed\">" : "<tr>");
                return Html.Of($"{row}<th scope=\"row\">{name}</th><td>{Value(own[name])}</td></tr>\n");
            });
        return Html.Of(
            $"""
            <section>
            <h2>Configuration</h2>
            <p class="soft">What differs from the default is bold; a dash stands for what was not given.</p>
            <div class="options"><table><tbody>
            {rows}</tbody></table></div>
            </section>

            """
        );
    }

    /// <summary>Formats a value as on the command line.</summary>
    internal static string Value(JsonNode? value) => value is null ? "–" : OptionDescriptor.ToText(value);
}

/// <summary>Duration and machine of the run, with one row per process that trained it.</summary>
internal static class MachineSection
{
    public static Html Compose(RunContent run)
    {
        if (run.Record is not { Sessions: [_, ..] sessions })
            return Html.Empty;
        var tables = sessions.Select((session, i) => Session(run, session, i + 1, sessions.Count));
        return Html.Of($"<section>\n<h2>Time and machine</h2>\n{tables}</section>\n");
    }

    private static Html Session(RunContent run, RunSession session, int number, int count)
    {
        (string Name, string Value)[] facts =
        [
            ("began", Time(session.Started)),
            ("ended", session.Ended is { } ended ? Time(ended) : "not in an orderly way, or not yet"),
            (
                "epochs",
                session.LastEpoch is not { } last ? $"from {session.FirstEpoch} on"
                : last < session.FirstEpoch ? "none was completed"
                : $"{session.FirstEpoch} to {last}"
            ),
            ("time of an epoch's training", SecondsPerEpoch(run, session)),
            ("processor", session.Processor),
            ("cores", $"{session.Cores}"),
            .. session.Gpu.Length > 0
                ? [("GPU", $"{session.Gpu} ({session.InstructionSet})")]
                : ((string, string)[])[("threads", $"{session.Threads}"), ("instruction set", session.InstructionSet)],
            ("system", session.System),
            ("runtime", session.Runtime),
            ("Elbo", session.Elbo),
        ];
        var title = count == 1 ? Html.Empty : Html.Of($"<h3>Session {number} of {count}</h3>\n");
        var rows = facts.Select(fact => Html.Of($"<tr><th scope=\"row\">{fact.Name}</th><td>{fact.Value}</td></tr>\n"));
        return Html.Of($"{title}<table><tbody>\n{rows}</tbody></table>\n");
    }

    private static string Time(DateTimeOffset time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";

    /// <summary>The median time per epoch from the metrics, whose clock runs during training steps only.</summary>
    private static string SecondsPerEpoch(RunContent run, RunSession session)
    {
        var clock = run.Of("train").ToLookup(row => row.Epoch, row => row.Seconds);
        int last = session.LastEpoch ?? run.Epochs;
        // The epochs of the metrics, and not the range of the session, which a damaged record can make very long.
        double[] each =
        [
            .. clock
                .Select(rows => rows.Key)
                .Where(epoch => epoch >= session.FirstEpoch && epoch <= last)
                .Where(epoch => epoch == 1 || clock.Contains(epoch - 1))
                .Select(epoch => clock[epoch].First() - clock[epoch - 1].FirstOrDefault())
                .Order(),
        ];
        return each.Length == 0 ? "–" : $"{each[each.Length / 2]:0.##} s";
    }
}

/// <summary>The image files that were skipped.</summary>
internal static class UnreadableSection
{
    private const int Shown = 100;

    public static Html Compose(RunContent run)
    {
        if (!File.Exists(run.Folder.Unreadable))
            return Html.Empty;
        string[] lines = RegularFile.ReadAllLines(run.Folder.Unreadable);
        var files = lines
            .Take(Shown)
            .Select(line => line.Split('\t', 2))
            .Select(file => Html.Of($"<tr><th scope=\"row\">{file[0]}</th><td>{file[^1]}</td></tr>\n"));
        string more = lines.Length > Shown ? $"The first {Shown} are named here, all in unreadable.txt." : "";
        return Html.Of(
            $"""
            <section>
            <h2>Files that could not be read</h2>
            <p>{lines.Length:N0} {(lines.Length == 1 ? "file was" : "files were")} skipped. {more}</p>
            <details><summary>Which, and why</summary>
            <div class="scroll"><table>
            <thead><tr><th scope="col">file</th><th scope="col">reason</th></tr></thead>
            <tbody>
            {files}</tbody>
            </table></div></details>
            </section>

            """
        );
    }
}

/// <summary>Commands to train the run again, to resume it, and to use it.</summary>
internal static class CommandsSection
{
    public static Html Compose(RunContent run)
    {
        string path = TrainCommandLine.Quoted(run.Folder.Path);
        List<string> uses =
        [
            $"elbo resume {path} --epochs {Math.Max(run.Epochs, run.Config.Epochs) * 2L}",
            $"elbo reconstruct {path}",
            $"elbo denoise {path}",
            $"elbo generate {path}",
            $"elbo embed {path}",
            .. run.Config.ModelOptions.LatentDim == 2 ? (string[])[$"elbo plot {path} --kind manifold"] : [],
            $"elbo report {path}",
        ];
        return Html.Of(
            $"""
            <section>
            <h2>Commands</h2>
            <h3>Train the same run again</h3>
            <pre>{TrainCommandLine.Of(run.Config)}</pre>
            <h3>Go on with it, and use it</h3>
            <pre>{string.Join('\n', uses)}</pre>
            </section>

            """
        );
    }
}
