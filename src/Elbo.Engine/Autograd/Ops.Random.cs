using Elbo.Engine.Kernels;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>Samples from N(0, 1).</summary>
    public static Tensor RandomNormal(Device device, Shape shape, Rng rng) =>
        Random(device, shape, rng, default(NormalFill));

    /// <summary>Samples from the uniform distribution on [0, 1).</summary>
    public static Tensor RandomUniform(Device device, Shape shape, Rng rng) =>
        Random(device, shape, rng, default(UniformFill));

    /// <summary>Every element is <paramref name="value"/> with the given probability, else 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The probability is not in [0, 1], or the value is not finite.
    /// </exception>
    public static Tensor RandomBernoulli(Device device, Shape shape, float probability, Rng rng, float value = 1)
    {
        if (probability is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                "a probability lies between 0 and 1."
            );
        if (!float.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "the value of an element is a finite number.");
        return Random(device, shape, rng, new BernoulliFill(probability, value));
    }

    /// <summary>
    /// Sets each element to 0 with probability <paramref name="rate"/> and scales the others by 1 / (1 − rate).
    /// </summary>
    /// <remarks>Srivastava et al. 2014. The scaling is done in training, so evaluation applies no dropout.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public static Tensor Dropout(Tensor x, float rate, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (rate is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "a dropout rate lies in [0, 1).");
        return rate == 0 ? x : Multiply(x, RandomBernoulli(x.Device, x.Shape, 1 - rate, rng, 1 / (1 - rate)));
    }

    private static Tensor Random<TDistribution>(Device device, Shape shape, Rng rng, TDistribution distribution)
        where TDistribution : unmanaged, IRandomFill
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(rng);
        var y = device.Uninitialized(shape);
        RandomKernels.Fill(distribution, y, rng);
        return y;
    }
}
