using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Networks;

/// <summary>
/// Convolutional networks without normalisation. The encoder has 4×4 convolutions of 32, 64 and 64 channels with stride
/// 2 and SAME padding, a fully connected layer, and one hidden layer each for mean and variance. The decoder has two
/// fully connected layers, one that outputs 64 maps of a quarter of the image's sides, and transposed convolutions of
/// 64, 32 and the image's channels.
/// </summary>
/// <remarks>
/// All activations are ReLU. Initial weights are Glorot-uniform, biases 0. The variance of q(z|x) is a softplus.
/// Padding is TensorFlow's SAME, so halving rounds odd sides up.
/// </remarks>
public sealed record PlainOptions : NetworkOptions
{
    /// <summary>
    /// Width of the fully connected layers between convolutions and codes; 0 means twice the number of latent
    /// dimensions in an encoder and three times in the decoder.
    /// </summary>
    public int Dense { get; init; } = 256;

    /// <summary>Dropout rate of the fully connected layers.</summary>
    public float Dropout { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<PlainOptions>> List { get; } =
    [
        OptionOf<PlainOptions>.WholeNumber(
            "dense",
            "units of the fully connected layers between convolutions and codes; 0 means 2z in an encoder, 3z in "
                + "the decoder",
            o => o.Dense,
            (o, v) => o with { Dense = v }
        ) with
        {
            Range = OptionRange.Between(0, 65_536),
        },
        OptionOf<PlainOptions>.Number(
            "dropout",
            "dropout rate of hidden units",
            o => o.Dropout,
            (o, v) => o with { Dropout = v }
        ) with
        {
            Range = OptionRange.Fraction,
        },
    ];

    /// <inheritdoc/>
    public override void Validate() => List.Validate(this);

    /// <summary>
    /// Creates the encoder with parameters <c>name.conv.…</c>, <c>name.dense.…</c>, <c>name.mean.…</c> and
    /// <c>name.variance.…</c>.
    /// </summary>
    public override Encoder CreateEncoder(string name, ImageShape image, int outputs, int classes = 0)
    {
        int dense = Dense == 0 ? 2 * outputs : Dense;
        return new Encoder(
            new PlainEncoder(name, image, dense, Dropout),
            new SeparateGaussian(
                name,
                dense + classes,
                [dense],
                [Activation.Relu],
                outputs,
                Dropout,
                Initializers.GlorotUniform
            ),
            classes
        );
    }

    /// <inheritdoc/>
    public override IDecoder CreateDecoder(string name, int latentDim, ImageShape image, LikelihoodOptions likelihood)
    {
        image.Require(nameof(image));
        ArgumentNullException.ThrowIfNull(likelihood);
        return new PlainDecoder(name, latentDim, image, Dense == 0 ? 3 * latentDim : Dense, Dropout, likelihood);
    }

    /// <inheritdoc/>
    public override float CodeDropout => Dropout;

    /// <inheritdoc/>
    public override int CodeWidth(int latentDim) => Dense == 0 ? 2 * latentDim : Math.Min(Dense, 64);
}

/// <summary>The layout shared by encoder and decoder of <see cref="PlainOptions"/>.</summary>
internal static class PlainLayout
{
    public const int Kernel = 4;

    public static readonly ConvolutionOptions Halving = new() { Stride = 2, Same = true };

    /// <summary>Channels of the encoder's convolutions.</summary>
    public static readonly int[] Channels = [32, 64, 64];

    /// <summary>The shapes of the image and of each convolution's output.</summary>
    public static IReadOnlyList<ImageShape> Maps(ImageShape image)
    {
        var maps = new List<ImageShape> { image };
        foreach (int to in Channels)
            maps.Add(new ImageShape(to, (maps[^1].Height + 1) / 2, (maps[^1].Width + 1) / 2));
        return maps;
    }
}

/// <summary>
/// The encoder network, images (…, D) to features (…, dense): convolutions and a fully connected layer.
/// </summary>
internal sealed class PlainEncoder : ILayer
{
    private readonly ImageShape _image;
    private readonly Sequential _convolutions;
    private readonly Mlp _dense;

