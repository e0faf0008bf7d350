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
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void Batches_cut_the_epochs_order_in_pieces(bool dropLast, int expected)
    {
        var order = new BatchOrder(10, new Rng(1));
        var batches = order.Batches(1, batchSize: 3, dropLast).Select(batch => batch.ToArray()).ToArray();
        Assert.Equal(expected, batches.Length);
        Assert.Equal(expected, order.BatchCount(3, dropLast));
        Assert.Equal(order.Epoch(1).ToArray()[..(dropLast ? 9 : 10)], batches.SelectMany(batch => batch));
    }

    [Fact]
    public void No_images_or_no_batch_size_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BatchOrder([], new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchOrder(3, new Rng(1)).BatchCount(0));
    }
}
