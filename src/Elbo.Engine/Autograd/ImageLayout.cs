namespace Elbo.Engine.Autograd;

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