    /// <summary>Creates the network with parameters <c>name.conv.…</c> and <c>name.dense.…</c>.</summary>
    public PlainEncoder(string name, ImageShape image, int dense, float dropout)
    {
        _image = image;
        var maps = PlainLayout.Maps(image);
        _convolutions = new([
            .. PlainLayout.Channels.Select(
                (to, i) =>
                    new Conv2d(
                        $"{name}.conv.{i}",
                        maps[i].Channels,
                        to,
                        PlainLayout.Kernel,
                        PlainLayout.Halving,
                        Initializers.GlorotUniform,
                        Activation.Relu
                    )
            ),
        ]);
        _dense = new Mlp(
            $"{name}.dense",
            maps[^1].PixelCount,
            [dense],
            [Activation.Relu],
            dropout,
            Initializers.GlorotUniform
        );
    }

    public IEnumerable<Parameter> Parameters => [.. _convolutions.Parameters, .. _dense.Parameters];

    public Tensor Forward(Tensor x, ForwardContext context)
    {
        var map = _convolutions.Forward(ImageRows.ToMaps(x, _image), context);
        return _dense.Forward(Ops.Reshape(map, x.Shape.With(-1, map.Count / map.Shape[0])), context);
    }
}

/// <summary>
/// The decoder: fully connected layers, the last of which outputs a map, then transposed convolutions.
/// </summary>
internal sealed class PlainDecoder : IDecoder
{
    private readonly LikelihoodOptions _likelihood;
    private readonly ImageShape _first;
    private readonly Mlp _dense;
    private readonly Sequential _convolutions;

    /// <summary>
    /// Creates the network with parameters <c>name.dense.…</c>, <c>name.conv.…</c> and <c>name.output.…</c>.
    /// </summary>
    public PlainDecoder(
        string name,
        int latentDim,
        ImageShape image,
        int dense,
        float dropout,
        LikelihoodOptions likelihood
    )
    {
        _likelihood = likelihood;
        // The encoder's last convolution has no counterpart: the first map has a quarter of the image's height and
        // width.
        var maps = PlainLayout.Maps(image).SkipLast(1).ToArray();
        int[] widths = [PlainLayout.Channels[^1], .. PlainLayout.Channels.SkipLast(1).Reverse()];
        _first = maps[^1] with { Channels = widths[0] };
        _dense = new Mlp(
            $"{name}.dense",
            latentDim,
            [dense, dense, _first.PixelCount],
            [Activation.Relu, Activation.Relu, Activation.Relu],
            dropout,
            Initializers.GlorotUniform
        );
        ConvTranspose2d Convolution(
            string layer,
            int from,
            int to,
            ConvolutionOptions options,
            Activation activation
        ) => new($"{name}.{layer}", from, to, PlainLayout.Kernel, options, Initializers.GlorotUniform, activation);
        var layers = new List<ILayer>();
        for (int i = 1; i < widths.Length; i++)
        {
            layers.Add(Convolution($"conv.{i - 1}", widths[i - 1], widths[i], PlainLayout.Halving, Activation.Relu));
            // If halving rounded up, doubling adds one row or column too many.
            layers.Add(new Crop(maps[^(i + 1)].Height, maps[^(i + 1)].Width));
        }
        layers.Add(
            Convolution(
                "output",
                widths[^1],
                image.Channels * likelihood.Outputs.Count,
                PlainLayout.Halving with
                {
                    Stride = 1,
                },
                likelihood.JointActivation
            )
        );
        _convolutions = new(layers);
    }

    public IEnumerable<Parameter> Parameters => [.. _dense.Parameters, .. _convolutions.Parameters];

    public IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context)
    {
        int count = z.Count / z.Shape[-1];
        var map = Ops.Reshape(_dense.Forward(z, context), [count, _first.Height, _first.Width, _first.Channels]);
        return _likelihood.Split(ImageRows.OfMaps(_convolutions.Forward(map, context), z.Shape));
    }
}
