using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

public class KCenterGreedyTests
{
    [Fact]
    public void Each_choice_is_farthest_from_all_before()
    {
        var pool = SmallPool.Clustered(300, 3, clusters: 5);
        int[] chosen = new KCenterGreedy().Select(pool, 40, new Rng(2)).Indices();
        for (int k = 1; k < chosen.Length; k++)
        {
            double Way(int i) => chosen[..k].Min(j => SmallPool.Distance(pool, i, j));
            // Floats of about this size are apart by less.
            Assert.True(Way(chosen[k]) >= Enumerable.Range(0, pool.Count).Max(Way) - 1e-5);
        }
    }

    [Fact]
    public void The_first_choice_is_drawn() =>
        Assert.True(
            Enumerable
                .Range(0, 20)
                .Select(seed =>
                    new KCenterGreedy()
                        .Select(SmallPool.Clustered(300, 3, clusters: 5), 1, new Rng((ulong)seed))
                        .Indices()[0]
                )
                .Distinct()
                .Count() > 10
        );
}
