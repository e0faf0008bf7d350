using System.Globalization;
using Elbo.Workflows.Evaluating;

namespace Elbo.Workflows.Reports;

/// <summary>
/// The figures in the run's folder <c>evaluations</c>: those of training over the epochs, and those of
/// <c>elbo evaluate</c>.
/// </summary>
internal static class EvaluationSection
{
    public static Html Compose(RunContent run)
    {
        var evaluations = ModelEvaluation.LoadAll(run.Folder);
        return evaluations.Count == 0
            ? Html.Empty
            : Html.Of(
                $"""
                <section>
                <h2>Evaluation</h2>
                {Epochs([.. evaluations.Where(e => e.Epoch is not null).OrderBy(e => e.Epoch)])}{evaluations
                    .Where(e => e.Epoch is null)
                    .Select(Table)}</section>

                """
            );
    }

    /// <summary>The evaluations in training, in the order of their epochs: two charts, and a row for each.</summary>
    private static Html Epochs(IReadOnlyList<ModelEvaluation> evaluations)
    {
        if (evaluations.Count == 0)
            return Html.Empty;
        var last = evaluations[^1];
        string likelihood = last.Likelihood.Name;
        string[] columns = [likelihood, "elbo", "reconstruction", "kl", "active-units", "mse", "ssim"];
        var head = columns.Select(name => Html.Of($"<th scope=\"col\" class=\"number\">{name}</th>"));
        Html Chart(string name, string unit) =>
            CurveChart.Compose(name, unit, evaluations.Select(e => ("test", e.Epoch ?? 0, e.Find(name) ?? double.NaN)));
        return Html.Of(
            $"""
            <h3>Over the epochs: {last.Count:N0} {last.Images}, {last.ImportanceSamples:N0} samples each</h3>
            <p>After epoch {last.Epoch ?? 0}: {last.Verdict}</p>
            <div class="charts">
            {Chart(likelihood, "nats per image")}{Chart("active-units", "units")}</div>
            <div class="scroll"><table>
            <thead><tr><th scope="col" class="number">epoch</th>{head}</tr></thead>
            <tbody>
            {evaluations.Select(e => EpochRow(e, columns))}</tbody></table></div>

            """
        );
    }

    private static Html EpochRow(ModelEvaluation evaluation, IEnumerable<string> columns)
    {
        var cells = columns.Select(name =>
        {
            var figure = evaluation.Figures.FirstOrDefault(f => f.Name == name);
            string error = figure?.StandardError is { } e ? $" ± {Number(e)}" : "";
            return Html.Of($"<td class=\"number\">{(figure is null ? "–" : Number(figure.Value))}{error}</td>");
        });
        return Html.Of(
            $"""
            <tr><th scope="row" class="number">{evaluation.Epoch ?? 0}</th>{cells}</tr>

            """
        );
    }

    private static Html Table(ModelEvaluation evaluation) =>
        Html.Of(
            $"""
            <h3>{evaluation.Count:N0} {evaluation.Images}</h3>
            <p>{evaluation.Verdict}</p>
            {evaluation.Remarks.Select(remark => Html.Of($"<p class=\"soft\">{Sentence(remark)}</p>\n"))}
            <div class="scroll"><table>
            <thead><tr><th scope="col">figure</th><th scope="col">value</th><th scope="col">standard error</th><th
            scope="col">meaning</th></tr></thead>
            <tbody>
            {evaluation.Figures.Select(Row)}</tbody></table></div>

            """
        );

    private static Html Row(EvaluationFigure figure) =>
        Html.Of(
            $"<tr><td>{figure.Name}</td><td>{Number(figure.Value)}</td><td>{(figure.StandardError is { } error
                ? Number(error)
                : "")}</td><td>{figure.Meaning}</td></tr>\n"
        );

    private static string Number(double value) => EvaluationText.Number(value);

    private static string Sentence(string remark) =>
        char.ToUpper(remark[0], CultureInfo.InvariantCulture) + remark[1..];
}
