using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The variational autoencoder with convolutional networks and batch normalisation, for grey or colour images of 8×8
/// pixels or more.
/// </summary>
/// <remarks>
/// <para>
/// Every convolution has a kernel of 4×4, stride 2 and padding 1, so it halves both sides, odd ones rounded down. In
/// the encoder, convolutions of 64, 128,
/// 256, 512, 512, … channels follow each other until the smaller side is at most 7 pixels. Then there are two cases. If
/// either side of the last
/// map is odd, a fully connected layer of 1024 units follows, and the decoder begins with another and one that gives a
/// map of the same size. If both sides
/// are even, there is none, and the decoder begins with a map of half that size and 7/4 as many channels. From there
/// transposed convolutions lead back
/// through the encoder's sizes to the image. So images of 28×28 (64@14×14, 128@7×7, 1024) and 32×32 (64@16×16, 128@8×8,
/// 256@4×4; 448@2×2 in the
/// decoder) get the networks that are usual for MNIST and CIFAR-10.
/// </para>
/// <para>
/// LeakyReLU with slope 0.2 in the encoder, ReLU in the decoder. Batch normalisation follows every convolution of the
/// encoder but the first, every
/// fully connected layer, and the decoder's first transposed convolution unless it gives the image; a layer before it
/// has no bias. First
/// weights are Kaiming-normal (He et al. 2015), biases 0. σ of q(z|x) is 1e-6 + softplus of its layer.
/// </para>
/// <para>
/// Inside, images are (N, H, W, C), and so is the order in which a map is flattened for a fully connected layer.
/// Radford, Metz and Chintala 2016
/// introduced such networks for adversarial training.
/// </para>
/// </remarks>
public sealed class CnnVae : GenerativeModel
{
    private const int Kernel = 4;
    private const int DenseWidth = 1024;

    private static readonly ConvolutionOptions Halving = new() { Stride = 2, Padding = 1 };

    private readonly CnnVaeOptions _options;
    private readonly CnnLayout _layout;
    private readonly PixelOutput _output;
    private readonly Sequential _encoderConvolutions;
    private readonly Sequential _encoderDense;
    private readonly Linear _mean;
    private readonly Linear _deviation;
    private readonly Sequential _decoderDense;
    private readonly Sequential _decoderConvolutions;

    /// <summary>A network with first weights from <paramref name="rng"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the images are too small.</exception>
    public CnnVae(CnnVaeOptions options, ImageShape imageShape, Device device, Rng rng)
        : base(imageShape, options.LatentDim, device)
    {
        options.Validate();
        _options = options;
        _output = options.Output;
        _layout = new CnnLayout(imageShape, options.Channels);
        var (maps, back) = (_layout.EncoderMaps, _layout.DecoderMaps);
        int pixels = maps[^1].PixelCount;
        _encoderConvolutions = new([
            .. Enumerable
                .Range(0, maps.Count - 1)
                .SelectMany(i => Halve($"encoder.conv.{i}", maps[i], maps[i + 1], normalize: i > 0)),
        ]);
        _encoderDense = new(_layout.IsDense ? Dense("encoder.dense", pixels, DenseWidth, Activation.LeakyRelu) : []);
        int width = _layout.IsDense ? DenseWidth : pixels;
        _mean = new Linear("encoder.mean", width, LatentDim, Initializers.KaimingNormal);
        _deviation = new Linear("encoder.deviation", width, LatentDim, Initializers.KaimingNormal, Activation.Softplus);
        _decoderDense = new(
            _layout.IsDense
                ?
                [
                    .. Dense("decoder.dense.0", LatentDim, DenseWidth, Activation.Relu),
                    .. Dense("decoder.dense.1", DenseWidth, back[0].PixelCount, Activation.Relu),
                ]
                : Dense("decoder.dense.0", LatentDim, back[0].PixelCount, Activation.Relu)
        );
        _decoderConvolutions = new([
            .. Enumerable
                .Range(0, back.Count - 2)
                .SelectMany(i => Double($"decoder.conv.{i}", back[i], back[i + 1], normalize: i == 0, Activation.Relu)),
            .. Output(back[^2]),
        ]);
        ILayer[] layers = [_encoderConvolutions, _encoderDense, _mean, _deviation, _decoderDense, _decoderConvolutions];
        Place(layers.SelectMany(l => l.Parameters), rng, layers.SelectMany(l => l.Buffers));
    }

