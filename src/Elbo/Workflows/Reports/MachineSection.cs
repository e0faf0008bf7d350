namespace Elbo.Workflows.Reports;

/// <summary>How long the run took, and on what: a row for each process that trained it.</summary>
internal static class MachineSection
{
    public static Html Compose(RunContent run)
    {
        if (run.Record is not { Sessions: [_, ..] sessions })
            return Html.Empty;
        return Html.Of(
            $"<section>\n<h2>Time and machine</h2>\n{sessions.Select((session, i) => Session(run, session, i + 1, sessions.Count))}</section>\n"
        );
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
            ("threads", $"{session.Threads}"),
            ("instruction set", session.InstructionSet),
            ("system", session.System),
            ("runtime", session.Runtime),
            ("Elbo", session.Elbo),
        ];
        string title = count == 1 ? "" : $"Session {number} of {count}";
        return Html.Of(
            $"{(title.Length > 0 ? Html.Of($"<h3>{title}</h3>\n") : Html.Empty)}<table><tbody>\n{facts.Select(fact => Html.Of($"<tr><th scope=\"row\">{fact.Name}</th><td>{fact.Value}</td></tr>\n"))}</tbody></table>\n"
        );
    }

    private static string Time(DateTimeOffset time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";

    /// <summary>The median of the differences of the metrics' clock, which runs only in training steps.</summary>
    private static string SecondsPerEpoch(RunContent run, RunSession session)
    {
        var clock = run.Of("train").ToLookup(row => row.Epoch, row => row.Seconds);
        int last = Math.Min(session.LastEpoch ?? run.Epochs, run.Epochs);
        double[] each =
        [
            .. Enumerable
                .Range(session.FirstEpoch, Math.Max(0, last - session.FirstEpoch + 1))
                .Where(epoch => clock.Contains(epoch) && (epoch == 1 || clock.Contains(epoch - 1)))
                .Select(epoch => clock[epoch].First() - clock[epoch - 1].FirstOrDefault())
                .Order(),
        ];
        return each.Length == 0 ? "–" : $"{each[each.Length / 2]:0.##} s";
    }
}
