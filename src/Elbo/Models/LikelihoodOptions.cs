using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>What p(x|z) is.</summary>
public enum DecoderKind
{
    /// <summary>Pixels are on with a probability; cross-entropy for grey ones.</summary>
    Bernoulli,

    /// <summary>Gaussian around a mean image, with one fixed variance.</summary>
    Gaussian,

    /// <summary>Gaussian around a mean image, with a standard deviation of its own for every pixel.</summary>
    GaussianSigma,
}

/// <summary>The likelihood of a model: p(x|z) as a function of what its decoder gives.</summary>
public sealed record LikelihoodOptions
{
    /// <summary>What p(x|z) is.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Bernoulli;

    /// <summary>
    /// Variance of a pixel given its code, for <see cref="DecoderKind.Gaussian"/>. Smaller ones weigh the
    /// reconstruction more.
    /// </summary>
    public float Variance { get; init; } = 1;

    /// <summary>
    /// Least standard deviation of a pixel, for <see cref="DecoderKind.GaussianSigma"/>. Where pixels are the same in
    /// all images, the deviation falls to it, and the loss is as steep as it is small.
    /// </summary>
    public float SmallestDeviation { get; init; } = 1e-6f;

    /// <summary>
    /// Whether the reconstruction term of <see cref="DecoderKind.Gaussian"/> compares images with a draw from p(x|z)
    /// instead of its mean, in training.
    /// </summary>
    public bool NoisyReconstruction { get; init; }

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<LikelihoodOptions>> List { get; } =
    [
        OptionOf<LikelihoodOptions>.OneOf<DecoderKind>(
            "decoder",
            "what p(x|z) is",
            o => o.Decoder,
            (o, v) => o with { Decoder = v }
        ),
        OptionOf<LikelihoodOptions>.Number(
            "variance",
            "fixed variance of p(x|z) for the gaussian decoder",
            o => o.Variance,
            (o, v) => o with { Variance = v }
        ) with
        {
            Range = OptionRange.Positive,
        },
        OptionOf<LikelihoodOptions>.Number(
            "smallest-deviation",
            "least standard deviation of a pixel for the gaussian-sigma decoder",
            o => o.SmallestDeviation,
            (o, v) => o with { SmallestDeviation = v }
        ) with
        {
            Range = OptionRange.Positive,
        },
        OptionOf<LikelihoodOptions>.Flag(
            "noisy-reconstruction",
            "compare images with a draw from p(x|z) instead of its mean, in training",
            o => o.NoisyReconstruction,
            (o, v) => o with { NoisyReconstruction = v }
        ),
    ];

    /// <summary>
    /// The activation of each parameter of p(x|z) that the decoder gives, one number a pixel: the cross-entropy takes
    /// logits, Gaussian means are intensities, standard deviations positive.
    /// </summary>
    public IReadOnlyList<Activation> Outputs =>
        Decoder switch
        {
            DecoderKind.Bernoulli => [Activation.None],
            DecoderKind.Gaussian => [Activation.Sigmoid],
            _ => [Activation.Sigmoid, Activation.Softplus],
        };

    /// <summary>
    /// The activation of a layer that gives all parameters at once; where there are several, <see cref="Split"/>
    /// applies theirs.
    /// </summary>
    public Activation JointActivation => Outputs.Count == 1 ? Outputs[0] : Activation.None;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        List.Validate(this);
        if (NoisyReconstruction && Decoder != DecoderKind.Gaussian)
            throw new ArgumentException(
                $"noisy-reconstruction goes with the decoder gaussian; it is {OptionName.Name(Decoder)}."
            );
    }

    /// <summary>The parameters (…, D) from a layer that gives them one after the other, (…, outputs·D).</summary>
    public IReadOnlyList<Tensor> Split(Tensor joint)
    {
        var outputs = Outputs;
        if (outputs.Count == 1)
            return [joint];
        int pixels = joint.Shape[-1] / outputs.Count;
        return [.. outputs.Select((output, i) => Ops.Activate(Ops.Slice(joint, -1, i * pixels, pixels), output))];
    }

    /// <summary>p(x|z) with the parameters that a decoder gave, (…, D) each.</summary>
    public ILikelihood Of(IReadOnlyList<Tensor> parameters) =>
        Decoder switch
        {
            DecoderKind.Bernoulli => new BernoulliLikelihood(parameters[0]),
            DecoderKind.Gaussian => new FixedVarianceLikelihood(parameters[0], Variance),
            _ => new GaussianLikelihood(parameters[0], Ops.Affine(parameters[1], 1, SmallestDeviation)),
        };

    /// <summary>−log p(x|z) in nats, (N); in training with noise where the options say so.</summary>
    internal Tensor NegativeLogProb(ILikelihood likelihood, Tensor target, ForwardContext context) =>
        NoisyReconstruction && context.Training
            ? NegativeLogProb(likelihood, target, Ops.RandomNormal(target.Device, target.Shape, context.Rng))
            : likelihood.NegativeLogProb(target);

    /// <summary>
    /// As if the decoder had given a draw from p(x|z), made of <paramref name="noise"/>, as the mean.
    /// </summary>
    internal Tensor NegativeLogProb(ILikelihood likelihood, Tensor target, Tensor noise) =>
        new FixedVarianceLikelihood(
            Ops.Add(likelihood.Mean, Ops.Affine(noise, MathF.Sqrt(Variance))),
            Variance
        ).NegativeLogProb(target);
}
