using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The variational autoencoder with the convolutional network that has no normalisation, and networks of their own for
/// mean and variance of q(z|x).
/// </summary>
/// <remarks>
/// 4×4 convolutions of 32, 64 and 64 channels with stride 2 and SAME padding, a fully connected layer, a hidden layer
/// each for mean and variance; two fully connected layers, one that gives 64 maps of a quarter of the image's sides,
/// and transposed convolutions of 64, 32 and as many channels as the image has. ReLU throughout; first weights
/// Glorot-uniform, biases 0; the variance of q(z|x) is a softplus.
/// </remarks>
public sealed class PlainCnnVae : GenerativeModel
{
    private readonly CnnVaeOptions _options;
    private readonly ConvolutionalGaussianEncoder _encoder;
    private readonly ConvolutionalImageDecoder _decoder;

    /// <summary>A network with first weights from <paramref name="rng"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PlainCnnVae(CnnVaeOptions options, ImageShape imageShape, Device device, Rng rng)
        : base(imageShape, options.LatentDim, device)
    {
        options.Validate();
        _options = options;
        _encoder = new ConvolutionalGaussianEncoder(
            "encoder",
            imageShape,
            options.Dense,
            LatentDim,
            dropout: 0,
            Initializers.GlorotUniform
        );
        _decoder = new ConvolutionalImageDecoder(
            "decoder",
            LatentDim,
            imageShape,
            options.Dense,
            options.Output,
            dropout: 0,
            Initializers.GlorotUniform
        );
        Place([.. _encoder.Parameters, .. _decoder.Parameters], rng);
    }

    /// <inheritdoc/>
    public override ModelOptions Options => _options;

    /// <inheritdoc/>
    public override DecoderKind Decoder => _options.Decoder;

    /// <inheritdoc/>
    public override DiagonalGaussian Encode(Tensor x, ForwardContext context) => _encoder.Encode(x, context);

    /// <inheritdoc/>
    public override ILikelihood Decode(Tensor z, ForwardContext context) =>
        _options.Output.Likelihood(_decoder.Paint(z, context));
}
