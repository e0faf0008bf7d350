using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// A variational autoencoder, composed of parts: an encoder q(z|x), a prior p(z), a decoder with its likelihood p(x|z),
/// and the objective that training minimises.
/// </summary>
/// <remarks>Kingma and Welling 2014, "Auto-encoding variational Bayes".</remarks>
public sealed class GenerativeModel
{
    private readonly Encoder _encoder;
    private readonly IDecoder _decoder;

    /// <summary>
    /// A model with initial weights from <paramref name="rng"/>, for images of <paramref name="imageShape"/>, on
    /// <paramref name="device"/>.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with the images.</exception>
    public GenerativeModel(ModelOptions options, ImageShape imageShape, Device device, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (Options, ImageShape, Device) = (options, imageShape, device);
        var (network, prior) = (options.Network, options.Prior);
        _encoder = network.CreateEncoder(prior.EncoderName, imageShape, LatentDim);
        Prior = prior.Create(network, imageShape, LatentDim, device);
        _decoder = network.CreateDecoder(prior.DecoderName, LatentDim, imageShape, options.Likelihood);
        IModule[] parts = [_encoder, Prior, _decoder];
        Parameters = new ParameterSet(parts.SelectMany(p => p.Parameters), device, rng);
        BufferTensor[] buffers = [.. parts.SelectMany(p => p.Buffers)];
        foreach (var buffer in buffers)
            buffer.Place(device);
        Buffers = [.. buffers.Select(b => (b.Name, b.Value))];
    }

    /// <summary>What it was built from.</summary>
    public ModelOptions Options { get; }

    /// <summary>Size of one image.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>Where the model lives.</summary>
    public Device Device { get; }

    /// <summary>Length of a code z.</summary>
    public int LatentDim => Options.LatentDim;

    /// <summary>p(z), what the posterior is held to and new codes are drawn from.</summary>
    public IPrior Prior { get; }

    /// <summary>What training minimises.</summary>
    public IObjective Objective => Options.Objective;

    /// <summary>All parameters: <c>encoder.…</c>, those of the prior, <c>decoder.…</c>.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>
    /// What is saved with the parameters and not trained, such as running statistics; none in most models.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers { get; }

    /// <summary>Parameters and buffers by name: all that makes a trained model.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors =>
        [.. Parameters.All.Select(p => (p.Name, p.Value)), .. Buffers];

    /// <summary>q(z|x) of images (…, D), intensities in [0, 1].</summary>
    /// <exception cref="ArgumentException">The images have another number of pixels.</exception>
    public DiagonalGaussian Encode(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        int pixels = ImageShape.PixelCount;
        if (x.Shape.Rank < 1 || x.Shape[-1] != pixels)
            throw new ArgumentException(
                $"x is {x.Shape}; the encoder needs (…, {pixels}), images of {ImageShape}.",
                nameof(x)
            );
        return _encoder.Encode(x, context);
    }

    /// <summary>p(x|z) of codes (…, Z).</summary>
    /// <exception cref="ArgumentException">The codes have another length.</exception>
    public ILikelihood Decode(Tensor z, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.Shape.Rank < 1 || z.Shape[-1] != LatentDim)
            throw new ArgumentException($"z is {z.Shape}; the decoder needs (…, {LatentDim}).", nameof(z));
        return Options.Likelihood.Of(_decoder.Forward(z, context));
    }

    /// <summary>The reconstruction term: the mean of −log p(x|z) over the batch in nats, a scalar.</summary>
    /// <param name="target">The images (N, D) that the decoder has to give.</param>
    /// <param name="z">A code for each, (N, Z).</param>
    /// <param name="context">Chance and mode.</param>
    public Tensor Reconstruction(Tensor target, Tensor z, ForwardContext context) =>
        Ops.Mean(Options.Likelihood.NegativeLogProb(Decode(z, context), target, context));
}
