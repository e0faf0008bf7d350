using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Tests.Data;

public class BatchOrderTests
{
    [Fact]
    public void An_epoch_visits_every_image_once()
    {
        int[] indices = [5, 9, 2, 7, 11];
        Assert.Equal(indices.Order(), new BatchOrder(indices, new Rng(1)).Epoch(3).ToArray().Order());
    }

    [Fact]
    public void An_epochs_order_follows_from_seed_and_epoch_alone()
    {
        var order = new BatchOrder(100, new Rng(1));
        int[] first = order.Epoch(0).ToArray(),
            third = order.Epoch(2).ToArray();
        Assert.NotEqual(first, third);
        Assert.Equal(third, new BatchOrder(100, new Rng(1)).Epoch(2).ToArray());
        Assert.NotEqual(third, new BatchOrder(100, new Rng(2)).Epoch(2).ToArray());
        Assert.Equal(first, order.Epoch(0).ToArray());
    }

    [Theory]
    [InlineData(10, 3, 1, new[] { 3, 3, 3, 1 })]
    [InlineData(10, 3, 2, new[] { 3, 3, 4 })]
    [InlineData(11, 3, 2, new[] { 3, 3, 3, 2 })]
    [InlineData(9, 3, 2, new[] { 3, 3, 3 })]
    [InlineData(2, 3, 2, new[] { 2 })]
    [InlineData(1, 3, 2, new[] { 1 })]
    public void Batches_cut_the_epochs_order_in_pieces(int count, int batchSize, int leastBatch, int[] expected)
    {
        var order = new BatchOrder(count, new Rng(1));
        int[][] batches =
        [
            .. Enumerable
                .Range(0, order.BatchCount(batchSize, leastBatch))
                .Select(batch => order.Batch(1, batch, batchSize, leastBatch).ToArray()),
        ];
        Assert.Equal(expected, batches.Select(batch => batch.Length));
        Assert.Equal(order.Epoch(1).ToArray(), batches.SelectMany(batch => batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.Batch(1, batches.Length, batchSize, leastBatch));
    }

    [Fact]
    public void No_images_or_no_batch_size_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BatchOrder([], new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchOrder(3, new Rng(1)).BatchCount(0));
    }
}

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
