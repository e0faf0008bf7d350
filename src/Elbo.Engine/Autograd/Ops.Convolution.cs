using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Convolution;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static unsafe partial class Ops
{
    /// <summary>Two-dimensional convolution: activation(x ⋆ kernel + bias).</summary>
    /// <param name="x">Images (N, C, H, W); with <see cref="ImageLayout.ChannelsLast"/> (N, H, W, C).</param>
    /// <param name="weight">Kernel (O, C, kh, kw); with <see cref="ImageLayout.ChannelsLast"/> (kh, kw, C, O).</param>
    /// <param name="bias">One value per output channel, (O), or null.</param>
    /// <param name="options">Stride, padding and layout.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <returns>
    /// (N, O, H′, W′) or (N, H′, W′, O), with H′ = ⌊(H + 2·padding − kh) / stride⌋ + 1, or ⌈H / stride⌉ with
    /// <see cref="ConvolutionOptions.Same"/>.
    /// </returns>
    /// <remarks>A cross-correlation, as torch.nn.functional.conv2d and tf.nn.conv2d.</remarks>
    /// <exception cref="ArgumentException">The shapes or options do not fit together.</exception>
    public static Tensor Conv2d(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation = Activation.None
    )
    {
        Check("Conv2d", x, weight, options, transposed: false);
        if (options.OutputPadding != 0)
            throw new ArgumentException(
                $"output padding is {options.OutputPadding}; only a transposed convolution has one.",
                nameof(options)
            );
        if (options.Layout == ImageLayout.ChannelsFirst)
            return ChannelsFirst(
                Conv2d(
                    ChannelsLast(x),
                    Permute(weight, 2, 3, 1, 0),
                    bias,
                    options with
                    {
                        Layout = ImageLayout.ChannelsLast,
                    },
                    activation
                )
            );
        var (n, h, w, c) = Extents(x.Shape);
        var (kh, kw, _, o) = Extents(weight.Shape);
        CheckBias("Conv2d", bias, o);
        var (mapHeight, top) = options.Same
            ? SamePositions(h, kh, options.Stride)
            : (Positions(h, kh, options), options.Padding);
        var (mapWidth, left) = options.Same
            ? SamePositions(w, kw, options.Stride)
            : (Positions(w, kw, options), options.Padding);
        if (mapHeight < 1 || mapWidth < 1)
            throw new ArgumentException(
                $"a window of {kh}×{kw} does not fit into images of {h}×{w} with a padding of {options.Padding}.",
                nameof(x)
            );
        var geometry = new ConvolutionGeometry(n, h, w, c, mapHeight, mapWidth, o, kh, kw, options.Stride, top, left);
        return FuseBias(new Convolution(x, weight, geometry, Transposed: false), bias, activation);
    }

    /// <summary>
    /// Two-dimensional transposed convolution: activation(convᵀ(x, kernel) + bias). Each input position adds its scaled
    /// kernel to the output; overlapping windows are summed.
    /// </summary>
    /// <param name="x">Feature maps (N, C, H, W); with <see cref="ImageLayout.ChannelsLast"/> (N, H, W, C).</param>
    /// <param name="weight">Kernel (C, O, kh, kw); with <see cref="ImageLayout.ChannelsLast"/> (kh, kw, O, C).</param>
    /// <param name="bias">One value per output channel, (O), or null.</param>
    /// <param name="options">Stride, padding and layout of the convolution that is transposed.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <returns>
    /// (N, O, H′, W′) or (N, H′, W′, O), with H′ = (H − 1)·stride − 2·padding + kh + output padding, or H·stride with
    /// <see cref="ConvolutionOptions.Same"/>.
    /// </returns>
    /// <remarks>As torch.nn.functional.conv_transpose2d and tf.nn.conv2d_transpose.</remarks>
    /// <exception cref="ArgumentException">The shapes or options do not fit together.</exception>
    public static Tensor ConvTranspose2d(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation = Activation.None
    )
    {
        Check("ConvTranspose2d", x, weight, options, transposed: true);
        if (options.OutputPadding < 0 || options.OutputPadding >= options.Stride)
            throw new ArgumentException(
                $"output padding is {options.OutputPadding}; it must be 0 or more and below the stride, which is "
                    + $"{options.Stride}.",
                nameof(options)
            );
        if (options.Layout == ImageLayout.ChannelsFirst)
            return ChannelsFirst(
                ConvTranspose2d(
                    ChannelsLast(x),
                    Permute(weight, 2, 3, 1, 0),
                    bias,
                    options with
                    {
                        Layout = ImageLayout.ChannelsLast,
                    },
                    activation
                )
            );
        var (n, h, w, c) = Extents(x.Shape);
        var (kh, kw, o, _) = Extents(weight.Shape);
        CheckBias("ConvTranspose2d", bias, o);
        int imageHeight = options.Same
            ? h * options.Stride
            : (h - 1) * options.Stride - 2 * options.Padding + kh + options.OutputPadding;
        int imageWidth = options.Same
            ? w * options.Stride
            : (w - 1) * options.Stride - 2 * options.Padding + kw + options.OutputPadding;
        if (imageHeight < 1 || imageWidth < 1)
            throw new ArgumentException(
                $"maps of {h}×{w} under windows of {kh}×{kw} with a padding of {options.Padding} leave no image.",
                nameof(x)
            );
        int top = options.Same ? SamePositions(imageHeight, kh, options.Stride).Before : options.Padding;
        int left = options.Same ? SamePositions(imageWidth, kw, options.Stride).Before : options.Padding;
        var geometry = new ConvolutionGeometry(
            n,
            imageHeight,
            imageWidth,
            o,
            h,
            w,
            c,
            kh,
            kw,
            options.Stride,
            top,
            left
        );
        return FuseBias(new Convolution(x, weight, geometry, Transposed: true), bias, activation);
    }

    /// <summary>A convolution or a transposed convolution with its operands and geometry.</summary>
    private sealed record Convolution(Tensor X, Tensor Weight, ConvolutionGeometry Geometry, bool Transposed)
    {
        public Tensor Forward<TEpilogue>(TEpilogue epilogue)
            where TEpilogue : unmanaged, IEpilogue
        {
            var g = Geometry;
            var y = X.Device.Uninitialized(
                Transposed
                    ? [g.Count, g.Height, g.Width, g.Channels]
                    : [g.Count, g.MapHeight, g.MapWidth, g.MapChannels]
            );
            if (Transposed)
                ConvolutionKernels.Spread(
                    X.Device,
                    g,
                    X.Data,
                    Weight.Data,
                    y.Data,
                    adds: false,
                    epilogue,
                    KernelCategory.MatrixForward
                );
            else
                ConvolutionKernels.Gather(
                    X.Device,
                    g,
                    X.Data,
                    Weight.Data,
                    y.Data,
                    adds: false,
                    epilogue,
                    KernelCategory.MatrixForward
                );
            return y;
        }

        public void Backward(Tensor dy)
        {
            var (image, map) = Transposed ? (dy, X) : (X, dy);
            if (GradientTarget.TryOpen(Weight, out var dw))
                ConvolutionKernels.Correlate(
                    X.Device,
                    Geometry,
                    image.Data,
                    map.Data,
                    dw.Tensor.Data,
                    dw.Adds,
                    KernelCategory.WeightGradient
                );
            if (!GradientTarget.TryOpen(X, out var dx))
                return;
            if (Transposed)
                ConvolutionKernels.Gather(
                    X.Device,
                    Geometry,
                    dy.Data,
                    Weight.Data,
                    dx.Tensor.Data,
                    dx.Adds,
                    default(NoEpilogue),
                    KernelCategory.InputGradient
                );
            else
                ConvolutionKernels.Spread(
                    X.Device,
                    Geometry,
                    dy.Data,
                    Weight.Data,
                    dx.Tensor.Data,
                    dx.Adds,
                    default(NoEpilogue),
                    KernelCategory.InputGradient
                );
        }
    }

    private static Tensor FuseBias(Convolution convolution, Tensor? bias, Activation activation)
    {
        if (bias is not null)
            return Fuse(new BiasedConvolution(convolution, bias), activation);
        var y = convolution.Forward(default(NoEpilogue));
        if (y.Device.Tape.Records(convolution.X, convolution.Weight))
            y.Device.Tape.Record(y, () => convolution.Backward(y.Gradient!));
        return Activate(y, activation);
    }

    private readonly struct BiasedConvolution(Convolution convolution, Tensor bias) : IFusable
    {
        private readonly Convolution _convolution = convolution;
        private readonly Tensor _bias = bias;

        public Tensor Run<TOp>(TOp activation)
            where TOp : unmanaged, IUnary
        {
            var (convolution, bias) = (_convolution, _bias); // a closure cannot capture this
            var y = convolution.Forward(new BiasActivation<TOp>(bias.Data, activation));
            if (!y.Device.Tape.Records(convolution.X, convolution.Weight, bias))
                return y;
            return y.Device.Tape.Record(
                y,
                () =>
                {
                    var dy = BeforeActivation(activation, y);
                    if (GradientTarget.TryOpen(bias, out var db))
                        ReduceKernels.Sum(dy, db.Tensor, 1, dy.Count / bias.Count, bias.Count, adds: db.Adds);
                    convolution.Backward(dy);
                }
            );
        }
    }

    private static void Check(string operation, Tensor x, Tensor weight, ConvolutionOptions options, bool transposed)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(options);
        if (x.Shape.Rank != 4 || weight.Shape.Rank != 4)
            throw new ArgumentException(
                $"x is {x.Shape} and the kernel {weight.Shape}; {operation} needs four dimensions each.",
                nameof(x)
            );
        // The upper limits keep the products of sizes and strides in range.
        if (options.Stride is < 1 or > short.MaxValue)
            throw new ArgumentException(
                $"the stride is {options.Stride}; it must be from 1 to {short.MaxValue}.",
                nameof(options)
            );
        if (options.Padding is < 0 or > short.MaxValue)
            throw new ArgumentException(
                $"the padding is {options.Padding}; it must be from 0 to {short.MaxValue}.",
                nameof(options)
            );
        if (options.Layout is not (ImageLayout.ChannelsFirst or ImageLayout.ChannelsLast))
            throw new ArgumentException($"'{options.Layout}' is not a known layout.", nameof(options));
        if (weight.Count == 0)
            throw new ArgumentException($"the kernel {weight.Shape} is empty.", nameof(weight));
        var (channels, inner) =
            options.Layout == ImageLayout.ChannelsFirst
                ? (x.Shape[1], weight.Shape[transposed ? 0 : 1])
                : (x.Shape[3], weight.Shape[transposed ? 3 : 2]);
        if (inner != channels)
            throw new ArgumentException(
                $"x {x.Shape} has {channels} channels and the kernel {weight.Shape} {inner}; {operation} needs as "
                    + "many.",
                nameof(weight)
            );
    }

    private static void CheckBias(string operation, Tensor? bias, int channels)
    {
        if (bias is not null && bias.Shape != new Shape(channels))
            throw new ArgumentException(
                $"the bias has shape {bias.Shape}; {operation} needs ({channels}).",
                nameof(bias)
            );
    }

    private static (int, int, int, int) Extents(Shape shape) => (shape[0], shape[1], shape[2], shape[3]);

    private static int Positions(int size, int kernel, ConvolutionOptions options) =>
        size + 2 * options.Padding < kernel ? 0 : (size + 2 * options.Padding - kernel) / options.Stride + 1;

    /// <summary>The number of window positions under SAME padding, and the zeros before the first pixel.</summary>
    private static (int Count, int Before) SamePositions(int size, int kernel, int stride)
    {
        int count = (size + stride - 1) / stride;
        return (count, Math.Max((count - 1) * stride + kernel - size, 0) / 2);
    }

    private static Tensor ChannelsLast(Tensor x) => Permute(x, 0, 2, 3, 1);

    private static Tensor ChannelsFirst(Tensor x) => Permute(x, 0, 3, 1, 2);
}
