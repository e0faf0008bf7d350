namespace Elbo.Engine.Autograd;

/// <summary>Stride, padding and memory layout of a convolution.</summary>
public sealed record ConvolutionOptions
{
    /// <summary>Pixels between consecutive windows, in both directions; at least 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros added on each side of the image, in pixels. Ignored with <see cref="Same"/>.</summary>
    public int Padding { get; init; }

    /// <summary>
    /// Rows and columns added at the bottom and right of a transposed convolution's result; less than the stride. A
    /// strided convolution maps several image sizes to one; this selects among them.
    /// </summary>
    public int OutputPadding { get; init; }

    /// <summary>
    /// Whether to pad as TensorFlow's SAME. The result has ⌈size / stride⌉ rows, or size · stride for a transposed
    /// convolution. An odd number of zeros puts the extra one at the bottom and right.
    /// </summary>
    public bool Same { get; init; }

    /// <summary>Memory layout of the images and the kernel.</summary>
    public ImageLayout Layout { get; init; }

    /// <summary>
    /// The number of rows (or columns) of a convolution's result, and the zeros before and after those of the image. The
    /// image is the argument of a convolution and the result of a transposed one.
    /// </summary>
    /// <param name="size">Number of rows of the argument.</param>
    /// <param name="kernel">Number of rows of the kernel.</param>
    /// <param name="transposed">Whether the convolution is transposed.</param>
    /// <returns>The number of rows, less than 1 if the argument is too small.</returns>
    public (int Size, int Before, int After) Extent(int size, int kernel, bool transposed)
    {
        if (!Same)
            return (
                transposed ? ((size - 1) * Stride) - (2 * Padding) + kernel + OutputPadding
                : size + (2 * Padding) < kernel ? 0
                : ((size + (2 * Padding) - kernel) / Stride) + 1,
                Padding,
                Padding
            );
        var (image, positions) = transposed ? (size * Stride, size) : (size, (size + Stride - 1) / Stride);
        int zeros = Math.Max(((positions - 1) * Stride) + kernel - image, 0);
        return (transposed ? image : positions, zeros / 2, zeros - (zeros / 2));
    }
}

/// <summary>The order of dimensions of images and convolution kernels in memory.</summary>
public enum ImageLayout
{
    /// <summary>
    /// PyTorch's layout: images (N, C, H, W) and kernels (out, in, height, width); for transposed convolutions (in,
    /// out, height, width).
    /// </summary>
    ChannelsFirst,

    /// <summary>
    /// TensorFlow's layout: images (N, H, W, C) and kernels (height, width, in, out); for transposed convolutions
    /// (height, width, out, in). The kernels compute in this layout, so nothing is rearranged.
    /// </summary>
    ChannelsLast,
}
