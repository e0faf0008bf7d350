using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models.Networks;

/// <summary>The shapes of the feature maps in networks of <see cref="DcganOptions"/>.</summary>
internal sealed class DcganLayout
{
    /// <summary>Convolutions are added until the smaller side is at most this.</summary>
    private const int LargestEnd = 7;

    private const int SmallestSide = 8;

    /// <summary>
    /// The layout for images of <paramref name="image"/>, with one convolution per entry of
    /// <see cref="DcganOptions.Channels"/>; null adds as many as fit.
    /// </summary>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public DcganLayout(ImageShape image, DcganOptions options)
    {
        var channels = options.Channels;
        if (Math.Min(image.Height, image.Width) < SmallestSide)
            throw new ArgumentException(
                $"the images are {image}; the network dcgan needs {SmallestSide} pixels or more along each side. The "
                    + "network dense takes any size."
            );
        var maps = new List<ImageShape> { image };
        while (channels is null ? Math.Min(maps[^1].Height, maps[^1].Width) > LargestEnd : maps.Count <= channels.Count)
        {
            var (_, height, width) = maps[^1];
            if (Math.Min(height, width) < 2)
                throw new ArgumentException(
                    $"channels has {channels!.Count} entries; images of {image.Height}×{image.Width} can be "
                        + $"halved {maps.Count - 1} times at most."
                );
            maps.Add(
                new ImageShape(
                    channels?[maps.Count - 1] ?? options.BaseChannels << Math.Min(maps.Count - 1, 3),
                    height / 2,
                    width / 2
                )
            );
        }
        EncoderMaps = maps;
        var last = maps[^1];
        IsDense = last.Height % 2 != 0 || last.Width % 2 != 0;
        DecoderMaps =
        [
            IsDense ? last : new ImageShape(Math.Max(7 * last.Channels / 4, 1), last.Height / 2, last.Width / 2),
            .. IsDense ? [] : (ImageShape[])[last],
            .. maps.SkipLast(1).Reverse(),
        ];
    }

    /// <summary>The shapes of the image and of each convolution's output.</summary>
    public IReadOnlyList<ImageShape> EncoderMaps { get; }

    /// <summary>
    /// The shapes of the decoder's first map and of each transposed convolution's output, up to the image.
    /// </summary>
    public IReadOnlyList<ImageShape> DecoderMaps { get; }

    /// <summary>Whether a fully connected layer lies between the convolutions and the code on both sides.</summary>
    public bool IsDense { get; }
}

/// <summary>
/// The encoder network, images (…, D) to features (…, F): convolutions, and a fully connected layer if the layout has
/// one.
/// </summary>
internal sealed class DcganEncoder : ILayer
{
    private readonly ImageShape _image;
    private readonly Sequential _convolutions;
    private readonly Sequential _dense;

    /// <summary>Creates the network with parameters <c>name.conv.…</c> and <c>name.dense.…</c>.</summary>
    public DcganEncoder(string name, ImageShape image, DcganLayout layout)
    {
        _image = image;
        var maps = layout.EncoderMaps;
        int pixels = maps[^1].PixelCount;
        _convolutions = new([
            .. Enumerable
                .Range(0, maps.Count - 1)
                .SelectMany(i => DcganLayers.Halve($"{name}.conv.{i}", maps[i], maps[i + 1], normalize: i > 0)),
        ]);
        _dense = new(
            layout.IsDense
                ? DcganLayers.Dense($"{name}.dense", pixels, DcganLayers.DenseWidth, Activation.LeakyRelu)
                : []
        );
        Features = layout.IsDense ? DcganLayers.DenseWidth : pixels;
    }

    /// <summary>Number of features F.</summary>
    public int Features { get; }

    public IEnumerable<Parameter> Parameters => [.. _convolutions.Parameters, .. _dense.Parameters];

    public IEnumerable<BufferTensor> Buffers => [.. _convolutions.Buffers, .. _dense.Buffers];

    public Tensor Forward(Tensor x, ForwardContext context)
    {
        var map = _convolutions.Forward(ImageRows.ToMaps(x, _image), context);
        int count = map.Shape[0];
        var features = _dense.Forward(Ops.Reshape(map, [count, map.Count / count]), context);
        return x.Shape.Rank == 2 ? features : Ops.Reshape(features, x.Shape.With(-1, Features));
    }

    public Node Describe(NetworkGraph graph, Node x) =>
        _dense.Describe(graph, graph.Flatten(_convolutions.Describe(graph, x), ImageLayout.ChannelsLast));
}