    /// <inheritdoc/>
    public override ModelOptions Options => _options;

    /// <inheritdoc/>
    public override DecoderKind Decoder => _options.Decoder;

    /// <inheritdoc/>
    public override DiagonalGaussian Encode(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        int pixels = ImageShape.PixelCount;
        if (x.Shape.Rank < 1 || x.Shape[-1] != pixels)
            throw new ArgumentException(
                $"x is {x.Shape}; CnnVae needs (…, {pixels}), images of {ImageShape}.",
                nameof(x)
            );
        int count = x.Count / pixels;
        var images = Ops.Reshape(x, [count, ImageShape.Channels, ImageShape.Height, ImageShape.Width]);
        var map = _encoderConvolutions.Forward(ChannelOrder.ToLast(images), context);
        var hidden = _encoderDense.Forward(Ops.Reshape(map, [count, map.Count / count]), context);
        var codes = x.Shape.With(-1, LatentDim);
        return new DiagonalGaussian(
            Shaped(_mean.Forward(hidden), codes),
            Shaped(Ops.Affine(_deviation.Forward(hidden), 1, SmallestDeviation), codes)
        );
    }

    /// <inheritdoc/>
    public override ILikelihood Decode(Tensor z, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.Shape.Rank < 1 || z.Shape[-1] != LatentDim)
            throw new ArgumentException($"z is {z.Shape}; CnnVae needs (…, {LatentDim}).", nameof(z));
        int count = z.Count / LatentDim,
            pixels = ImageShape.PixelCount;
        var (channels, height, width) = _layout.DecoderMaps[0];
        var hidden = _decoderDense.Forward(Shaped(z, [count, LatentDim]), context);
        var painted = ChannelOrder.ToFirst(
            _decoderConvolutions.Forward(Ops.Reshape(hidden, [count, height, width, channels]), context)
        );
        return _output.Likelihood(Ops.Reshape(painted, z.Shape.With(-1, pixels * _output.PerPixel)));
    }

    private static ILayer[] Halve(string name, ImageShape from, ImageShape to, bool normalize) =>
        normalize
            ?
            [
                new Conv2d(name, from.Channels, to.Channels, Kernel, Halving, Initializers.KaimingNormal, bias: false),
                new BatchNorm($"{name}.norm", to.Channels, Activation.LeakyRelu),
            ]
            :
            [
                new Conv2d(
                    name,
                    from.Channels,
                    to.Channels,
                    Kernel,
                    Halving,
                    Initializers.KaimingNormal,
                    Activation.LeakyRelu
                ),
            ];

    /// <summary>
    /// A transposed convolution gives twice the size; where the encoder rounded down, one row or column more, and where
    /// only one of the sides needs it, the other is cut.
    /// </summary>
    private static ILayer[] Double(string name, ImageShape from, ImageShape to, bool normalize, Activation activation)
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

    private static ILayer[] Dense(string name, int inputs, int outputs, Activation activation) =>
        [
            new Linear(name, inputs, outputs, Initializers.KaimingNormal, bias: false),
            new BatchNorm($"{name}.norm", outputs, activation),
        ];

    /// <summary>
    /// The last layer: logits of <see cref="DecoderKind.Bernoulli"/>, means of <see cref="DecoderKind.Gaussian"/>, both
    /// numbers of <see cref="DecoderKind.GaussianSigma"/> before their activations.
    /// </summary>
    private ILayer[] Output(ImageShape from) =>
        Double(
            "decoder.output",
            from,
            ImageShape with
            {
                Channels = ImageShape.Channels * _output.PerPixel,
            },
            normalize: false,
            _output.Activation
        );

    private static Tensor Shaped(Tensor x, Shape shape) => x.Shape == shape ? x : Ops.Reshape(x, shape);
}
