using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>The variational autoencoder with fully connected networks.</summary>
/// <remarks>Kingma and Welling 2014, "Auto-encoding variational Bayes".</remarks>
public sealed class Vae : GenerativeModel
{
    private readonly VaeOptions _options;
    private readonly IGaussianEncoder _encoder;
    private readonly Mlp _decoder;
    private readonly Linear _output;
    private readonly Linear? _outputDeviation;

    /// <summary>A network with first weights from <paramref name="rng"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Vae(VaeOptions options, ImageShape imageShape, Device device, Rng rng)
        : base(imageShape, options.LatentDim, device)
    {
        options.Validate();
        _options = options;
        int pixels = imageShape.PixelCount;
        Initializer initializer = options.Initialization switch
        {
            Initialization.GlorotNormal => Initializers.GlorotNormal,
            Initialization.GlorotUniform => Initializers.GlorotUniform,
            Initialization.KaimingNormal => Initializers.KaimingNormal,
            _ => throw new ArgumentException($"'{options.Initialization}' is not a known initialization."),
        };
        var activations = PerLayer(options.EncoderActivations, options.EncoderHidden);
        _encoder =
            options.EncoderNetworks == EncoderNetworks.Separate
                ? new DenseGaussianEncoder(
                    "encoder",
                    pixels,
                    options.EncoderHidden,
                    activations,
                    LatentDim,
                    options.Dropout,
                    initializer
                )
                : new SharedGaussianEncoder(
                    "encoder",
                    pixels,
                    options.EncoderHidden,
                    activations,
                    LatentDim,
                    options.Dropout,
                    initializer
                );
        _decoder = new Mlp(
            "decoder.hidden",
            LatentDim,
            options.DecoderHidden,
            PerLayer(options.DecoderActivations, options.DecoderHidden),
            options.Dropout,
            initializer
        );
        // The cross-entropy takes logits; Gaussian means are intensities.
        _output = new Linear(
            "decoder.mean",
            _decoder.Outputs,
            pixels,
            initializer,
            options.Decoder == DecoderKind.Bernoulli ? Activation.None : Activation.Sigmoid
        );
        if (options.Decoder == DecoderKind.GaussianSigma)
            _outputDeviation = new Linear(
                "decoder.deviation",
                _decoder.Outputs,
                pixels,
                initializer,
                Activation.Softplus
            );
        Place(
            [
                .. _encoder.Parameters,
                .. _decoder.Parameters,
                .. _output.Parameters,
                .. _outputDeviation?.Parameters ?? [],
            ],
            rng
        );
    }

    /// <inheritdoc/>
    public override ModelOptions Options => _options;

    /// <inheritdoc/>
    public override DecoderKind Decoder => _options.Decoder;

    /// <inheritdoc/>
    public override DiagonalGaussian Encode(Tensor x, ForwardContext context) => _encoder.Encode(x, context);

    /// <inheritdoc/>
    public override ILikelihood Decode(Tensor z, ForwardContext context)
    {
        var hidden = _decoder.Forward(z, context);
        var output = _output.Forward(hidden);
        return _options.Decoder switch
        {
            DecoderKind.Bernoulli => new BernoulliLikelihood(output),
            DecoderKind.Gaussian => new FixedVarianceLikelihood(output, _options.Variance),
            _ => new GaussianLikelihood(
                output,
                Ops.Affine(_outputDeviation!.Forward(hidden), 1, _options.SmallestDeviation)
            ),
        };
    }

    private static Activation[] PerLayer(IReadOnlyList<Activation> activations, IReadOnlyList<int> hidden) =>
        activations.Count == hidden.Count ? [.. activations] : [.. Enumerable.Repeat(activations[0], hidden.Count)];
}
