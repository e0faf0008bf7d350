using Elbo.Engine;

namespace Elbo.Data;

/// <summary>
/// The order of the images in each epoch: a shuffle that depends only on the generator's key and the epoch.
/// </summary>
/// <remarks>
/// A resumed run therefore gets the same batches without saved state. One buffer is reused for all epochs: an order is
/// valid until the next one is requested.
/// </remarks>
public sealed class BatchOrder
{
    private readonly int[] _indices;
    private readonly int[] _order;
    private int _epoch = -1;
    private readonly Rng _rng;

    /// <summary>Creates orders of the images 0 to <paramref name="count"/> − 1.</summary>
    public BatchOrder(int count, Rng rng)
        : this([.. Enumerable.Range(0, AtLeastOne(count))], rng) { }

    /// <summary>Creates orders of the images in <paramref name="indices"/>.</summary>
    /// <param name="indices">Indices into a dataset, such as <see cref="IndexSplit.Train"/>.</param>
    /// <param name="rng">Determines the orders. Its own sequence does not advance.</param>
    /// <exception cref="ArgumentException">There are no indices.</exception>
    public BatchOrder(int[] indices, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(rng);
        if (indices.Length == 0)
            throw new ArgumentException("got no images; an epoch needs at least one.", nameof(indices));
        _indices = indices;
        _order = new int[indices.Length];
        _rng = rng.Fork("order");
    }

    private static int AtLeastOne(int count)
    {
        Require.AtLeast(1, count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength);
        return count;
    }

    /// <summary>Number of images per epoch.</summary>
    public int Count => _indices.Length;

    /// <summary>Number of batches per epoch.</summary>
    /// <param name="batchSize">Number of images in a batch. The last batch may be smaller.</param>
    /// <param name="leastBatch">
    /// Minimum number of images in a batch. A remainder that is smaller belongs to the batch before it.
    /// </param>
    public int BatchCount(int batchSize, int leastBatch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegative(leastBatch);
        return Math.Max(1, (Count / batchSize) + (Count % batchSize >= Math.Max(1, leastBatch) ? 1 : 0));
    }

    /// <summary>The indices in the order of an epoch.</summary>
    public ReadOnlyMemory<int> Epoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (epoch == _epoch)
            return _order;
        _epoch = epoch;
        _indices.CopyTo(_order, 0);
        _rng.Fork((ulong)epoch).Shuffle<int>(_order);
        return _order;
    }

    /// <summary>The indices of one batch of an epoch.</summary>
    /// <param name="epoch">Number of the epoch, from 0.</param>
    /// <param name="batch">Number of the batch, from 0.</param>
    /// <param name="batchSize">As for <see cref="BatchCount"/>.</param>
    /// <param name="leastBatch">As for <see cref="BatchCount"/>.</param>
    public ReadOnlyMemory<int> Batch(int epoch, int batch, int batchSize, int leastBatch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, BatchCount(batchSize, leastBatch));
        int start = batch * batchSize,
            end = batch == BatchCount(batchSize, leastBatch) - 1 ? Count : start + batchSize;
        return Epoch(epoch)[start..end];
    }
}

/// <summary>A division of images into training and validation images.</summary>
/// <param name="Train">Indices of the training images, ascending.</param>
/// <param name="Validation">Indices of the validation images, ascending.</param>
public sealed record IndexSplit(int[] Train, int[] Validation)
{
    /// <summary>
    /// Holds out a random fraction of <paramref name="count"/> images. The same <paramref name="rng"/> key gives the
    /// same images.
    /// </summary>
    /// <param name="count">Number of images.</param>
    /// <param name="fraction">
    /// Fraction to hold out, in [0, 1). Any fraction above 0 holds out at least one image.
    /// </param>
    /// <param name="rng">Determines the images. Its own sequence does not advance.</param>
    /// <exception cref="ArgumentException">The fraction is out of range, or leaves no training images.</exception>
    public static IndexSplit ByFraction(int count, double fraction, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength);
        ArgumentNullException.ThrowIfNull(rng);
        if (!(fraction >= 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(
                nameof(fraction),
                $"the validation fraction is {fraction}; it needs to be in [0, 1)."
            );
        int kept = fraction == 0 ? 0 : Math.Max(1, (int)Math.Round(count * fraction));
        if (kept >= count)
            throw new ArgumentException(
                $"a validation fraction of {fraction:G6} leaves none of {count} images to train on.",
                nameof(fraction)
            );
        int[] order = [.. Enumerable.Range(0, count)];
        rng.Fork("validation").Shuffle<int>(order);
        int[] validation = order[..kept],
            train = order[kept..];
        Array.Sort(validation);
        Array.Sort(train);
        return new IndexSplit(train, validation);
    }
}
