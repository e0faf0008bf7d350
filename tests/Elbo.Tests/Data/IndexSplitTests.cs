using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Tests.Data;

public class IndexSplitTests
{
    [Fact]
    public void Every_image_is_either_trained_on_or_kept_aside()
    {
        var split = IndexSplit.ByFraction(1000, 0.1, new Rng(1));
        Assert.Equal(100, split.Validation.Length);
        Assert.Equal(Enumerable.Range(0, 1000), split.Train.Concat(split.Validation).Order());
    }

    [Fact]
    public void The_seed_decides_what_is_kept_aside()
    {
        var used = new Rng(1);
        used.NextUInt32();
        Assert.Equal(
            IndexSplit.ByFraction(1000, 0.1, new Rng(1)).Validation,
            IndexSplit.ByFraction(1000, 0.1, used).Validation
        );
        Assert.NotEqual(
            IndexSplit.ByFraction(1000, 0.1, new Rng(1)).Validation,
            IndexSplit.ByFraction(1000, 0.1, new Rng(2)).Validation
        );
    }

    [Fact]
    public void No_fraction_keeps_nothing_and_a_tiny_one_keeps_one()
    {
        Assert.Empty(IndexSplit.ByFraction(10, 0, new Rng(1)).Validation);
        Assert.Single(IndexSplit.ByFraction(10, 0.001, new Rng(1)).Validation);
    }

    [Theory]
    [InlineData(10, 1.0)]
    [InlineData(10, -0.1)]
    [InlineData(10, double.NaN)]
    [InlineData(1, 0.5)]
    [InlineData(10, 0.99)]
    public void A_fraction_that_leaves_nothing_to_train_on_is_refused(int count, double fraction) =>
        Assert.ThrowsAny<ArgumentException>(() => IndexSplit.ByFraction(count, fraction, new Rng(1)));
}
