using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

/// <summary>
/// Independent Gaussian pixels of one known variance: ‖x − m‖² / (2·variance), without the normalising constant.
/// </summary>
/// <param name="mean">m in [0, 1], (…, D).</param>
/// <param name="variance">Of every pixel, positive.</param>
public sealed class FixedVarianceLikelihood(Tensor mean, float variance) : ILikelihood
{
    /// <inheritdoc/>
    public Tensor Mean => mean;

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.Affine(Ops.SquaredError(mean, x), 0.5f / variance);

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) =>
        Ops.Add(mean, Ops.Affine(Ops.RandomNormal(mean.Device, mean.Shape, rng), MathF.Sqrt(variance)));
}
