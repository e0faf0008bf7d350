using Elbo.Engine;

namespace Elbo.Data;

/// <summary>
/// The order in which an epoch visits images: a shuffle that is a pure function of the generator's key and the epoch.
/// </summary>
/// <remarks>So a resumed run meets the same batches without any saved state. One buffer is refilled for each epoch: an
/// order is valid until the next is asked for.</remarks>
public sealed class BatchOrder
{
    private readonly int[] _indices;
    private readonly int[] _order;
    private int _epoch = -1;
    private readonly Rng _rng;

    /// <summary>Orders of the images 0 to <paramref name="count"/> − 1.</summary>
    public BatchOrder(int count, Rng rng)
        : this([.. Enumerable.Range(0, count)], rng) { }

    /// <summary>Orders of the images of <paramref name="indices"/>.</summary>
    /// <param name="indices">Indices into a dataset, such as <see cref="IndexSplit.Train"/>.</param>
    /// <param name="rng">Decides the orders; its own stream is left untouched.</param>
    /// <exception cref="ArgumentException">There are no indices.</exception>
    public BatchOrder(int[] indices, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(rng);
        if (indices.Length == 0)
            throw new ArgumentException("no images came; an epoch needs at least one.", nameof(indices));
        _indices = indices;
        _order = new int[indices.Length];
        _rng = rng.Fork("order");
    }

    /// <summary>Number of images an epoch visits.</summary>
    public int Count => _indices.Length;

    /// <summary>
    /// Number of batches of an epoch; the last may be smaller, and is left out with <paramref name="dropLast"/>.
    /// </summary>
    public int BatchCount(int batchSize, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return dropLast ? Count / batchSize : (Count - 1) / batchSize + 1;
    }

    /// <summary>The indices in the order of epoch <paramref name="epoch"/>, each once.</summary>
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

    /// <summary>The indices of epoch <paramref name="epoch"/> cut into batches.</summary>
    public IEnumerable<ReadOnlyMemory<int>> Batches(int epoch, int batchSize, bool dropLast = false)
    {
        int batches = BatchCount(batchSize, dropLast);
        var order = Epoch(epoch);
        return Enumerable
            .Range(0, batches)
            .Select(i => order.Slice(i * batchSize, Math.Min(batchSize, Count - i * batchSize)));
    }
}

/// <summary>Which images of a training set are trained on and which are kept aside to validate.</summary>
/// <param name="Train">Indices to train on, ascending.</param>
/// <param name="Validation">Indices kept aside, ascending.</param>
public sealed record IndexSplit(int[] Train, int[] Validation)
{
    /// <summary>
    /// Keeps aside a random share of <paramref name="count"/> images, the same for the same <paramref name="rng"/> key.
    /// </summary>
    /// <param name="count">Number of images.</param>
    /// <param name="fraction">Share to keep aside, in [0, 1); any share above 0 keeps at least one image aside.</param>
    /// <param name="rng">Decides which; its own stream is left untouched.</param>
    /// <exception cref="ArgumentException">The fraction is out of range, or leaves nothing to train on.</exception>
    public static IndexSplit ByFraction(int count, double fraction, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
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
