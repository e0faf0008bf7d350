using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

public class DensityDrawsTests
{
    [Fact]
    public void Positions_take_distinct_images_where_codes_lie_dense()
    {
        // Half of the codes within 0.1 of 0, the rest anywhere from −10 to 10.
        var rng = new Rng(6);
        float[] codes =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(i => i % 2 == 0 ? 0.1f * rng.NextNormal() : (20 * rng.NextSingle()) - 10),
        ];
        var draws = DensityDraws.Run(codes, 1, walkers: 200, steps: 10, bandwidth: 0.1, new Rng(7), default);
        Assert.Equal(2_000, draws.Positions.Length);
        int[] members = draws.Snap(codes, 1, 200);
        Assert.Equal(200, members.Distinct().Count());
        // 200 nearly independent draws, half of them from the dense place: five standard deviations are 35.
        Assert.InRange(members.Count(member => Math.Abs(codes[member]) < 0.5), 65, 145);
        Assert.InRange(draws.AcceptanceFraction, 0.2, 1);
        // The first position takes the nearest code of all.
        Assert.Equal(Enumerable.Range(0, codes.Length).MinBy(i => Math.Abs(codes[i] - draws.Positions[0])), members[0]);
    }

    [Fact]
    public void No_part_takes_more_than_its_quota()
    {
        float[] codes = [.. Enumerable.Range(0, 300).Select(i => i / 10f)];
        int[] parts = [.. Enumerable.Range(0, 300).Select(i => i / 100)];
        int[] quotas = [5, 12, 3];
        int[] members = DensityDraws
            .Run(codes, 1, walkers: 20, steps: 10, bandwidth: null, new Rng(1), default)
            .Snap(codes, 1, parts, quotas);
        Assert.Equal(20, members.Distinct().Count());
        Assert.Equal(quotas, Enumerable.Range(0, 3).Select(part => members.Count(member => parts[member] == part)));
    }

    [Fact]
    public void A_part_that_no_position_falls_into_takes_the_nearest_of_its_codes()
    {
        float[] codes = [0, 1, 2, 3, 50, 51];
        var draws = new DensityDraws([0.1f, 0.9f, 1.1f, 2.2f], 1, 1);
        Assert.Equal([0, 4], draws.Snap(codes, 1, [0, 0, 0, 0, 1, 1], [1, 1]));
        Assert.Equal([0, 1, 4, 5], draws.Snap(codes, 1, [0, 0, 0, 0, 1, 1], [2, 2]));
    }

    [Fact]
    public void Positions_begin_with_the_last_step_and_go_on_with_the_farthest()
    {
        Assert.Equal([9, 0, 4, 2, 6, 1, 3, 5, 7, 8], DensityDraws.Spread(10));
        Assert.Equal([0], DensityDraws.Spread(1));
    }

    [Theory]
    [InlineData(10, 2, 10)]
    [InlineData(10, 12, 24)]
    [InlineData(11, 2, 12)]
    public void Walkers_are_even_and_twice_as_many_as_dimensions(int walkers, int dimensions, int expected)
    {
        var rng = new Rng(1);
        float[] codes = [.. Enumerable.Range(0, 40 * dimensions).Select(_ => rng.NextNormal())];
        var draws = DensityDraws.Run(codes, dimensions, walkers, steps: 3, bandwidth: null, rng, default);
        Assert.Equal(3 * expected * dimensions, draws.Positions.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parts_divide_a_cluster_and_none_is_too_large(bool equalCodes)
    {
        float[] codes = equalCodes ? new float[2_000] : SmallPool.Clustered(1_000, 2, 3).Codes.ToArray();
        List<int> cluster = [.. Enumerable.Range(0, 1_000).Where(i => i % 5 != 0)];
        List<int>[] Parts(int threads) =>
            [.. ClusterMembers.Parts(SmallPool.Of(codes, 2, threads), cluster, most: 50, new Rng(2), default)];
        var parts = Parts(threads: 1);
        Assert.Equal(cluster, parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.InRange(part.Count, 1, 50));
        Assert.Equal(parts, Parts(threads: 3));
        Assert.Equal([cluster], ClusterMembers.Parts(SmallPool.Of(codes, 2), cluster, most: 800, new Rng(2), default));
    }
}