/// <summary>The decoder: fully connected layers that output a map, then transposed convolutions.</summary>
internal sealed class DcganDecoder : IDecoder
{
    private readonly LikelihoodOptions _likelihood;
    private readonly ImageShape _first;
    private readonly Sequential _dense;
    private readonly Sequential _convolutions;

    /// <summary>
    /// Creates the network with parameters <c>name.dense.…</c>, <c>name.conv.…</c> and <c>name.output.…</c>.
    /// </summary>
    public DcganDecoder(string name, int latentDim, ImageShape image, DcganLayout layout, LikelihoodOptions likelihood)
    {
        _likelihood = likelihood;
        var maps = layout.DecoderMaps;
        _first = maps[0];
        int pixels = _first.PixelCount;
        _dense = new(
            layout.IsDense
                ?
                [
                    .. DcganLayers.Dense($"{name}.dense.0", latentDim, DcganLayers.DenseWidth, Activation.Relu),
                    .. DcganLayers.Dense($"{name}.dense.1", DcganLayers.DenseWidth, pixels, Activation.Relu),
                ]
                : DcganLayers.Dense($"{name}.dense.0", latentDim, pixels, Activation.Relu)
        );
        var painted = image with { Channels = image.Channels * likelihood.Outputs.Count };
        _convolutions = new([
            .. Enumerable
                .Range(0, maps.Count - 2)
                .SelectMany(i =>
                    DcganLayers.Double($"{name}.conv.{i}", maps[i], maps[i + 1], normalize: i == 0, Activation.Relu)
                ),
            .. DcganLayers.Double($"{name}.output", maps[^2], painted, normalize: false, likelihood.JointActivation),
        ]);
    }

    public IEnumerable<Parameter> Parameters => [.. _dense.Parameters, .. _convolutions.Parameters];

    public IEnumerable<BufferTensor> Buffers => [.. _dense.Buffers, .. _convolutions.Buffers];

    public IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context)
    {
        int latentDim = z.Shape[-1],
            count = z.Count / latentDim;
        var (channels, height, width) = _first;
        var hidden = _dense.Forward(z.Shape.Rank == 2 ? z : Ops.Reshape(z, [count, latentDim]), context);
        var painted = _convolutions.Forward(Ops.Reshape(hidden, [count, height, width, channels]), context);
        return _likelihood.Split(ImageRows.OfMaps(painted, z.Shape));
    }

    public IReadOnlyList<Node> Describe(NetworkGraph graph, Node z)
    {
        var (channels, height, width) = _first;
        var map = graph.Unflatten(_dense.Describe(graph, z), [channels, height, width], ImageLayout.ChannelsLast);
        return _likelihood.Split(graph, _convolutions.Describe(graph, map));
    }
}

/// <summary>The layers of networks of <see cref="DcganOptions"/>.</summary>
internal static class DcganLayers
{
    /// <summary>Width of the fully connected layers.</summary>
    public const int DenseWidth = 1024;

    private const int Kernel = 4;

    private static readonly ConvolutionOptions Halving = new() { Stride = 2, Padding = 1 };

    public static ILayer[] Halve(string name, ImageShape from, ImageShape to, bool normalize)
    {
        var convolution = new Conv2d(
            name,
            from.Channels,
            to.Channels,
            Kernel,
            Halving,
            Initializers.KaimingNormal,
            normalize ? Activation.None : Activation.LeakyRelu,
            bias: !normalize
        );
        return normalize
            ? [convolution, new BatchNorm($"{name}.norm", to.Channels, Activation.LeakyRelu)]
            : [convolution];
    }

    /// <summary>
    /// A transposed convolution doubles both sides. If the encoder rounded a side down, it adds one row or column; if
    /// only one side needs it, the other is cropped.
    /// </summary>
    public static ILayer[] Double(string name, ImageShape from, ImageShape to, bool normalize, Activation activation)
    {
        var (rows, columns) = (to.Height - 2 * from.Height, to.Width - 2 * from.Width);
        var convolution = new ConvTranspose2d(
            name,
            from.Channels,
            to.Channels,
            Kernel,
            Halving with
            {
                OutputPadding = Math.Max(rows, columns),
            },
            Initializers.KaimingNormal,
            normalize ? Activation.None : activation,
            bias: !normalize
        );
        return
        [
            convolution,
            .. rows == columns ? [] : (ILayer[])[new Crop(to.Height, to.Width)],
            .. normalize ? [new BatchNorm($"{name}.norm", to.Channels, activation)] : (ILayer[])[],
        ];
    }

    public static ILayer[] Dense(string name, int inputs, int outputs, Activation activation) =>
        [
            new Linear(name, inputs, outputs, Initializers.KaimingNormal, bias: false),
            new BatchNorm($"{name}.norm", outputs, activation),
        ];
}
