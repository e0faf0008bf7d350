using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>
/// The geometry of a window sliding over an image, and of the map of its positions. A convolution reads the image and
/// writes the map; a transposed convolution reads the map and writes the image.
/// </summary>
/// <param name="Count">Number of images, N.</param>
/// <param name="Height">Image height, H.</param>
/// <param name="Width">Image width, W.</param>
/// <param name="Channels">Image channels, C.</param>
/// <param name="MapHeight">Window positions along the height, h.</param>
/// <param name="MapWidth">Window positions along the width, w.</param>
/// <param name="MapChannels">Map channels, O.</param>
/// <param name="KernelHeight">Window height, kh.</param>
/// <param name="KernelWidth">Window width, kw.</param>
/// <param name="Stride">Pixels between consecutive windows.</param>
/// <param name="Top">Rows of padding above the image.</param>
/// <param name="Left">Columns of padding to the left of the image.</param>
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
    /// <summary>Window positions in all images: N·h·w.</summary>
    public int Positions => checked(Count * MapHeight * MapWidth);

    /// <summary>Values in a window over all channels: kh·kw·C.</summary>
    public int WindowSize => checked(KernelHeight * KernelWidth * Channels);

    /// <summary>Weights of one tap of the kernel: C·O.</summary>
    public int TapSize => checked(Channels * MapChannels);
}

/// <summary>
/// The three products of a convolution between images (N, H, W, C), maps (N, h, w, O) and a kernel (kh, kw, C, O). A
/// transposed convolution uses the same three: its forward pass spreads, its input gradient gathers.
/// </summary>
internal static unsafe class ConvolutionKernels
{
    /// <summary>
    /// With fewer image channels than this, spreading tap by tap would leave most of a register tile empty, and packing
    /// patches channel by channel would be slow.
    /// </summary>
    private const int FewChannels = 12;

    /// <summary>
    /// Whether windows are copied into a matrix: on an accelerator always, because its products take matrices only.
    /// </summary>
    private static bool Unfolds(Device device, in ConvolutionGeometry g) =>
        device.Accelerator is not null || g.Channels < FewChannels;

    /// <summary>
    /// map (+)= Σ image·kernel over the window. The forward pass of a convolution, and the input gradient of a
    /// transposed convolution.
    /// </summary>
    public static void Gather<TEpilogue>(
        Device device,
        in ConvolutionGeometry geometry,
        float* image,
        float* kernel,
        float* map,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        var g = geometry;
        if (Unfolds(device, g))
        {
            UnfoldedConvolution.Gather(device, g, image, kernel, map, adds, epilogue, category);
            return;
        }
        float* zeros = Zeros(device, g.Channels, out int capacity);
        var taps = new Taps
        {
            Data = kernel,
            Step = 1,
            Columns = g.KernelWidth,
            KernelWidth = g.KernelWidth,
            TapSize = g.TapSize,
            Depth = g.Channels,
            Stride = g.MapChannels,
        };
        BlockedProductKernel.Multiply(
            device,
            new PatchRows(Windows(g, image, zeros)),
            g.Positions,
            g.WindowSize,
            taps,
            OutputGrid.Rows(map, g.Positions, g.MapChannels),
            adds,
            epilogue,
            category
        );
        device.Buffers.Return(zeros, capacity);
    }

