namespace Elbo.Workflows.Reports;

/// <summary>The image files that the run goes without.</summary>
internal static class UnreadableSection
{
    private const int Shown = 100;

    public static Html Compose(RunContent run)
    {
        if (!File.Exists(run.Folder.Unreadable))
            return Html.Empty;
        string[] lines = File.ReadAllLines(run.Folder.Unreadable);
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
            <div class="scroll"><table><thead><tr><th scope="col">file</th><th scope="col">reason</th></tr></thead><tbody>
            {files}</tbody></table></div></details>
            </section>

            """
        );
    }
}
