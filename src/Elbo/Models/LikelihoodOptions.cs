using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>Distributions p(x|z) of the decoder.</summary>
public enum DecoderKind
{
    /// <summary>Bernoulli pixels; for grey images, the cross-entropy between intensity and probability.</summary>
    Bernoulli,

    /// <summary>Gaussian pixels with one variance for all, fixed or learned.</summary>
    Gaussian,

    /// <summary>Gaussian pixels with a standard deviation per pixel, given by the decoder.</summary>
    GaussianSigma,
}

/// <summary>Options of the likelihood p(x|z), as a function of the decoder's output.</summary>
public sealed record LikelihoodOptions
{
    /// <summary>The distribution p(x|z).</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Bernoulli;

    /// <summary>
    /// Variance of a pixel for <see cref="DecoderKind.Gaussian"/>; null learns it. Smaller values give the
    /// reconstruction more weight. A learned variance balances it with the KL divergence, because it follows the error
    /// of the reconstructions.
    /// </summary>
    public float? Variance { get; init; } = 1;

    /// <summary>
    /// Minimum standard deviation of a pixel for <see cref="DecoderKind.GaussianSigma"/>. If a pixel is the same in all
    /// images, its standard deviation falls to this value, and the gradient of the loss grows as its inverse.
    /// </summary>
    public float MinStd { get; init; } = 1e-6f;

