using Elbo.Engine;

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
