using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

/// <summary>p(x|z) as a decoder gives it: a distribution over images.</summary>
public interface ILikelihood
{
    /// <summary>The expected image, intensities in [0, 1], (…, D).</summary>
    Tensor Mean { get; }

    /// <summary>
    /// −log p(x|z) in nats, (…); constants that training cannot change may be left out, as each decoder says.
    /// </summary>
    /// <param name="x">Intensities in [0, 1], (N, D); repeated where the likelihood has further dimensions in
    /// front.</param>
    Tensor NegativeLogProb(Tensor x);

    /// <summary>
    /// An image drawn pixel by pixel, (…, D); values may leave [0, 1] where the likelihood allows it.
    /// </summary>
    Tensor Sample(Rng rng);
}

/// <summary>
/// Independent Bernoulli pixels; for grey pixels the cross-entropy between intensity and probability.
/// </summary>
/// <param name="logits">log p/(1 − p), (…, D).</param>
public sealed class BernoulliLikelihood(Tensor logits) : ILikelihood
{
    /// <inheritdoc/>
    public Tensor Mean => Ops.Sigmoid(logits);

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.CrossEntropyWithLogits(logits, x);

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) => Ops.Less(Ops.RandomUniform(logits.Device, logits.Shape, rng), Mean);
}

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