    /// <summary>
    /// Whether the reconstruction term of <see cref="DecoderKind.Gaussian"/> compares images with a sample from p(x|z)
    /// instead of its mean during training.
    /// </summary>
    public bool SampleReconstruction { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<LikelihoodOptions>> List { get; } =
    [
        OptionOf<LikelihoodOptions>.OneOf<DecoderKind>(
            "decoder",
            "distribution p(x|z) of the decoder",
            o => o.Decoder,
            (o, v) => o with { Decoder = v }
        ),
        OptionOf<LikelihoodOptions>.NumberOr(
            "variance",
            "variance of a pixel for the gaussian decoder; learned: the mean squared error of the reconstructions",
            "learned",
            o => o.Variance,
            (o, v) => o with { Variance = v }
        ) with
        {
            Range = OptionRange.Positive,
            Refines = "decoder",
        },
        OptionOf<LikelihoodOptions>.Number(
            "min-std",
            "minimum standard deviation of a pixel for the gaussian-sigma decoder",
            o => o.MinStd,
            (o, v) => o with { MinStd = v }
        ) with
        {
            Aliases = ["smallest-deviation"],
            Range = OptionRange.Positive,
        },
        OptionOf<LikelihoodOptions>.Flag(
            "sample-reconstruction",
            "for the gaussian decoder, in training: compare images with a sample from p(x|z) instead of its mean",
            o => o.SampleReconstruction,
            (o, v) => o with { SampleReconstruction = v }
        ) with
        {
            Aliases = ["noisy-reconstruction"],
        },
    ];

    /// <summary>
    /// The activation of each parameter of p(x|z), one value per pixel. Cross-entropy takes logits, Gaussian means are
    /// intensities, and standard deviations are positive.
    /// </summary>
    public IReadOnlyList<Activation> Outputs =>
        Decoder switch
        {
            DecoderKind.Bernoulli => [Activation.None],
            DecoderKind.Gaussian => [Activation.Sigmoid],
            _ => [Activation.Sigmoid, Activation.Softplus],
        };

    /// <summary>
    /// The activation of a layer that outputs all parameters jointly. With several parameters it is none, and
    /// <see cref="Split"/> applies their activations.
    /// </summary>
    public Activation JointActivation => Outputs.Count == 1 ? Outputs[0] : Activation.None;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public void Validate()
    {
        List.Validate(this);
        if (SampleReconstruction && Decoder != DecoderKind.Gaussian)
            throw new ArgumentException(
                $"sample-reconstruction goes with the decoder gaussian; it is {OptionName.Name(Decoder)}."
            );
        if (Variance is null && Decoder != DecoderKind.Gaussian)
            throw new ArgumentException(
                $"variance is learned; the decoder {OptionName.Name(Decoder)} has no such variance. Add --decoder "
                    + "gaussian, or leave out --variance."
            );
        if (Variance is null && SampleReconstruction)
            throw new ArgumentException(
                "sample-reconstruction needs a fixed variance; it is learned. Give --variance a number."
            );
    }

    /// <summary>Checks that the decoder uses the variance and the minimum standard deviation that were given.</summary>
    /// <remarks>Runs of older versions may have values without effect, so loading a run does not check it.</remarks>
    /// <exception cref="ArgumentException">An option has no effect. The message names it.</exception>
    internal void RequireUse()
    {
        var usual = new LikelihoodOptions();
        if (Decoder != DecoderKind.Gaussian && Variance is { } variance && variance != usual.Variance)
            throw new ArgumentException(
                $"variance is {variance}; the decoder {OptionName.Name(Decoder)} has no fixed variance. Add --decoder "
                    + "gaussian, or leave out --variance."
            );
        if (Decoder != DecoderKind.GaussianSigma && MinStd != usual.MinStd)
            throw new ArgumentException(
                $"min-std is {MinStd}; the decoder {OptionName.Name(Decoder)} outputs no standard deviations. Add "
                    + "--decoder gaussian-sigma, or leave out --min-std."
            );
    }

    /// <summary>Whether <paramref name="option"/> is one of these options that the decoder does not use.</summary>
    internal bool IsUnused(string option) =>
        option switch
        {
            "variance" => Decoder != DecoderKind.Gaussian,
            "min-std" => Decoder != DecoderKind.GaussianSigma,
            _ => false,
        };

    /// <summary>Splits the output (…, outputs·D) of a joint layer into parameters (…, D).</summary>
    public IReadOnlyList<Tensor> Split(Tensor joint)
    {
        ArgumentNullException.ThrowIfNull(joint);
        var outputs = Outputs;
        if (outputs.Count == 1)
            return [joint];
        int pixels = joint.Shape[-1] / outputs.Count;
        return [.. outputs.Select((output, i) => Ops.Activate(Ops.Slice(joint, -1, i * pixels, pixels), output))];
    }

    /// <summary>Creates p(x|z) from the decoder's parameters, (…, D) each.</summary>
    /// <param name="parameters">One tensor for each of <see cref="Outputs"/>.</param>
    /// <param name="learned">The variance if it is learned.</param>
    /// <exception cref="ArgumentException">There are not as many tensors, or the variance is not positive.</exception>
    public ILikelihood Of(IReadOnlyList<Tensor> parameters, float learned = 1)
    {
        Require.Entries(parameters);
        if (parameters.Count != Outputs.Count)
            throw new ArgumentException(
                $"got {parameters.Count} tensors; the decoder {OptionName.Name(Decoder)} needs {Outputs.Count}.",
                nameof(parameters)
            );
        return Decoder switch
        {
            DecoderKind.Bernoulli => new BernoulliLikelihood(parameters[0]),
            DecoderKind.Gaussian when Variance is { } variance => new FixedVarianceLikelihood(parameters[0], variance),
            DecoderKind.Gaussian => new SharedVarianceLikelihood(parameters[0], learned),
            _ => new GaussianLikelihood(parameters[0], Ops.Affine(parameters[1], 1, MinStd)),
        };
    }

    /// <summary>
    /// −log p(x|z) with a sample from p(x|z), computed from <paramref name="noise"/>, in place of the mean.
    /// </summary>
    internal Tensor NegativeLogProb(ILikelihood likelihood, Tensor target, Tensor noise)
    {
        float variance = Variance!.Value;
        return new FixedVarianceLikelihood(
            Ops.Add(likelihood.Mean, Ops.Affine(noise, MathF.Sqrt(variance))),
            variance
        ).NegativeLogProb(target);
    }
}
