using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>How a decoder's last layer becomes p(x|z).</summary>
/// <param name="Kind">What p(x|z) is.</param>
/// <param name="Variance">Of a pixel, for <see cref="DecoderKind.Gaussian"/>.</param>
/// <param name="SmallestDeviation">Of a pixel, for <see cref="DecoderKind.GaussianSigma"/>.</param>
internal readonly record struct PixelOutput(DecoderKind Kind, float Variance, float SmallestDeviation)
{
    /// <summary>
    /// Numbers that the last layer gives for every channel of a pixel: a mean, or a mean and a deviation.
    /// </summary>
    public int PerPixel => Kind == DecoderKind.GaussianSigma ? 2 : 1;

    /// <summary>
    /// Of the last layer: the cross-entropy takes logits, Gaussian means are intensities, and where deviations follow
    /// the means each half has its own.
    /// </summary>
    public Activation Activation => Kind == DecoderKind.Gaussian ? Activation.Sigmoid : Activation.None;

    /// <summary>p(x|z) from the last layer's numbers, (…, pixels) or, means first, (…, 2·pixels).</summary>
    public ILikelihood Likelihood(Tensor painted)
    {
        if (Kind == DecoderKind.Bernoulli)
            return new BernoulliLikelihood(painted);
        if (Kind == DecoderKind.Gaussian)
            return new FixedVarianceLikelihood(painted, Variance);
        int pixels = painted.Shape[-1] / 2;
        return new GaussianLikelihood(
            Ops.Sigmoid(Ops.Slice(painted, -1, 0, pixels)),
            Ops.Affine(Ops.Softplus(Ops.Slice(painted, -1, pixels, pixels)), 1, SmallestDeviation)
        );
    }
}
