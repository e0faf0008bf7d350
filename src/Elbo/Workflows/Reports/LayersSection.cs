using Elbo.Models;

namespace Elbo.Workflows.Reports;

/// <summary>The layers of the model, with the shapes of their outputs and their parameters.</summary>
internal static class LayersSection
{
    public static Html Compose(RunContent run)
    {
        if (Summary(run) is not { } summary)
            return Html.Empty;
        var parts = summary.Parts.Select(part =>
            Html.Of(
                $"""
                <tr><th scope="rowgroup" colspan="4">{part.Title}</th></tr>
                {part.Layers.Select(Row)}
                """
            )
        );
        return Html.Of(
            $"""
            <section>
            <h2>Layers</h2>
            <p class="soft">{summary.Parameters:N0} parameters. Shapes are for one image: channels, height and width, or
            features.</p>
            <div class="scroll"><table>
            <thead><tr><th scope="col">layer</th><th scope="col">kind</th><th scope="col">output</th><th
            scope="col">parameters</th></tr></thead>
            <tbody>
            {parts}</tbody></table></div>
            </section>

            """
        );
    }

    private static Html Row(Nn.Graphs.GraphLayer layer) =>
        Html.Of(
            $"<tr><td>{layer.Name}</td><td>{layer.Kind}</td><td>{layer.Output}</td><td>{layer.Parameters:N0}</td></tr>\n"
        );

    /// <summary>The layers; null before the first checkpoint, or if the weights are damaged.</summary>
    private static ModelSummary? Summary(RunContent run)
    {
        try
        {
            return DescribeWorkflow.Run(run.Folder).Summary;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException)
        {
            return null;
        }
    }
}
