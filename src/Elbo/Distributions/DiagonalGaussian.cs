using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

/// <summary>N(μ, diag σ²) over the last dimension.</summary>
/// <param name="Mean">μ, (…, D).</param>
/// <param name="Deviation">The standard deviation σ, (…, D), positive.</param>
public sealed record DiagonalGaussian(Tensor Mean, Tensor Deviation)
{
    /// <summary>Keeps the square root of a variance, and its derivative, away from 0.</summary>
    private const float SmallestVariance = 1e-8f;

    /// <summary>N(μ, diag σ²) from σ², (…, D), not negative; 1e-8 is added to it.</summary>
    public static DiagonalGaussian WithVariance(Tensor mean, Tensor variance) =>
        new(mean, Ops.Sqrt(Ops.Affine(variance, 1, SmallestVariance)));

    /// <summary>
    /// μ + σ·ε with ε from N(0, I), (…, D): gradients reach μ and σ (Kingma and Welling 2014, section 2.4).
    /// </summary>
    public Tensor Sample(Rng rng) => Sample(Ops.RandomNormal(Mean.Device, Mean.Shape, rng));

    /// <summary>
    /// μ + σ·<paramref name="noise"/>, whose shape (…, D) may have further dimensions in front, one draw each.
    /// </summary>
    public Tensor Sample(Tensor noise) => Ops.Add(Mean, Ops.Multiply(Deviation, noise));

    /// <summary>KL(this ‖ N(0, I)) in nats, (…).</summary>
    public Tensor KlToStandardNormal() => Ops.StandardNormalKl(Mean, Deviation);

    /// <summary>log density of <paramref name="x"/> (…, D) in nats, (…).</summary>
    public Tensor LogProb(Tensor x) => Ops.GaussianLogDensity(x, Mean, Deviation);
}
