using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Networks;

/// <summary>The layers of a model: what its encoders and its decoder are built from.</summary>
public abstract record NetworkOptions
{
    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public abstract void Validate();

    /// <summary>An encoder of images to Gaussians over <paramref name="outputs"/> numbers.</summary>
    /// <param name="name">What the names of its parameters begin with.</param>
    /// <param name="image">Size of the images.</param>
    /// <param name="outputs">Length of a code.</param>
    /// <exception cref="ArgumentException">The network cannot take images of this size.</exception>
    public abstract Encoder CreateEncoder(string name, ImageShape image, int outputs);

    /// <summary>A decoder of codes to the parameters of a likelihood.</summary>
    /// <param name="name">What the names of its parameters begin with.</param>
    /// <param name="latentDim">Length of a code z.</param>
    /// <param name="image">Size of the images.</param>
    /// <param name="likelihood">Says how many parameters a pixel has, and their activations.</param>
    /// <exception cref="ArgumentException">The network cannot give images of this size.</exception>
    public abstract IDecoder CreateDecoder(string name, int latentDim, ImageShape image, LikelihoodOptions likelihood);

    /// <summary>Usual width of the hidden layers of a network between codes, such as that of a mixture prior.</summary>
    public virtual int CodeWidth(int latentDim) => 64;

    /// <summary>Share of the units of such layers set to 0 in training.</summary>
    public virtual float CodeDropout => 0;

    /// <summary>
    /// Defaults that follow from which options were <paramref name="given"/> by name; by default none do.
    /// </summary>
    internal virtual NetworkOptions Complete(IReadOnlySet<string> given) => this;

    /// <summary>Checks widths of hidden layers.</summary>
    /// <param name="what">How the message begins: <c>the network has a layer of width</c>.</param>
    /// <param name="widths">The widths.</param>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    internal static void CheckWidths(string what, IReadOnlyList<int> widths)
    {
        if (widths.FirstOrDefault(w => w is < 1 or > 65_536, 1) is not 1 and var width)
            throw new ArgumentException($"{what} {width}; it must be between 1 and 65536.");
    }
}

/// <summary>
/// q(z|x): a network from images to features, and a posterior, the layers from features to a distribution.
/// </summary>
/// <param name="network">Images (…, D) to features (…, F).</param>
/// <param name="posterior">Features to q.</param>
public sealed class Encoder(ILayer network, IPosterior posterior) : IModule
{
    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters => [.. network.Parameters, .. posterior.Parameters];

    /// <inheritdoc/>
    public IEnumerable<BufferTensor> Buffers => [.. network.Buffers, .. posterior.Buffers];

    /// <summary>Images (…, D) to N(μ, diag σ²) over (…, outputs).</summary>
    public DiagonalGaussian Encode(Tensor x, ForwardContext context) =>
        posterior.Forward(network.Forward(x, context), context);
}

/// <summary>The layers from an encoder's features to q(z|x).</summary>
public interface IPosterior : IModule
{
    /// <summary>Features (…, F) to a distribution over (…, Z).</summary>
    DiagonalGaussian Forward(Tensor features, ForwardContext context);
}

/// <summary>A network from codes to the parameters of p(x|z).</summary>
public interface IDecoder : IModule
{
    /// <summary>Codes (…, Z) to one tensor (…, D) for each of <see cref="LikelihoodOptions.Outputs"/>.</summary>
    IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context);
}

/// <summary>
/// Images lie in rows, one channel after the other: (…, C·H·W). Convolutions compute on maps (N, H, W, C).
/// </summary>
internal static class ImageRows
{
    /// <summary>Images (…, D) to maps (N, H, W, C); with one channel nothing moves.</summary>
    public static Tensor ToMaps(Tensor x, ImageShape image)
    {
        var (channels, height, width) = image;
        int count = x.Count / image.PixelCount;
        return channels == 1
            ? Ops.Reshape(x, [count, height, width, 1])
            : Ops.Permute(Ops.Reshape(x, [count, channels, height, width]), 0, 2, 3, 1);
    }

    /// <summary>Maps (N, H, W, C) to rows in the shape (…, anything) of the codes they were decoded from.</summary>
    public static Tensor OfMaps(Tensor maps, Shape codes)
    {
        var rows = maps.Shape[3] == 1 ? maps : Ops.Permute(maps, 0, 3, 1, 2);
        return Ops.Reshape(rows, codes.With(-1, maps.Count / maps.Shape[0]));
    }
}
