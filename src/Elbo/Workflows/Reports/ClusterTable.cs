using Elbo.Formats;
using Elbo.Models.Priors;
using Elbo.Training.Runs;
using Elbo.Workflows.Exploring;

namespace Elbo.Workflows.Reports;

/// <summary>A table of the model's clusters: names, number of test images, and their most frequent class.</summary>
internal static class ClusterTable
{
    /// <summary>The names of the clusters; null if the model has none or they are damaged.</summary>
    public static ClusterNames? Names(RunContent run)
    {
        try
        {
            return run.Config.ModelOptions.Prior is ClusteringOptions prior
                ? ClusterNames.Load(run.Folder, prior.Clusters)
                : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The table; empty if the model has no clusters or the clusters of the test images are unknown.</summary>
    public static Html Compose(RunContent run)
    {
        string path = run.Folder.Latent("test.csv");
        if (Names(run) is not { } names || !File.Exists(path))
            return Html.Empty;
        try
        {
            var table = LatentCsv.Load(path, cancellation: run.Cancellation);
            return table.Clusters.Count == 0 || table.Clusters.Any(k => (uint)k >= (uint)names.Count)
                ? Html.Empty
                : Table(NamedCluster.Of(names, table.Clusters, table.Categories), names.Any);
        }
        catch (InvalidDataException)
        {
            // Damaged: the page omits the table.
            return Html.Empty;
        }
    }

    private static Html Table(IReadOnlyList<NamedCluster> clusters, bool named)
    {
        bool labelled = clusters.Any(cluster => cluster.Class is not null);
        var head = Html.Join(
            named ? Html.Of($"<th scope=\"col\">name</th>") : Html.Empty,
            Html.Of($"<th scope=\"col\" class=\"number\">test images</th>"),
            labelled ? Html.Of($"<th scope=\"col\">commonest class</th>") : Html.Empty
        );
        var body = clusters.Select(cluster =>
        {
            var name = named ? Html.Of($"<td>{cluster.Name ?? ""}</td>") : Html.Empty;
            string most = cluster.Class is { } value ? $"{value} ({100 * cluster.Share:F0} %)" : "";
            var common = labelled ? Html.Of($"<td>{most}</td>") : Html.Empty;
            return Html.Of(
                $"<tr><th scope=\"row\">{cluster.Number}</th>{name}<td class=\"number\">{cluster.Images ?? 0:N0}</td>{common}</tr>\n"
            );
        });
        return Html.Of(
            $"""
            <div class="scroll"><table>
            <thead><tr><th scope="col">cluster</th>{head}</tr></thead>
            <tbody>
            {body}</tbody>
            </table></div>

            """
        );
    }
}
