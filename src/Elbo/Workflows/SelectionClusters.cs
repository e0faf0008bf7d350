using Elbo.Clustering;
using Elbo.Selection;

namespace Elbo.Workflows;

/// <summary>The clusters shown in a selection's table and figures.</summary>
/// <param name="Numbers">Cluster of every image of the pool, or −1 for noise.</param>
/// <param name="Names">Names of the clusters.</param>
/// <param name="Title">Text for a figure's title.</param>
/// <param name="Caption">Remark for the user; empty for none.</param>
internal sealed record SelectionClusters(
    IReadOnlyList<int> Numbers,
    IReadOnlyList<string> Names,
    string Title,
    string Caption
)
{
    /// <summary>The clusters of the strategy, or those of DBSCAN if it has none.</summary>
    public static SelectionClusters Of(
        SelectionPool pool,
        SelectionResult result,
        string strategy,
        CancellationToken cancellation
    )
    {
        if (result.Clusters is { } own)
            return Create(own, $"by cluster of {strategy}", "");
        var found = Dbscan.Fit(
            pool.Codes.Span,
            pool.Dimensions,
            new DbscanOptions { Threads = pool.Threads },
            cancellation
        );
        double noise = found.Labels.Count(label => label == Dbscan.Noise) / (double)found.Labels.Length;
        return Create(
            found.Labels,
            "by cluster of DBSCAN",
            FormattableString.Invariant(
                $"clusters: {found.Clusters} by DBSCAN with eps {found.Eps:G4} from the knee of neighbour "
            ) + FormattableString.Invariant($"distances, {100 * noise:F1} % noise; {strategy} chose without them.")
        );
    }

    private static SelectionClusters Create(IReadOnlyList<int> numbers, string title, string caption) =>
        new(numbers, [.. Enumerable.Range(0, numbers.Max() + 1).Select(c => c.ToString())], title, caption);
}
