using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

/// <summary>The Gaussian distribution N(μ, diag σ²) over the last dimension.</summary>
/// <param name="Mean">The mean μ, (…, D).</param>
/// <param name="Deviation">The standard deviation σ, (…, D), positive.</param>
public sealed record DiagonalGaussian(Tensor Mean, Tensor Deviation)
{
    /// <summary>Keeps the square root of a variance and its derivative away from 0.</summary>
    private const float SmallestVariance = 1e-8f;

    /// <summary>The mean μ, (…, D).</summary>
    public Tensor Mean { get; init; } = Mean ?? throw new ArgumentNullException(nameof(Mean));

    /// <summary>The standard deviation σ, (…, D), positive.</summary>
    public Tensor Deviation { get; init; } = Deviation ?? throw new ArgumentNullException(nameof(Deviation));

    /// <summary>Creates N(μ, diag σ²) from the variance σ², (…, D), 0 or more. 1e-8 is added to it.</summary>
    public static DiagonalGaussian WithVariance(Tensor mean, Tensor variance) =>
        new(mean, Ops.Sqrt(Ops.Affine(variance, 1, SmallestVariance)));

    /// <summary>Creates N(0, I) over <paramref name="dimensions"/> dimensions, (D).</summary>
    public static DiagonalGaussian Standard(Device device, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        var zero = device.Zeros([dimensions]);
        return new DiagonalGaussian(zero, Ops.Affine(zero, 1, 1));
    }

    /// <summary>
    /// A sample μ + σ·ε with ε from N(0, I), (…, D). Gradients reach μ and σ (Kingma and Welling 2014, section 2.4).
    /// </summary>
    public Tensor Sample(Rng rng) => Sample(Ops.RandomNormal(Mean.Device, Mean.Shape, rng));

    /// <summary>
    /// Samples μ + σ·<paramref name="noise"/>. The shape of the noise, (…, D), may have additional leading dimensions
    /// for several samples.
    /// </summary>
    public Tensor Sample(Tensor noise) => Ops.Add(Mean, Ops.Multiply(Deviation, noise));

    /// <summary>KL(this ‖ N(0, I)) in nats, (…).</summary>
    public Tensor KlToStandardNormal() => Ops.StandardNormalKl(Mean, Deviation);

    /// <summary>Logarithm of the density of <paramref name="x"/> (…, D) in nats, (…).</summary>
    public Tensor LogProb(Tensor x) => Ops.GaussianLogDensity(x, Mean, Deviation);
}
