using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

public class GreedyCoverageTests
{
    [Fact]
    public void Max_herding_takes_what_adds_most_to_the_generalized_coverage()
    {
        const double Bandwidth = 1.3;
        RequireGreedy(
            new MaxHerding(new MaxHerdingOptions { Bandwidth = Bandwidth }),
            distance => Math.Exp(-distance * distance / (2 * Bandwidth * Bandwidth))
        );
    }

    [Fact]
    public void Facility_location_takes_what_shortens_the_ways_most() =>
        RequireGreedy(new FacilityLocation(), distance => 1000 - distance);

    [Fact]
    public void The_usual_bandwidth_is_half_the_root_mean_square_distance()
    {
        var pool = SmallPool.Clustered(300, 4, clusters: 3);
        double sum = 0;
        for (int i = 0; i < pool.Count; i++)
        for (int j = 0; j < pool.Count; j++)
            sum += Math.Pow(SmallPool.Distance(pool, i, j), 2);
        Assert.Equal(Math.Sqrt(sum / pool.Count / pool.Count) / 2, MaxHerding.UsualBandwidth(pool), 1e-5);
    }

    /// <summary>
    /// By the definition: each choice adds as much to Σᵢ maxⱼ s(i, j) as the best one, up to rounding of floats.
    /// </summary>
    private static void RequireGreedy(ISelectionStrategy strategy, Func<double, double> similarity)
    {
        var pool = SmallPool.Clustered(220, 3, clusters: 6);
        int[] chosen = strategy.Select(pool, 40, new Rng(0)).Indices();
        double[] covered = new double[pool.Count];
        foreach (int choice in chosen)
        {
            double[] gains =
            [
                .. Enumerable
                    .Range(0, pool.Count)
                    .Select(j =>
                        Enumerable
                            .Range(0, pool.Count)
                            .Sum(i => Math.Max(0, similarity(SmallPool.Distance(pool, i, j)) - covered[i]))
                    ),
            ];
            Assert.True(
                gains[choice] >= gains.Max() - (1e-6 * covered.Sum()) - 1e-4,
                $"{choice} adds {gains[choice]}, {Array.IndexOf(gains, gains.Max())} would add {gains.Max()}"
            );
            for (int i = 0; i < covered.Length; i++)
                covered[i] = Math.Max(covered[i], similarity(SmallPool.Distance(pool, i, choice)));
        }
    }
}
