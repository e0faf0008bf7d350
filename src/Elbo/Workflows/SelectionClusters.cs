using Elbo.Selection;

namespace Elbo.Workflows;

/// <summary>The clusters that a selection's table and figures show.</summary>
/// <param name="Numbers">Cluster of every image of the pool, −1 for noise.</param>
/// <param name="Names">What clusters are called.</param>
/// <param name="Title">What a figure says of them.</param>
/// <param name="Caption">What a person should know of them; empty for nothing.</param>
internal sealed record SelectionClusters(IReadOnlyList<int> Numbers, IReadOnlyList<string> Names, string Title, string Caption)
{
    /// <summary>The strategy's own clusters.</summary>
    public static SelectionClusters Of(SelectionPool pool, SelectionResult result, string strategy)
    {
        var numbers = result.Clusters ?? new int[pool.Count];
        int count = numbers.Max() + 1;
        return new SelectionClusters(numbers, [.. Enumerable.Range(0, count).Select(c => c.ToString())], $"by cluster: {count} of {strategy}", "");
    }

    /// <summary>The cluster of one image; nothing for noise.</summary>
    public int? Of(int index) => Numbers[index] < 0 ? null : Numbers[index];
}
