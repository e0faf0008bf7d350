namespace Elbo.Engine.Autograd;

/// <summary>How a window moves over an image.</summary>
public sealed record ConvolutionOptions
{
    /// <summary>Pixels from one window to the next, 1 or more, in both directions.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros around the image, in pixels on each side. Not used with <see cref="Same"/>.</summary>
    public int Padding { get; init; }

    /// <summary>
    /// Rows and columns added at the end of a transposed convolution's result, below the stride: tells apart the image
    /// sizes that a convolution maps to the same size.
    /// </summary>
    public int OutputPadding { get; init; }

    /// <summary>
    /// Padding as TensorFlow's SAME: the result has ⌈size / stride⌉ rows (a transposed one size · stride), and where an
    /// odd number of zeros is needed, the bottom and right have one more.
    /// </summary>
    public bool Same { get; init; }

    /// <summary>Memory order of images and kernel.</summary>
    public ImageLayout Layout { get; init; }
}

/// <summary>The order in which images and convolution kernels lie in memory.</summary>
public enum ImageLayout
{
    /// <summary>
    /// Images (N, C, H, W), kernels (out, in, height, width); transposed convolutions (in, out, height, width).
    /// PyTorch's order.
    /// </summary>
    ChannelsFirst,

    /// <summary>
    /// Images (N, H, W, C), kernels (height, width, in, out); transposed convolutions (height, width, out, in).
    /// TensorFlow's order, and the one that is computed in: nothing has to be rearranged.
    /// </summary>
    ChannelsLast,
}
