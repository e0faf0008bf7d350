using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

/// <summary>The distribution p(x|z) of images given a code, as computed by a decoder.</summary>
public interface ILikelihood
{
    /// <summary>The expected image, intensities in [0, 1], (…, D).</summary>
    Tensor Mean { get; }

    /// <summary>
    /// −log p(x|z) in nats, (…). Implementations may omit constants that do not depend on parameters; each says so.
    /// </summary>
    /// <param name="x">
    /// Intensities in [0, 1], (N, D); repeated if the likelihood has additional leading dimensions.
    /// </param>
    Tensor NegativeLogProb(Tensor x);

    /// <summary>
    /// log p(x|z) in nats with all constants, (…): the logarithm of a probability for pixels that are 0 or 1, of a
    /// density for Gaussian pixels.
    /// </summary>
    /// <inheritdoc cref="NegativeLogProb"/>
    Tensor LogProb(Tensor x) => Ops.Affine(NegativeLogProb(x), -1);

    /// <summary>An image sampled pixel by pixel, (…, D). Values may leave [0, 1] if the likelihood allows it.</summary>
    Tensor Sample(Rng rng);
}

/// <summary>
/// Independent Bernoulli pixels; for grey images, the cross-entropy between intensity and probability.
/// </summary>
/// <param name="logits">log p/(1 − p), (…, D).</param>
public sealed class BernoulliLikelihood(Tensor logits) : ILikelihood
{
    private readonly Tensor _logits = logits ?? throw new ArgumentNullException(nameof(logits));

    /// <inheritdoc/>
    public Tensor Mean => Ops.Sigmoid(_logits);

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.CrossEntropyWithLogits(_logits, x);

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) => Ops.Less(Ops.RandomUniform(_logits.Device, _logits.Shape, rng), Mean);
}

/// <summary>
/// Independent Gaussian pixels with one fixed variance: ‖x − m‖² / (2·variance), without the normalising constant.
/// </summary>
/// <param name="mean">The mean m in [0, 1], (…, D).</param>
/// <param name="variance">Variance of every pixel, positive.</param>
public sealed class FixedVarianceLikelihood(Tensor mean, float variance) : ILikelihood
{
    private readonly float _variance = RequirePositive(variance);

    /// <inheritdoc/>
    public Tensor Mean { get; } = mean ?? throw new ArgumentNullException(nameof(mean));

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.Affine(Ops.SquaredError(Mean, x), 0.5f / _variance);

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x) =>
        Ops.Affine(NegativeLogProb(x), -1, -0.5f * Mean.Shape[-1] * MathF.Log(2 * MathF.PI * _variance));

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) =>
        Ops.Add(Mean, Ops.Affine(Ops.RandomNormal(Mean.Device, Mean.Shape, rng), MathF.Sqrt(_variance)));

    private static float RequirePositive(float variance)
    {
        Require.Positive(variance);
        return variance;
    }
}

/// <summary>
/// Independent Gaussian pixels with one variance. The density is normalised, so its logarithm can be positive:
/// ‖x − m‖² / (2·variance) + D/2 · log(2π·variance).
/// </summary>
/// <param name="mean">The mean m in [0, 1], (…, D).</param>
/// <param name="variance">Variance of every pixel, positive.</param>
public sealed class SharedVarianceLikelihood(Tensor mean, float variance) : ILikelihood
{
    private readonly FixedVarianceLikelihood _unnormalized = new(mean, variance);

    /// <inheritdoc/>
    public Tensor Mean => _unnormalized.Mean;

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.Affine(_unnormalized.LogProb(x), -1);

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) => _unnormalized.Sample(rng);
}

/// <summary>
/// Independent Gaussian pixels whose standard deviations the decoder computes too. The density is normalised, so its
/// logarithm can be positive.
/// </summary>
/// <param name="mean">The mean m in [0, 1], (…, D).</param>
/// <param name="deviation">The standard deviation, positive, (…, D).</param>
public sealed class GaussianLikelihood(Tensor mean, Tensor deviation) : ILikelihood
{
    private readonly Tensor _deviation = deviation ?? throw new ArgumentNullException(nameof(deviation));

    /// <inheritdoc/>
    public Tensor Mean { get; } = mean ?? throw new ArgumentNullException(nameof(mean));

    /// <inheritdoc/>
    public Tensor NegativeLogProb(Tensor x) => Ops.Affine(Ops.GaussianLogDensity(x, Mean, _deviation), -1);

    /// <inheritdoc/>
    public Tensor Sample(Rng rng) =>
        Ops.Add(Mean, Ops.Multiply(_deviation, Ops.RandomNormal(Mean.Device, Mean.Shape, rng)));
}
