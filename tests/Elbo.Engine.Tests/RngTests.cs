namespace Elbo.Engine.Tests;

public class RngTests
{
    // Known-answer vectors published with the Philox paper's reference implementation (kat_vectors, philox4x32 10
    // rounds).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void A_block_equals_the_published_vector(
        uint c0,
        uint c1,
        uint c2,
        uint c3,
        uint k0,
        uint k1,
        uint r0,
        uint r1,
        uint r2,
        uint r3
    ) => Assert.Equal(new PhiloxBlock(r0, r1, r2, r3), PhiloxBlock.Compute(k0 | ((ulong)k1 << 32), c0, c1, c2, c3));

    [Fact]
    public void Forks_are_reproducible_and_differ()
    {
        Assert.Equal(new Rng(1).Fork("noise").NextUInt32(), new Rng(1).Fork("noise").NextUInt32());
        Assert.NotEqual(new Rng(1).Fork("noise").NextUInt32(), new Rng(1).Fork("data").NextUInt32());
        Assert.NotEqual(new Rng(1).Fork(0).NextUInt32(), new Rng(1).Fork(1).NextUInt32());
        Assert.NotEqual(new Rng(1).Fork(0).NextUInt32(), new Rng(2).Fork(0).NextUInt32());
    }

    [Fact]
    public void Bounded_integers_are_uniform()
    {
        var rng = new Rng(7);
        var counts = new int[10];
        for (int i = 0; i < 100_000; i++)
            counts[rng.Next(10)]++;
        // Standard deviation of each count is √(10⁵·0.1·0.9) ≈ 95; five of them bound a false alarm at about 1e-5.
        Assert.All(counts, c => Assert.InRange(c, 10_000 - 475, 10_000 + 475));
    }

    [Fact]
    public void Scalar_normals_have_the_moments_of_the_standard_normal()
    {
        var rng = new Rng(3);
        double sum = 0,
            squares = 0;
        const int n = 100_000;
        for (int i = 0; i < n; i++)
        {
            double x = rng.NextNormal();
            sum += x;
            squares += x * x;
        }
        Assert.InRange(sum / n, -0.016, 0.016); // five standard errors, 5/√n
        Assert.InRange(squares / n, 1 - 0.0224, 1 + 0.0224); // five standard errors, 5·√(2/n)
    }

    [Fact]
    public void A_shuffle_is_a_permutation_that_the_seed_decides()
    {
        int[] first = [.. Enumerable.Range(0, 100)],
            second = [.. Enumerable.Range(0, 100)];
        new Rng(5).Shuffle<int>(first);
        new Rng(5).Shuffle<int>(second);
        Assert.Equal(first, second);
        Assert.NotEqual(Enumerable.Range(0, 100), first);
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
    }
}
