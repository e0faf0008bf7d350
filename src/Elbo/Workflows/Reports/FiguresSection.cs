using Elbo.Training;

namespace Elbo.Workflows.Reports;

/// <summary>Loss and terms of every split, after the last epoch and after the one with the lowest test loss.</summary>
internal static class FiguresSection
{
    public static Html Compose(RunContent run)
    {
        if (run.Rows.Count == 0)
            return Html.Empty;
        var tables = Table(run, $"After the last epoch, {run.Epochs}", run.Last);
        if (run.Best is { } best && best.Epoch != run.Epochs)
            tables = Html.Join(
                tables,
                Table(
                    run,
                    $"After epoch {best.Epoch}, which has the lowest {best.Split} loss",
                    run.Rows.Where(row => row.Epoch == best.Epoch)
                )
            );
        return Html.Of($"<section>\n<h2>Figures of each split</h2>\n{tables}</section>\n");
    }

    private static Html Table(RunContent run, string caption, IEnumerable<EpochMetrics> rows)
    {
        var head = run.Terms.Select(term => Html.Of($"<th scope=\"col\" class=\"number\">{term}</th>"));
        var body = rows.Select(row =>
            Html.Of(
                $"<tr><th scope=\"row\">{row.Split}</th>{Cell(row.Loss)}{run.Terms.Select(term => Cell(row.Terms.Where(t => t.Name == term).Select(t => (double?)t.Value).FirstOrDefault()))}</tr>\n"
            )
        );
        return Html.Of(
            $"""
            <h3>{caption}</h3>
            <div class="scroll"><table>
            <thead><tr><th scope="col">split</th><th scope="col" class="number">loss</th>{head}</tr></thead>
            <tbody>
            {body}</tbody>
            </table></div>

            """
        );
    }

    private static Html Cell(double? value) =>
        Html.Of($"<td class=\"number\">{(value is { } number ? $"{number:F2}" : "")}</td>");
}
