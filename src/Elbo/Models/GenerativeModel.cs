using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>A variational autoencoder: an encoder q(z|x), a decoder p(x|z) and the loss that trains both.</summary>
public abstract class GenerativeModel
{
    /// <summary>Added to the softplus that gives a standard deviation, so that none is 0.</summary>
    internal const float SmallestDeviation = 1e-6f;

    private ParameterSet? _parameters;

    /// <summary>
    /// For images of <paramref name="imageShape"/> and codes of <paramref name="latentDim"/> numbers, on
    /// <paramref name="device"/>.
    /// </summary>
    protected GenerativeModel(ImageShape imageShape, int latentDim, Device device)
    {
        ImageShape = imageShape;
        LatentDim = latentDim;
        Device = device;
    }

    /// <summary>Size of one image.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>Length of a code z.</summary>
    public int LatentDim { get; }

    /// <summary>What it was built from.</summary>
    public abstract ModelOptions Options { get; }

    /// <summary>What p(x|z) is.</summary>
    public abstract DecoderKind Decoder { get; }

    /// <summary>Where the model lives.</summary>
    public Device Device { get; }

    /// <summary>All parameters, <c>encoder.…</c> first and <c>decoder.…</c> after.</summary>
    public ParameterSet Parameters =>
        _parameters ?? throw new InvalidOperationException($"{GetType().Name} has not placed its parameters.");

    /// <summary>
    /// What is saved with the parameters and not trained, such as running statistics; none in most models.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers { get; private set; } = [];

    /// <summary>Parameters and buffers by name: all that makes a trained model.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors =>
        [.. Parameters.All.Select(p => (p.Name, p.Value)), .. Buffers];

    /// <summary>q(z|x) of images (…, D), intensities in [0, 1].</summary>
    public abstract DiagonalGaussian Encode(Tensor x, ForwardContext context);

    /// <summary>p(x|z) of codes (…, Z).</summary>
    public abstract ILikelihood Decode(Tensor z, ForwardContext context);

    /// <summary>Codes drawn from the prior, (<paramref name="count"/>, Z).</summary>
    public virtual Tensor SamplePrior(int count, Rng rng) => Ops.RandomNormal(Device, [count, LatentDim], rng);

    /// <summary>Called before the first step of every epoch, and again when training goes on within one.</summary>
    public virtual void BeginEpoch(EpochStart start) { }

    /// <summary>The loss of one latent sample per image.</summary>
    /// <param name="input">What the encoder sees, (N, D): the images, possibly with noise.</param>
    /// <param name="target">What the decoder is to give, (N, D): the clean images.</param>
    /// <param name="context">Chance, mode and the weight of the KL divergence.</param>
    public virtual LossTerms ComputeLoss(Tensor input, Tensor target, ForwardContext context)
    {
        var q = Encode(input, context);
        var likelihood = Decode(q.Sample(context.Rng), context);
        return LossTerms.FromBound(likelihood.NegativeLogProb(target), q.KlToStandardNormal(), context.KlWeight);
    }

    /// <summary>To be called once, at the end of construction.</summary>
    protected void Place(IEnumerable<Parameter> parameters, Rng rng, params IEnumerable<BufferTensor> buffers)
    {
        _parameters = new ParameterSet(parameters, Device, rng);
        BufferTensor[] all = [.. buffers];
        foreach (var buffer in all)
            buffer.Place(Device);
        Buffers = [.. all.Select(b => (b.Name, b.Value))];
    }
}
