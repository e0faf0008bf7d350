using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Networks;

/// <summary>Options of a model's networks, from which its encoders and decoder are created.</summary>
public abstract record NetworkOptions
{
    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public abstract void Validate();

    /// <summary>Creates an encoder from images to Gaussians over <paramref name="outputs"/> dimensions.</summary>
    /// <param name="name">Prefix of the parameter names.</param>
    /// <param name="image">Shape of the images.</param>
    /// <param name="outputs">Number of dimensions of a code.</param>
    /// <param name="classes">
    /// Number of classes C that the encoder is conditional on; 0 for none. <see cref="Encoder"/> joins them to the
    /// features.
    /// </param>
    /// <exception cref="ArgumentException">The network does not support images of this size.</exception>
    public abstract Encoder CreateEncoder(string name, ImageShape image, int outputs, int classes = 0);

    /// <summary>Creates a decoder from codes to the parameters of a likelihood.</summary>
    /// <param name="name">Prefix of the parameter names.</param>
    /// <param name="latentDim">Number of latent dimensions, plus that of classes in a conditional model.</param>
    /// <param name="image">Shape of the images.</param>
    /// <param name="likelihood">Determines the number of parameters per pixel and their activations.</param>
    /// <exception cref="ArgumentException">The network does not support images of this size.</exception>
    public abstract IDecoder CreateDecoder(string name, int latentDim, ImageShape image, LikelihoodOptions likelihood);

    /// <summary>
    /// Minimum number of images in a mini-batch: two if a fully connected layer has batch normalisation, which would
    /// normalise a single image to zero.
    /// </summary>
    public virtual int LeastBatch => 1;

    /// <summary>Default width of hidden layers between codes, such as those of a mixture prior.</summary>
    public virtual int CodeWidth(int latentDim) => 64;

    /// <summary>Dropout rate of such layers.</summary>
    public virtual float CodeDropout => 0;

    /// <summary>
    /// Adapts defaults that depend on which options were <paramref name="given"/> by name. By default, none do.
    /// </summary>
    internal virtual NetworkOptions Complete(IReadOnlySet<string> given) => this;

    /// <summary>Checks the widths of hidden layers.</summary>
    /// <param name="what">Beginning of the message: <c>the network has a layer of width</c>.</param>
    /// <param name="widths">The widths.</param>
    /// <exception cref="ArgumentException">A width is out of range.</exception>
    internal static void CheckWidths(string what, IReadOnlyList<int> widths)
    {
        if (widths.FirstOrDefault(w => w is < 1 or > 65_536, 1) is not 1 and var width)
            throw new ArgumentException($"{what} {width}; it must be between 1 and 65536.");
    }
}

/// <summary>
/// The encoder q(z|x), or q(z|x, y) for a class y: a network from images to features, and a posterior from features to
/// a distribution.
/// </summary>
/// <param name="network">Maps images (…, D) to features (…, F).</param>
/// <param name="posterior">Maps features to q; with classes, (…, F + C) features.</param>
/// <param name="classes">Number of classes C, which are joined to the features one-hot; 0 for none.</param>
public sealed class Encoder(ILayer network, IPosterior posterior, int classes = 0) : IModule
{
    /// <summary>Number of classes C that q is conditional on; 0 for none.</summary>
    public int Classes => classes;

    private readonly ILayer _network = network ?? throw new ArgumentNullException(nameof(network));
    private readonly IPosterior _posterior = posterior ?? throw new ArgumentNullException(nameof(posterior));

    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters => [.. _network.Parameters, .. _posterior.Parameters];

    /// <inheritdoc/>
    public IEnumerable<BufferTensor> Buffers => [.. _network.Buffers, .. _posterior.Buffers];

    /// <summary>Maps images (…, D) to N(μ, diag σ²) over (…, outputs).</summary>
    /// <exception cref="ArgumentException">The encoder has classes, and the context has no condition.</exception>
    public DiagonalGaussian Encode(Tensor x, ForwardContext context)
    {
        var features = _network.Forward(x, context);
        return _posterior.Forward(classes == 0 ? features : ClassCondition.Join(features, context), context);
    }
}

/// <summary>The layers from the encoder's features to q(z|x).</summary>
public interface IPosterior : IModule
{
    /// <summary>Maps features (…, F) to a distribution over (…, Z).</summary>
    DiagonalGaussian Forward(Tensor features, ForwardContext context);
}

/// <summary>A network from codes to the parameters of p(x|z).</summary>
public interface IDecoder : IModule
{
    /// <summary>Maps codes (…, Z) to one tensor (…, D) for each of <see cref="LikelihoodOptions.Outputs"/>.</summary>
    IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context);
}

/// <summary>
/// Converts between images in rows, (…, C·H·W), and feature maps (N, H, W, C), on which convolutions compute.
/// </summary>
internal static class ImageRows
{
    /// <summary>Converts images (…, D) to maps (N, H, W, C). With one channel nothing is copied.</summary>
    public static Tensor ToMaps(Tensor x, ImageShape image)
    {
        var (channels, height, width) = image;
        int count = x.Count / image.PixelCount;
        return channels == 1
            ? Ops.Reshape(x, [count, height, width, 1])
            : Ops.Permute(Ops.Reshape(x, [count, channels, height, width]), 0, 2, 3, 1);
    }

    /// <summary>
    /// Converts maps (N, H, W, C) to rows, with the leading dimensions of the <paramref name="codes"/> that they were
    /// decoded from.
    /// </summary>
    public static Tensor OfMaps(Tensor maps, Shape codes)
    {
        var rows = maps.Shape[3] == 1 ? maps : Ops.Permute(maps, 0, 3, 1, 2);
        return Ops.Reshape(rows, codes.With(-1, maps.Count / maps.Shape[0]));
    }
}