    /// <summary>
    /// image (+)= Σ map·kernel over all windows that cover a pixel. The forward pass of a transposed convolution, and
    /// the input gradient of a convolution.
    /// </summary>
    /// <remarks>
    /// Pixels with the same remainder modulo the stride use the same taps of the kernel. Each remainder is therefore a
    /// dense product of its own, and nothing is scattered.
    /// </remarks>
    public static void Spread<TEpilogue>(
        Device device,
        in ConvolutionGeometry geometry,
        float* map,
        float* kernel,
        float* image,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        var g = geometry;
        if (Unfolds(device, g))
        {
            UnfoldedConvolution.Spread(device, g, map, kernel, image, adds, epilogue, category);
            return;
        }
        float* zeros = Zeros(device, g.MapChannels, out int capacity);
        for (int y = 0; y < Math.Min(g.Stride, g.Height); y++)
        for (int x = 0; x < Math.Min(g.Stride, g.Width); x++)
        {
            // Row y uses kernel rows (y + top) mod stride, + stride, …; each reads a map row one above the previous
            // one.
            int firstRow = (y + g.Top) % g.Stride,
                firstColumn = (x + g.Left) % g.Stride;
            int tapRows = Steps(g.KernelHeight - firstRow, g.Stride),
                tapColumns = Steps(g.KernelWidth - firstColumn, g.Stride);
            int gridHeight = Steps(g.Height - y, g.Stride),
                gridWidth = Steps(g.Width - x, g.Stride);
            var patches = new Patches
            {
                Image = map,
                Zeros = zeros,
                Height = g.MapHeight,
                Width = g.MapWidth,
                Channels = g.MapChannels,
                GridHeight = gridHeight,
                GridWidth = gridWidth,
                TapColumns = Math.Max(1, tapColumns),
                Step = 1,
                TapStep = -1,
                Top = (y + g.Top) / g.Stride,
                Left = (x + g.Left) / g.Stride,
            };
            var taps = new Taps
            {
                Data = kernel,
                FirstRow = firstRow,
                FirstColumn = firstColumn,
                Step = g.Stride,
                Columns = Math.Max(1, tapColumns),
                KernelWidth = g.KernelWidth,
                TapSize = g.TapSize,
                Depth = g.MapChannels,
                Stride = g.MapChannels,
                Transposed = true,
            };
            var target = new OutputGrid
            {
                Data = image,
                GridHeight = gridHeight,
                GridWidth = gridWidth,
                Height = g.Height,
                Width = g.Width,
                Channels = g.Channels,
                Step = g.Stride,
                Top = y,
                Left = x,
            };
            BlockedProductKernel.Multiply(
                device,
                new PatchRows(patches),
                g.Count * gridHeight * gridWidth,
                tapRows * tapColumns * g.MapChannels,
                taps,
                target,
                adds,
                epilogue,
                category
            );
        }
        device.Buffers.Return(zeros, capacity);
    }

    /// <summary>kernel (+)= Σ image·map over all window positions: the gradient of the weights.</summary>
    public static void Correlate(
        Device device,
        in ConvolutionGeometry geometry,
        float* image,
        float* map,
        float* kernel,
        bool adds,
        KernelCategory category
    )
    {
        var g = geometry;
        if (Unfolds(device, g))
        {
            UnfoldedConvolution.Correlate(device, g, image, map, kernel, adds, category);
            return;
        }
        float* zeros = Zeros(device, g.Channels, out int capacity);
        BlockedProductKernel.Multiply(
            device,
            new PatchColumns(Windows(g, image, zeros)),
            g.WindowSize,
            g.Positions,
            Taps.Of(new MatrixView((nint)map, g.MapChannels, false), g.Positions),
            OutputGrid.Rows(kernel, g.WindowSize, g.MapChannels),
            adds,
            default(NoEpilogue),
            category
        );
        device.Buffers.Return(zeros, capacity);
    }

    private static Patches Windows(in ConvolutionGeometry g, float* image, float* zeros) =>
        new()
        {
            Image = image,
            Zeros = zeros,
            Height = g.Height,
            Width = g.Width,
            Channels = g.Channels,
            GridHeight = g.MapHeight,
            GridWidth = g.MapWidth,
            TapColumns = g.KernelWidth,
            Step = g.Stride,
            TapStep = 1,
            Top = -g.Top,
            Left = -g.Left,
        };

    private static float* Zeros(Device device, int channels, out int capacity)
    {
        int length = channels + 16;
        float* zeros = device.Buffers.Rent(length, out capacity);
        new Span<float>(zeros, length).Clear();
        return zeros;
    }

    /// <summary>The number of steps of <paramref name="stride"/> that start within <paramref name="length"/>.</summary>
    private static int Steps(int length, int stride) => length <= 0 ? 0 : (length + stride - 1) / stride;
}
