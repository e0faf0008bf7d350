using Elbo.Training;

namespace Elbo.Workflows.Reports;

/// <summary>The heading of the page and its most important metrics.</summary>
internal static class HeadlineSection
{
    public static Html Compose(RunContent run)
    {
        var config = run.Config;
        int z = config.ModelOptions.LatentDim;
        return Html.Of(
            $"""
            <h1>{run.Title}</h1>
            <p class="soft">{z} latent {(z == 1 ? "dimension" : "dimensions")}{Date(run.Record)}{State(run)}</p>
            <dl class="headline">
            {Figures(run)}</dl>

            """
        );
    }

    private static Html Date(RunRecord? record) =>
        record is { Sessions: [var first, ..] }
            ? Html.Of(
                $"""
                 · <time datetime="{first.Started:yyyy-MM-ddTHH:mm:ssZ}">{first.Started:d MMMM yyyy, HH:mm} UTC</time>
                """
            )
            : Html.Empty;

    private static string State(RunContent run) =>
        run.Epochs >= run.Config.Epochs ? ""
        : run.Epochs == 0 ? " · no epoch has ended yet"
        : $" · {run.Epochs} of {run.Config.Epochs} epochs";

    private static IEnumerable<Html> Figures(RunContent run)
    {
        if (run.Last.FirstOrDefault(row => row.Split == "test") is { } test)
        {
            yield return Figure("test loss", $"{test.Loss:F2}", $"after epoch {test.Epoch}");
            if (run.Best is { } best)
                yield return Figure($"best {best.Split} loss", $"{best.Loss:F2}", $"after epoch {best.Epoch}");
            foreach (var (name, value) in test.Terms)
                yield return Figure($"test {name}", $"{value:F2}", "nats per image");
            foreach (var (name, value) in test.Figures)
                yield return Figure($"test {name}", $"{value:0.###}", ClusteringEvaluator.Describe(name));
        }
        if (run.Record is { } record)
        {
            yield return Figure("parameters", $"{record.Parameters:N0}", $"for images of {record.ImageShape}");
            yield return Figure(
                "training images",
                $"{record.TrainImages:N0}",
                (record.ValidationImages > 0 ? $"{record.ValidationImages:N0} for validation, " : "")
                    + $"{record.TestImages:N0} for testing"
            );
        }
        if (run.Epochs == 0)
            yield break;
        EpochMetrics[] trained = [.. run.Of("train")];
        yield return Figure(
            "epochs",
            $"{run.Epochs}",
            run.Epochs == run.Config.Epochs ? "as many as asked for" : $"of {run.Config.Epochs}"
        );
        if (trained.Length > 0)
            yield return Figure(
                "images per second",
                $"{Median([.. trained.Select(row => row.ImagesPerSecond)]):N0}",
                "in training, median epoch"
            );
        yield return Figure(
            "training time",
            Duration(run.Rows[^1].Seconds),
            run.Rows[^1].Seconds / run.Epochs is var each ? $"{each:0.##} s an epoch" : ""
        );
    }

    private static Html Figure(string name, string value, string note) =>
        Html.Of($"<div><dt>{name}</dt><dd>{value} <small>{note}</small></dd></div>\n");

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    /// <summary>Formats a duration: <c>15.0 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    internal static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return seconds < 100 ? $"{seconds:F1} s"
            : time.TotalHours < 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
            : $"{(int)time.TotalHours:N0} h {time.Minutes} min";
    }
}

/// <summary>Charts of the loss, its terms and other metrics over the epochs.</summary>
internal static class CurvesSection
{
    public static Html Compose(RunContent run)
    {
        if (run.Rows.Count == 0)
            return Html.Empty;
        var charts = run
            .Terms.Select(term =>
                CurveChart.Compose(
                    term,
                    run.Rows,
                    row => row.Terms.Where(t => t.Name == term).Select(t => (double?)t.Value).FirstOrDefault()
                )
            )
            .Prepend(CurveChart.Compose("loss", run.Rows, row => row.Loss))
            .Concat(
                run.Figures.Select(figure =>
                    CurveChart.Compose(
                        figure,
                        run.Rows.Where(row => row.Figures.Count > 0).ToList(),
                        row => row.Figures.Where(f => f.Name == figure).Select(f => (double?)f.Value).FirstOrDefault()
                    )
                )
            );
        return Html.Of(
            $"""
            <section>
            <h2>Loss over the epochs</h2>
            {CurveChart.Legend(run.Splits)}<div class="charts">
            {charts}</div>
            <p class="soft">Loss and terms are nats per image. Point at an epoch, or touch it, to read its values. The
            training loss is the mean over the epoch's steps, with dropout, noise and the weight of the KL divergence in
            that epoch.</p>
            </section>

            """
        );
    }
}

/// <summary>
/// The loss and its terms for every split, after the last epoch and after the epoch with the lowest test loss.
/// </summary>
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
        {
            var terms = run.Terms.Select(name =>
                Cell(row.Terms.Where(t => t.Name == name).Select(t => (double?)t.Value))
            );
            return Html.Of($"<tr><th scope=\"row\">{row.Split}</th>{Cell([row.Loss])}{terms}</tr>\n");
        });
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

    /// <summary>A table cell with a number, or empty.</summary>
    private static Html Cell(IEnumerable<double?> value) =>
        Html.Of($"<td class=\"number\">{(value.FirstOrDefault() is { } number ? $"{number:F2}" : "")}</td>");
}
