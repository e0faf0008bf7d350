using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>
/// The three products of <see cref="ConvolutionKernels"/> for images of few channels. Their windows are small enough to
/// be copied into a matrix, so each product is one matrix product.
/// </summary>
internal static unsafe class UnfoldedConvolution
{
    public static void Gather<TEpilogue>(
        Device device,
        in ConvolutionGeometry all,
        float* image,
        float* kernel,
        float* map,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        int step = ImagesAtOnce(device, all);
        float* windows = Rent(device, all with { Count = step }, out int capacity);
        int first = 0;
        do
        {
            var g = all with { Count = Math.Min(step, all.Count - first) };
            FoldKernel.Unfold(device, g, Image(g, image, first), windows, category);
            MatrixProductKernel.Multiply(
                device,
                g.Positions,
                g.MapChannels,
                g.WindowSize,
                Windows(g, windows),
                Kernel(g, kernel),
                Map(g, map, first),
                adds,
                epilogue,
                category
            );
            first += step;
        } while (first < all.Count);
        device.Buffers.Return(windows, capacity);
    }

    public static void Spread<TEpilogue>(
        Device device,
        in ConvolutionGeometry all,
        float* map,
        float* kernel,
        float* image,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        int step = ImagesAtOnce(device, all);
        float* windows = Rent(device, all with { Count = step }, out int capacity);
        int first = 0;
        do
        {
            var g = all with { Count = Math.Min(step, all.Count - first) };
            if (device.Accelerator is null)
                BlockedProductKernel.Multiply(
                    device,
                    new MatrixRows(Maps(g, map, first)),
                    g.Positions,
                    g.MapChannels,
                    Taps.Of(Kernel(g, kernel).Transpose(), g.MapChannels),
                    OutputGrid.Rows(windows, g.Positions, g.WindowSize),
                    adds: false,
                    default(NoEpilogue),
                    category
                );
            else
                MatrixProductKernel.Multiply(
                    device,
                    g.Positions,
                    g.WindowSize,
                    g.MapChannels,
                    Maps(g, map, first),
                    Kernel(g, kernel).Transpose(),
                    windows,
                    adds: false,
                    default(NoEpilogue),
                    category
                );
            FoldKernel.Fold(device, g, windows, Image(g, image, first), adds, epilogue, category);
            first += step;
        } while (first < all.Count);
        device.Buffers.Return(windows, capacity);
    }

    public static void Correlate(
        Device device,
        in ConvolutionGeometry all,
        float* image,
        float* map,
        float* kernel,
        bool adds,
        KernelCategory category
    )
    {
        int step = ImagesAtOnce(device, all);
        float* windows = Rent(device, all with { Count = step }, out int capacity);
        int first = 0;
        do
        {
            var g = all with { Count = Math.Min(step, all.Count - first) };
            FoldKernel.Unfold(device, g, Image(g, image, first), windows, category);
            MatrixProductKernel.Multiply(
                device,
                g.WindowSize,
                g.MapChannels,
                g.Positions,
                Windows(g, windows).Transpose(),
                Maps(g, map, first),
                kernel,
                adds || first > 0,
                default(NoEpilogue),
                category
            );
            first += step;
        } while (first < all.Count);
        device.Buffers.Return(windows, capacity);
    }

    private static float* Rent(Device device, in ConvolutionGeometry g, out int capacity) =>
        device.Buffers.Rent(checked(g.Positions * g.WindowSize), out capacity);

    private static MatrixView Windows(in ConvolutionGeometry g, float* windows) =>
        new((nint)windows, g.WindowSize, false);

    private static MatrixView Kernel(in ConvolutionGeometry g, float* kernel) =>
        new((nint)kernel, g.MapChannels, false);

    private static MatrixView Maps(in ConvolutionGeometry g, float* map, int first) =>
        new((nint)Map(g, map, first), g.MapChannels, false);

    private static float* Image(in ConvolutionGeometry g, float* images, int index) =>
        images + (long)index * g.Height * g.Width * g.Channels;

    private static float* Map(in ConvolutionGeometry g, float* maps, int index) =>
        maps + (long)index * g.MapHeight * g.MapWidth * g.MapChannels;

    /// <summary>The number of images whose windows are copied together, at least 1.</summary>
    private static int ImagesAtOnce(Device device, in ConvolutionGeometry g)
    {
        long most = device.Accelerator?.MostUnfolded ?? long.MaxValue,
            each = Math.Max(1, (long)g.MapHeight * g.MapWidth * g.WindowSize);
        return (int)Math.Max(1, Math.Min(g.Count, most / each));
    }
}
