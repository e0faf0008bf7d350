namespace Elbo.Workflows.Reports;

/// <summary>The loss and what it is made of, over the epochs.</summary>
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
            <p class="soft">Loss and terms are nats per image. Point at an epoch, or touch it, to read its values. The training loss is the mean over the epoch's steps, with dropout, noise and the weight of the KL divergence in that epoch.</p>
            </section>

            """
        );
    }
}
