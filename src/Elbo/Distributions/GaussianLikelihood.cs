using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

/// <summary>
/// Independent Gaussian pixels whose deviation the decoder gives too; a full density, so its logarithm can be positive.
/// </summary>
/// <param name="mean">m in [0, 1], (…, D).</param>
/// <param name="deviation">The standard deviation, positive, (…, D).</param>
public sealed class GaussianLikelihood(Tensor mean, Tensor deviation) : ILikelihood
{
    /// <inheritdoc/>
    public Tensor Mean => mean;

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.Affine(Ops.GaussianLogDensity(x, mean, deviation), -1);

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) =>
        Ops.Add(mean, Ops.Multiply(deviation, Ops.RandomNormal(mean.Device, mean.Shape, rng)));
}
