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
        in ConvolutionGeometry g,
        float* image,
        float* kernel,
        float* map,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        float* windows = Rent(device, g, out int capacity);
        FoldKernel.Unfold(device, g, image, windows, category);
        MatrixProductKernel.Multiply(
            device,
            g.Positions,
            g.MapChannels,
            g.WindowSize,
            Windows(g, windows),
            Kernel(g, kernel),
            map,
            adds,
            epilogue,
            category
        );
        device.Buffers.Return(windows, capacity);
    }

    public static void Spread<TEpilogue>(
        Device device,
        in ConvolutionGeometry g,
        float* map,
        float* kernel,
        float* image,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        float* windows = Rent(device, g, out int capacity);
        if (device.Accelerator is null)
            BlockedProductKernel.Multiply(
                device,
                new MatrixRows(Map(g, map)),
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
                Map(g, map),
                Kernel(g, kernel).Transpose(),
                windows,
                adds: false,
                default(NoEpilogue),
                category
            );
        FoldKernel.Fold(device, g, windows, image, adds, epilogue, category);
        device.Buffers.Return(windows, capacity);
    }

    public static void Correlate(
        Device device,
        in ConvolutionGeometry g,
        float* image,
        float* map,
        float* kernel,
        bool adds,
        KernelCategory category
    )
    {
        float* windows = Rent(device, g, out int capacity);
        FoldKernel.Unfold(device, g, image, windows, category);
        MatrixProductKernel.Multiply(
            device,
            g.WindowSize,
            g.MapChannels,
            g.Positions,
            Windows(g, windows).Transpose(),
            Map(g, map),
            kernel,
            adds,
            default(NoEpilogue),
            category
        );
        device.Buffers.Return(windows, capacity);
    }

    private static float* Rent(Device device, in ConvolutionGeometry g, out int capacity) =>
        device.Buffers.Rent(checked(g.Positions * g.WindowSize), out capacity);

    private static MatrixView Windows(in ConvolutionGeometry g, float* windows) =>
        new((nint)windows, g.WindowSize, false);

    private static MatrixView Kernel(in ConvolutionGeometry g, float* kernel) =>
        new((nint)kernel, g.MapChannels, false);

    private static MatrixView Map(in ConvolutionGeometry g, float* map) => new((nint)map, g.MapChannels, false);
}
