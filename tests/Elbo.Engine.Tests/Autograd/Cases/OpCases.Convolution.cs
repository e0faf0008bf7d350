using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    /// <summary>Few and many channels of the image: from 12 on, a map is spread over it in another way.</summary>
    private static readonly int[] ImageChannels = [3, 13];

    private static readonly ImageLayout[] Layouts = [ImageLayout.ChannelsFirst, ImageLayout.ChannelsLast];

    /// <summary>Every geometry as a convolution and as the transpose of one.</summary>
    public static IEnumerable<OpCase> Convolution() =>
        new[] { false, true }
            .SelectMany<bool, OpCase>(t =>
                [
                    .. Windows(t),
                    .. SameWindows(t),
                    .. Channels(t),
                    .. Fused(t),
                    .. Batches(t),
                    .. Repeated(t),
                    .. WithoutGradients(t),
                    .. LargeConvolutions(t),
                ]
            )
            .Concat(OutputPaddings());

    private static IEnumerable<OpCase> Windows(bool transposed)
    {
        (int H, int W, int Kh, int Kw, int Stride, int Padding)[] windows =
        [
            (1, 1, 1, 1, 1, 0),
            (1, 1, 3, 3, 1, 1),
            (1, 1, 5, 5, 1, 2),
            (1, 1, 5, 5, 3, 2),
            (2, 2, 4, 4, 2, 1),
            (4, 5, 1, 1, 1, 0),
            (5, 4, 3, 3, 1, 1),
            (5, 6, 3, 3, 2, 1),
            (5, 4, 3, 3, 3, 0),
            (6, 4, 4, 4, 2, 1),
            (5, 5, 4, 4, 3, 2),
            (4, 5, 5, 5, 1, 2),
            (7, 6, 5, 5, 3, 1),
            (5, 5, 5, 5, 2, 0),
            (4, 5, 2, 3, 1, 0),
            (5, 4, 2, 3, 2, 1),
            (4, 4, 2, 3, 1, 2),
            (5, 6, 1, 1, 2, 0),
            (5, 5, 2, 2, 3, 0),
            (6, 5, 1, 2, 3, 0), // strides beyond the kernel: pixels that no window meets
            (4, 3, 1, 1, 1, 1),
            (4, 5, 1, 1, 3, 2),
            (4, 4, 2, 2, 1, 2), // paddings beyond the kernel: windows that see only zeros
        ];
        foreach (var (h, w, kh, kw, stride, padding) in windows)
        foreach (var layout in Layouts)
        foreach (int channels in ImageChannels)
            yield return Convolved(
                transposed,
                [2, h, w],
                channels,
                2,
                kh,
                kw,
                new()
                {
                    Stride = stride,
                    Padding = padding,
                    Layout = layout,
                }
            );
    }

    private static IEnumerable<OpCase> SameWindows(bool transposed)
    {
        (int H, int W, int Kh, int Kw)[] windows =
        [
            (4, 5, 3, 3),
            (6, 5, 4, 4),
            (5, 7, 2, 3),
            (3, 4, 5, 5),
            (7, 6, 1, 1),
            (1, 2, 3, 4),
        ];
        foreach (var (h, w, kh, kw) in windows)
            for (int stride = 1; stride <= 3; stride++)
                foreach (int channels in ImageChannels)
                    yield return Convolved(
                        transposed,
                        [1, h, w],
                        channels,
                        2,
                        kh,
                        kw,
                        new()
                        {
                            Stride = stride,
                            Same = true,
                            Layout = Layouts[stride % 2],
                        }
                    );
    }

    private static IEnumerable<OpCase> OutputPaddings()
    {
        (int Kh, int Kw, int Stride, int Padding, int OutputPadding)[] windows =
        [
            (3, 3, 2, 1, 1),
            (4, 4, 3, 2, 2),
            (5, 5, 2, 2, 1),
            (2, 3, 3, 0, 1),
            (1, 1, 3, 0, 2),
            (1, 1, 2, 1, 1),
        ];
        foreach (var (kh, kw, stride, padding, outputPadding) in windows)
        foreach (var layout in Layouts)
        foreach (int channels in ImageChannels)
            yield return Convolved(
                true,
                [1, 3, 4],
                channels,
                2,
                kh,
                kw,
                new()
                {
                    Stride = stride,
                    Padding = padding,
                    OutputPadding = outputPadding,
                    Layout = layout,
                }
            );
    }

    private static IEnumerable<OpCase> Channels(bool transposed)
    {
        int[] counts = [1, 2, 3, 5, 11, 12, 13, 16, 17, 33, 64];
        for (int i = 0; i < counts.Length; i++)
            yield return Convolved(
                transposed,
                [1, 4, 3],
                counts[i],
                counts[^(i + 1)],
                3,
                3,
                new()
                {
                    Stride = 2,
                    Padding = 1,
                    Layout = Layouts[i % 2],
                }
            );
        yield return Convolved(transposed, [1, 2, 3], 33, 17, 2, 2, new() { Layout = ImageLayout.ChannelsLast });
    }

    private static IEnumerable<OpCase> Fused(bool transposed)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        foreach (bool biased in new[] { false, true })
        foreach (int channels in ImageChannels)
            yield return Convolved(
                transposed,
                [1, 3, 3],
                channels,
                5,
                3,
                3,
                new()
                {
                    Stride = 2,
                    Padding = 1,
                    Layout = Layouts[(int)activation % 2],
                },
                biased,
                activation
            );
    }

    private static IEnumerable<OpCase> Batches(bool transposed)
    {
        foreach (int images in new[] { 0, 1, 3 })
        foreach (int channels in ImageChannels)
            yield return Convolved(
                transposed,
                [images, 3, 2],
                channels,
                3,
                2,
                2,
                new() { Layout = ImageLayout.ChannelsLast },
                activation: Activation.Tanh
            );
    }

    /// <summary>Input, kernel and bias each used twice, so that second gradients come to a first.</summary>
    private static IEnumerable<OpCase> Repeated(bool transposed)
    {
        var options = new ConvolutionOptions { Same = true, Layout = ImageLayout.ChannelsLast };
        foreach (int channels in ImageChannels)
            yield return Convolution(
                transposed,
                $"twice with the same kernel of {channels} channels, and x added",
                [new([1, 4, 3, channels]), new([3, 3, channels, channels], -0.2f, 0.2f), new([channels])],
                t =>
                    Ops.Add(
                        t[0],
                        Apply(
                            transposed,
                            Apply(transposed, t[0], t[1], t[2], options, Activation.Elu),
                            t[1],
                            t[2],
                            options,
                            Activation.Tanh
                        )
                    ),
                d =>
                    DoubleTensor.Zip(
                        d[0],
                        ConvolutionReference
                            .Compute(
                                transposed,
                                ConvolutionReference
                                    .Compute(transposed, d[0], d[1], d[2], options)
                                    .Map(v => Activated(v, Activation.Elu)),
                                d[1],
                                d[2],
                                options
                            )
                            .Map(v => Activated(v, Activation.Tanh)),
                        (a, b) => a + b
                    )
            );
    }

    private static IEnumerable<OpCase> WithoutGradients(bool transposed)
    {
        foreach (int takes in new[] { 0, 1, 2 })
        {
            var whole = Convolved(transposed, [1, 4, 3], 13, 5, 3, 3, new(), activation: Activation.Sigmoid);
            yield return whole with
            {
                Detail = $"where only operand {takes} takes a gradient",
                Operands = [.. whole.Operands.Select((o, i) => o with { RequiresGradient = i == takes })],
            };
        }
    }

    /// <summary>
    /// Enough work for all threads in each of the three products; among them sums over more than 256 and 512, which are
    /// taken block by block, several panels of
    /// columns, fewer rows than columns, and more rows than one block of packed patches.
    /// </summary>
    private static IEnumerable<OpCase> LargeConvolutions(bool transposed)
    {
        ConvolutionOptions valid = new() { Layout = ImageLayout.ChannelsLast },
            padded = valid with { Padding = 1 };
        OpCase[] cases = transposed
            ?
            [
                Convolved(true, [1, 25, 25], 12, 64, 3, 3, padded, activation: Activation.Elu),
                Convolved(
                    true,
                    [1, 8, 8],
                    17,
                    64,
                    5,
                    5,
                    valid with
                    {
                        Stride = 2,
                        Same = true,
                    },
                    activation: Activation.Tanh
                ),
                Convolved(
                    true,
                    [2, 14, 14],
                    3,
                    33,
                    4,
                    4,
                    padded with
                    {
                        Stride = 2,
                        Layout = ImageLayout.ChannelsFirst,
                    },
                    activation: Activation.Sigmoid
                ),
                Convolved(true, [1, 5, 6], 70, 64, 3, 3, padded, biased: false),
            ]
            :
            [
                Convolved(false, [2, 20, 20], 32, 10, 3, 3, padded, activation: Activation.Elu),
                Convolved(false, [1, 9, 9], 64, 70, 3, 3, valid, activation: Activation.Tanh),
                Convolved(
                    false,
                    [2, 28, 28],
                    3,
                    33,
                    3,
                    3,
                    padded with
                    {
                        Layout = ImageLayout.ChannelsFirst,
                    },
                    activation: Activation.Softplus
                ),
                Convolved(false, [1, 20, 19], 64, 10, 4, 4, valid, biased: false),
            ];
        foreach (var large in cases)
            yield return large with
            {
                IsLarge = true,
            };
    }

    /// <summary>
    /// A case of x with <paramref name="extents"/> (N, H, W); <paramref name="image"/> and <paramref name="map"/> are
    /// the channels on either side.
    /// </summary>
    private static OpCase Convolved(
        bool transposed,
        int[] extents,
        int image,
        int map,
        int kernelHeight,
        int kernelWidth,
        ConvolutionOptions options,
        bool biased = true,
        Activation activation = Activation.None
    )
    {
        var x = ConvolutionReference.Arrange(
            extents[0],
            transposed ? map : image,
            extents[1],
            extents[2],
            options.Layout
        );
        Shape kernel =
            options.Layout == ImageLayout.ChannelsFirst
                ? [map, image, kernelHeight, kernelWidth]
                : [kernelHeight, kernelWidth, image, map];
        // Results are then of the size of 1.
        float size = 2 / MathF.Sqrt(kernelHeight * kernelWidth * (transposed ? map : image));
        Operand[] operands =
        [
            new(x),
            new(kernel, -size, size),
            .. biased ? [new Operand([transposed ? image : map])] : Array.Empty<Operand>(),
        ];
        string padding = options.Same ? "SAME" : $"padding {options.Padding}+{options.OutputPadding}";
        return Convolution(
            transposed,
            $"{x} with {kernel} stride {options.Stride} {padding} "
                + $"{options.Layout}{(biased ? "" : " without bias")} {activation}",
            operands,
            t => Apply(transposed, t[0], t[1], biased ? t[2] : null, options, activation),
            d =>
                ConvolutionReference
                    .Compute(transposed, d[0], d[1], biased ? d[2] : null, options)
                    .Map(v => Activated(v, activation))
        );
    }

    private static OpCase Convolution(
        bool transposed,
        string detail,
        Operand[] operands,
        Func<Tensor[], Tensor> compute,
        Func<DoubleTensor[], DoubleTensor> reference
    ) =>
        new(
            $"{(transposed ? "ConvTranspose2d" : "Conv2d")}(Tensor, Tensor, Tensor, ConvolutionOptions, Activation)",
            detail,
            operands,
            (_, t) => compute(t),
            reference
        );

    private static Tensor Apply(
        bool transposed,
        Tensor x,
        Tensor kernel,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation
    ) =>
        transposed
            ? Ops.ConvTranspose2d(x, kernel, bias, options, activation)
            : Ops.Conv2d(x, kernel, bias, options, activation);
}
