using System.Globalization;
using Elbo.Workflows.Evaluating;

namespace Elbo.Workflows.Reports;

/// <summary>The figures that <c>elbo evaluate</c> wrote to the run's folder <c>evaluations</c>.</summary>
internal static class EvaluationSection
{
    public static Html Compose(RunContent run)
    {
        var evaluations = Load(run);
        return evaluations.Count == 0
            ? Html.Empty
            : Html.Of(
                $"""
                <section>
                <h2>Evaluation</h2>
                {evaluations.Select(Table)}</section>

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

    /// <summary>The evaluations by name; damaged files are left out.</summary>
    private static List<ModelEvaluation> Load(RunContent run)
    {
        string folder = run.Folder.Evaluation();
        var result = new List<ModelEvaluation>();
        if (!Directory.Exists(folder))
            return result;
        foreach (string file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            try
            {
                result.Add(ModelEvaluation.Load(file));
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                // The report shows what can be read.
            }
        return result;
    }
}
