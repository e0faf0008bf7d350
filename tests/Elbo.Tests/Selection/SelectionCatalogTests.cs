using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

/// <summary>What every strategy of the catalog has to hold.</summary>
public class SelectionCatalogTests
{
    public static TheoryData<string> Names => [.. SelectionCatalog.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_strategy_chooses_as_many_distinct_images_as_it_is_asked_for(string name)
    {
        foreach ((int count, int dimensions) in new[] { (200, 2), (200, 5), (37, 1) })
        foreach (int budget in new[] { 1, 2, 13, 37 })
        {
            int[] chosen = Choose(name, SmallPool.Clustered(count, dimensions, clusters: 4), budget);
            Assert.Equal(budget, chosen.Distinct().Count());
            Assert.Equal(budget, chosen.Length);
            Assert.All(chosen, index => Assert.InRange(index, 0, count - 1));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_images_can_be_chosen(string name) =>
        Assert.Equal(Enumerable.Range(0, 40), Choose(name, SmallPool.Clustered(40, 2, clusters: 3), 40).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_choice_on_any_number_of_threads(string name)
    {
        int[] alone = Choose(name, SmallPool.Clustered(700, 3, clusters: 5, threads: 1), 30, seed: 4);
        foreach (int threads in new[] { 2, 5 })
            Assert.Equal(alone, Choose(name, SmallPool.Clustered(700, 3, clusters: 5, threads: threads), 30, seed: 4));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_incremental_strategy_only_adds_to_a_smaller_choice(string name)
    {
        if (!SelectionCatalog.Get(name).IsIncremental)
            return;
        foreach (
            var pool in (SelectionPool[])
                [
                    SmallPool.Clustered(300, 3, clusters: 4),
                    SmallPool.Of([.. Enumerable.Range(0, 90).Select(i => (float)(i % 3))], 1),
                ]
        )
            Assert.Equal(Choose(name, pool, 30)[..9], Choose(name, pool, 9));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_codes_are_chosen_once_each(string name)
    {
        // Three images many times over: more than three choices cannot tell anything apart.
        float[] codes = [.. Enumerable.Range(0, 60).SelectMany(i => new float[] { i % 3, i % 3 * 2 })];
        Assert.Equal(10, Choose(name, SmallPool.Of(codes, 2), 10).Distinct().Count());
        Assert.Equal(10, Choose(name, SmallPool.Of(new float[60], 2), 10).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_cluster_index_is_of_the_pool(string name)
    {
        var pool = SmallPool.Clustered(150, 2, clusters: 4);
        var result = SelectionCatalog.Get(name).Create().Select(pool, 12, new Rng(3));
        if (result.Clusters is not { } clusters)
            return;
        Assert.Equal(pool.Count, clusters.Count);
        Assert.All(clusters, cluster => Assert.InRange(cluster, -1, pool.Count - 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_budget_that_cannot_be_had_is_named(string name)
    {
        var pool = SmallPool.Clustered(20, 2, clusters: 2);
        foreach (int budget in new[] { -1, 0, 21 })
        {
            var complaint = Assert.ThrowsAny<ArgumentException>(() => Choose(name, pool, budget));
            Assert.Contains(
                $"budget is {budget}; it must be from 1 to 20",
                complaint.Message,
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_strategy_can_be_cancelled(string name)
    {
        // Random has nothing to wait for.
        if (name == "random")
            return;
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            SelectionCatalog
                .Get(name)
                .Create()
                .Select(SmallPool.Clustered(100, 2, clusters: 2), 10, new Rng(0), cancellation: cancelled.Token)
        );
    }

    [Fact]
    public void Every_option_reaches_its_strategy()
    {
        foreach (var entry in SelectionCatalog.All)
        foreach (var option in entry.Options)
        {
            // No option takes this: were it lost on the way, nothing would complain.
            var values = new Dictionary<string, double> { [option.Name] = double.NaN };
            Assert.ThrowsAny<ArgumentException>(() =>
                entry.Create(values).Select(SmallPool.Clustered(50, 2, clusters: 2), 5, new Rng(0))
            );
        }
    }

    [Fact]
    public void An_option_of_another_strategy_is_named()
    {
        var complaint = Assert.Throws<ArgumentException>(() =>
            SelectionCatalog.Get("random").Create(new Dictionary<string, double> { ["bandwidth"] = 1 })
        );
        Assert.Contains("random takes no option bandwidth; ", complaint.Message, StringComparison.Ordinal);
        Assert.Contains("max-herding", complaint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_strategy_is_answered_with_those_there_are() =>
        Assert.Contains(
            "Did you mean k-medoids?",
            Assert.Throws<ArgumentException>(() => SelectionCatalog.Get("k-medoid")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_pool_of_codes_that_are_not_finite_is_refused() =>
        Assert.Contains(
            "coordinate 2 of code 1 is NaN",
            Assert.Throws<ArgumentException>(() => new SelectionPool(new[] { 1, 2, 3, float.NaN }, 2)).Message,
            StringComparison.Ordinal
        );

    private static int[] Choose(string name, SelectionPool pool, int budget, ulong seed = 0) =>
        SelectionCatalog.Get(name).Create().Select(pool, budget, new Rng(seed)).Indices();
}
