using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

public class KMedoidsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void No_swap_of_a_medoid_for_another_image_shortens_the_ways(int budget)
    {
        var pool = SmallPool.Clustered(150, 2, clusters: 5);
        int[] medoids = new KMedoids(new KMedoidsOptions { Tolerance = 0 }).Select(pool, budget, new Rng(5)).Indices();
        double total = Total(pool, medoids);
        for (int place = 0; place < budget; place++)
        for (int candidate = 0; candidate < pool.Count; candidate++)
        {
            int[] swapped = [.. medoids];
            swapped[place] = candidate;
            Assert.True(Total(pool, swapped) >= total * (1 - 1e-5), $"{candidate} for {medoids[place]}");
        }
    }

    [Fact]
    public void Separate_groups_get_a_medoid_each()
    {
        var pool = SmallPool.Clustered(200, 6, clusters: 5);
        var result = new KMedoids().Select(pool, 5, new Rng(1));
        Assert.Equal([0, 1, 2, 3, 4], result.Indices().Select(i => i % 5).Order());
        // Every image belongs to the medoid of its own group.
        Assert.All(
            Enumerable.Range(0, pool.Count),
            i => Assert.Equal(i % 5, result.Indices()[result.Clusters![i]] % 5)
        );
    }

    [Fact]
    public void The_figures_that_swaps_are_judged_by_stay_those_of_the_definition()
    {
        var pool = SmallPool.Clustered(400, 3, clusters: 6);
        var search = new MedoidSearch(pool, MedoidSearch.Seed(pool, 12, new Rng(3)));
        for (int pass = 0; pass < 3; pass++)
        {
            search.Pass(CancellationToken.None);
            Assert.Equal(Total(pool, search.Medoids), search.TotalDistance, 1e-3);
            for (int i = 0; i < pool.Count; i++)
                Assert.Equal(
                    search.Medoids.Min(m => SmallPool.Distance(pool, i, m)),
                    SmallPool.Distance(pool, i, search.Medoids[search.Nearest[i]]),
                    1e-5
                );
        }
    }

    private static double Total(SelectionPool pool, int[] medoids) =>
        Enumerable.Range(0, pool.Count).Sum(i => medoids.Min(m => SmallPool.Distance(pool, i, m)));
}
