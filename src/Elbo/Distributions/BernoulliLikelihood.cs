using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Distributions;

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
