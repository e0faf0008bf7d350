using Elbo.Engine;

namespace Elbo.Data;

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
