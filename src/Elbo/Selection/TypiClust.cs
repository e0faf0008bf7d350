using Elbo.Clustering;
using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// TypiClust: as many k-means clusters as images are to be chosen, and of each the most typical image, the one with the
/// nearest neighbours on average.
/// </summary>
/// <remarks>
/// Hacohen, Dekel and Weinshall 2022, "Active learning on a budget: opposite strategies suit high and low budgets",
/// TPCRP: typicality is the reciprocal of the mean distance to the 20 nearest neighbours within the cluster (half the
/// cluster where that is less); clusters are taken the largest first, those of no more than 5 images not at all; with
/// more images to choose than clusters, each is taken several times.
/// </remarks>
public sealed class TypiClust(TypiClustOptions? options = null) : ISelectionStrategy
{
    private readonly TypiClustOptions _options = options ?? new TypiClustOptions();

    /// <inheritdoc/>
    public SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(rng);
        _options.Validate();
        pool.RequireBudget(budget);
        int count = Math.Min(budget, _options.Clusters);
        int[] labels = KMeans
            .Fit(
                pool.Codes.Span,
                pool.Dimensions,
                new KMeansOptions
                {
                    Clusters = count,
                    Restarts = 1,
                    Threads = pool.Threads,
                },
                rng.Fork("clusters"),
                cancellation
            )
            .Labels;
        var members = ClusterMembers.LargestFirst(labels, count);
        // Where no cluster is large enough, small ones are better than none.
        var large = members.FindAll(cluster => cluster.Count > _options.SmallestCluster);
        if (large.Count == 0)
            large = members;
        var typicality = new Typicality(pool, _options.Neighbours);
        var chosen = new List<int>(budget);
        while (chosen.Count < budget && large.Count > 0)
        {
            for (int k = 0; k < large.Count && chosen.Count < budget; k++)
            {
                int most = typicality.MostTypical(large[k], cancellation);
                chosen.Add(large[k][most]);
                large[k].RemoveAt(most);
                progress?.Report((double)chosen.Count / budget);
            }
            large.RemoveAll(cluster => cluster.Count == 0);
        }
        Remainder.Fill(chosen, pool.Count, budget, rng.Fork("remainder"));
        return SelectionResult.Of(chosen.ToArray()) with { Clusters = labels };
    }
}
