using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

/// <summary>
/// The three sums of a convolution in double: every window position, every tap and every pair of channels in turn, by
/// index. Images lie as the options say, kernels as (map channels, image channels, kh, kw) or (kh, kw, image channels,
/// map channels).
/// </summary>
internal sealed class ConvolutionReference
{
    private readonly Layout _image,
        _map,
        _kernel;
    private readonly int _stride,
        _top,
        _left;

    private ConvolutionReference(Layout image, Layout map, Layout kernel, ConvolutionOptions options)
    {
        (_image, _map, _kernel, _stride) = (image, map, kernel, options.Stride);
        _top = options.Same ? SameBefore(image.Height, kernel.Height, options.Stride) : options.Padding;
        _left = options.Same ? SameBefore(image.Width, kernel.Width, options.Stride) : options.Padding;
    }

    /// <summary>The whole operation, with a bias for every channel of the result where one is given.</summary>
    public static DoubleTensor Compute(
        bool transposed,
        DoubleTensor x,
        DoubleTensor kernel,
        DoubleTensor? bias,
        ConvolutionOptions options
    )
    {
        var y = transposed
            ? OfTransposed(x.Shape, kernel.Shape, options).Spread(x.Values, kernel.Values)
            : Of(x.Shape, kernel.Shape, options).Gather(x.Values, kernel.Values);
        if (bias is null)
            return y;
        int channelAxis = options.Layout == ImageLayout.ChannelsFirst ? 1 : 3;
        return DoubleTensor.Of(y.Shape, i => y.At(i) + bias.Values[i[channelAxis]]);
    }

    /// <summary>From the image x.</summary>
    public static ConvolutionReference Of(Shape x, Shape kernel, ConvolutionOptions options)
    {
        Layout image = Layout.OfImages(x, options.Layout),
            window = Layout.OfKernel(kernel, options.Layout);
        int height = options.Same
            ? (image.Height + options.Stride - 1) / options.Stride
            : (image.Height + 2 * options.Padding - window.Height) / options.Stride + 1;
        int width = options.Same
            ? (image.Width + options.Stride - 1) / options.Stride
            : (image.Width + 2 * options.Padding - window.Width) / options.Stride + 1;
        return new(
            image,
            Layout.OfImages(Arrange(image.Outer, window.Outer, height, width, options.Layout), options.Layout),
            window,
            options
        );
    }

    /// <summary>From the map x, back to the image that a convolution makes it of.</summary>
    public static ConvolutionReference OfTransposed(Shape x, Shape kernel, ConvolutionOptions options)
    {
        Layout map = Layout.OfImages(x, options.Layout),
            window = Layout.OfKernel(kernel, options.Layout);
        int height = options.Same
            ? map.Height * options.Stride
            : (map.Height - 1) * options.Stride - 2 * options.Padding + window.Height + options.OutputPadding;
        int width = options.Same
            ? map.Width * options.Stride
            : (map.Width - 1) * options.Stride - 2 * options.Padding + window.Width + options.OutputPadding;
        return new(
            Layout.OfImages(Arrange(map.Outer, window.Inner, height, width, options.Layout), options.Layout),
            map,
            window,
            options
        );
    }

    /// <summary>The map of an image: what each window sees, weighted.</summary>
    public DoubleTensor Gather(double[] image, double[] kernel)
    {
        var map = new double[_map.Shape.Count];
        ForEachTap(
            (pixel, position, tap) =>
            {
                for (int o = 0; o < _map.Inner; o++)
                for (int c = 0; c < _image.Inner; c++)
                    map[position + o * _map.InnerStep] +=
                        image[pixel + c * _image.InnerStep]
                        * kernel[tap + o * _kernel.OuterStep + c * _kernel.InnerStep];
            }
        );
        return new(_map.Shape, map);
    }

    /// <summary>The image that a map paints, each number through its window.</summary>
    public DoubleTensor Spread(double[] map, double[] kernel)
    {
        var image = new double[_image.Shape.Count];
        ForEachTap(
            (pixel, position, tap) =>
            {
                for (int o = 0; o < _map.Inner; o++)
                for (int c = 0; c < _image.Inner; c++)
                    image[pixel + c * _image.InnerStep] +=
                        map[position + o * _map.InnerStep]
                        * kernel[tap + o * _kernel.OuterStep + c * _kernel.InnerStep];
            }
        );
        return new(_image.Shape, image);
    }

    /// <summary>The gradient of the kernel, from an image and a map of which one is a gradient.</summary>
    public DoubleTensor Correlate(double[] image, double[] map)
    {
        var kernel = new double[_kernel.Shape.Count];
        ForEachTap(
            (pixel, position, tap) =>
            {
                for (int o = 0; o < _map.Inner; o++)
                for (int c = 0; c < _image.Inner; c++)
                    kernel[tap + o * _kernel.OuterStep + c * _kernel.InnerStep] +=
                        image[pixel + c * _image.InnerStep] * map[position + o * _map.InnerStep];
            }
        );
        return new(_kernel.Shape, kernel);
    }

    /// <summary>A shape in the order that a layout has it.</summary>
    public static Shape Arrange(int outer, int inner, int height, int width, ImageLayout layout) =>
        layout == ImageLayout.ChannelsFirst ? [outer, inner, height, width] : [outer, height, width, inner];

    /// <summary>Zeros before the first pixel, as TensorFlow documents SAME.</summary>
    private static int SameBefore(int size, int kernel, int stride) =>
        Math.Max(size % stride == 0 ? kernel - stride : kernel - size % stride, 0) / 2;

    /// <summary>Offsets of the first channels of pixel, map position and tap, wherever a tap lies on a pixel.</summary>
    private void ForEachTap(Action<int, int, int> meet)
    {
        for (int n = 0; n < _map.Outer; n++)
        for (int y = 0; y < _map.Height; y++)
        for (int x = 0; x < _map.Width; x++)
        for (int i = 0; i < _kernel.Height; i++)
        for (int j = 0; j < _kernel.Width; j++)
        {
            int row = y * _stride - _top + i,
                column = x * _stride - _left + j;
            if (row < 0 || row >= _image.Height || column < 0 || column >= _image.Width)
                continue;
            meet(_image.At(n, row, column), _map.At(n, y, x), _kernel.At(0, i, j));
        }
    }

    /// <summary>
    /// Extents of four dimensions, and how far apart neighbours lie. Outer is the batch of images; of a kernel, the
    /// map's channels.
    /// </summary>
    private sealed record Layout(
        Shape Shape,
        int Outer,
        int Inner,
        int Height,
        int Width,
        int OuterStep,
        int InnerStep,
        int RowStep,
        int ColumnStep
    )
    {
        public static Layout OfImages(Shape s, ImageLayout layout) =>
            layout == ImageLayout.ChannelsFirst
                ? new(s, s[0], s[1], s[2], s[3], s[1] * s[2] * s[3], s[2] * s[3], s[3], 1)
                : new(s, s[0], s[3], s[1], s[2], s[1] * s[2] * s[3], 1, s[2] * s[3], s[3]);

        public static Layout OfKernel(Shape s, ImageLayout layout) =>
            layout == ImageLayout.ChannelsFirst
                ? OfImages(s, layout)
                : new(s, s[3], s[2], s[0], s[1], 1, s[3], s[1] * s[2] * s[3], s[2] * s[3]);

        public int At(int outer, int row, int column) => outer * OuterStep + row * RowStep + column * ColumnStep;
    }
}
