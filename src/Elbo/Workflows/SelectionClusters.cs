using Elbo.Clustering;
using Elbo.Selection;

namespace Elbo.Workflows;

/// <summary>The clusters that a selection's table and figures show.</summary>
/// <param name="Numbers">Cluster of every image of the pool, −1 for noise.</param>
/// <param name="Names">What clusters are called.</param>
/// <param name="Title">What a figure says of them.</param>
/// <param name="Caption">What a person should know of them; empty for nothing.</param>
internal sealed record SelectionClusters(
    IReadOnlyList<int> Numbers,
    IReadOnlyList<string> Names,
    string Title,
    string Caption
)
{
    /// <summary>The strategy's own clusters; where it has none, those of DBSCAN.</summary>
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
