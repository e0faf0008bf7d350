namespace Elbo.Engine.Kernels.Convolution;

/// <summary>
/// A window sliding over a large image, and the small map of its positions: what a convolution reads and writes, and a
/// transposed one writes and reads.
/// </summary>
/// <param name="Count">Images, N.</param>
/// <param name="Height">Of the image, H.</param>
/// <param name="Width">Of the image, W.</param>
/// <param name="Channels">Of the image, C.</param>
/// <param name="MapHeight">Window positions along the height.</param>
/// <param name="MapWidth">Window positions along the width.</param>
/// <param name="MapChannels">Of the map, O.</param>
/// <param name="KernelHeight">Of the window.</param>
/// <param name="KernelWidth">Of the window.</param>
/// <param name="Stride">Pixels from one window to the next.</param>
/// <param name="Top">Rows by which the first window reaches beyond the image.</param>
/// <param name="Left">Columns by which the first window reaches beyond the image.</param>
internal readonly record struct ConvolutionGeometry(
    int Count,
    int Height,
    int Width,
    int Channels,
    int MapHeight,
    int MapWidth,
    int MapChannels,
    int KernelHeight,
    int KernelWidth,
    int Stride,
    int Top,
    int Left
)
{
    /// <summary>Window positions in all images.</summary>
    public int Positions => checked(Count * MapHeight * MapWidth);

    /// <summary>Pixels of a window in all channels.</summary>
    public int WindowSize => checked(KernelHeight * KernelWidth * Channels);

    /// <summary>Numbers of one tap of the kernel: C·O.</summary>
    public int TapSize => checked(Channels * MapChannels);
}
