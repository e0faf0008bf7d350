using System.Diagnostics;
using System.Globalization;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.Convolution;
using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Benchmarks;

/// <summary>
/// Times the convolutions of both convolutional networks: forward pass, input gradient and weight gradient. Prints one
/// line of JSON per layer, for versus.py.
/// </summary>
internal static unsafe class ConvolutionBenchmark
{
    private const int Batch = 64;
    private const int Slices = 5;

    /// <summary>Kernel 4, stride 2, padding 1.</summary>
    private sealed record Layer(string Name, bool Transposed, int Inputs, int Outputs, int Size);

    private static readonly Layer[] Layers =
    [
        new("mnist-conv1", false, 1, 64, 28),
        new("mnist-conv2", false, 64, 128, 14),
        new("mnist-convt1", true, 128, 64, 7),
        new("mnist-convt2", true, 64, 1, 14),
        new("cifar-conv1", false, 3, 64, 32),
        new("cifar-conv2", false, 64, 128, 16),
        new("cifar-conv3", false, 128, 256, 8),
        new("cifar-convt1", true, 448, 256, 2),
        new("cifar-convt2", true, 256, 128, 4),
        new("cifar-convt3", true, 128, 64, 8),
        new("cifar-convt4", true, 64, 3, 16),
    ];

    public static int Run(double seconds, int threads)
    {
        using var device = new Device(new DeviceOptions { Threads = threads });
        foreach (var layer in Layers)
        {
            var (small, large) = layer.Transposed ? (layer.Size, 2 * layer.Size) : (layer.Size / 2, layer.Size);
            var (imageChannels, mapChannels) = layer.Transposed
                ? (layer.Outputs, layer.Inputs)
                : (layer.Inputs, layer.Outputs);
            var geometry = new ConvolutionGeometry(
                Batch,
                large,
                large,
                imageChannels,
                small,
                small,
                mapChannels,
                4,
                4,
                2,
                1,
                1
            );
            var rng = new Rng(1);
            var image = Ops.RandomNormal(device, [Batch, large, large, imageChannels], rng);
            var map = Ops.RandomNormal(device, [Batch, small, small, mapChannels], rng);
            var kernel = Ops.RandomNormal(device, [4, 4, imageChannels, mapChannels], rng);
            var imageOut = device.Zeros(image.Shape);
            var mapOut = device.Zeros(map.Shape);
            var kernelOut = device.Zeros(kernel.Shape);
            double operations = 2.0 * geometry.Positions * geometry.WindowSize * mapChannels;
            void Gather() =>
                ConvolutionKernels.Gather(
                    device,
                    geometry,
                    image.Data,
                    kernel.Data,
                    mapOut.Data,
                    adds: false,
                    default(NoEpilogue),
                    KernelCategory.MatrixForward
                );
            void Spread() =>
                ConvolutionKernels.Spread(
                    device,
                    geometry,
                    map.Data,
                    kernel.Data,
                    imageOut.Data,
                    adds: false,
                    default(NoEpilogue),
                    KernelCategory.MatrixForward
                );
            void Correlate() =>
                ConvolutionKernels.Correlate(
                    device,
                    geometry,
                    image.Data,
                    map.Data,
                    kernelOut.Data,
                    adds: false,
                    KernelCategory.MatrixForward
                );
            Report(layer, "forward", operations, seconds, layer.Transposed ? Spread : Gather);
            Report(layer, "input-gradient", operations, seconds, layer.Transposed ? Gather : Spread);
            Report(layer, "weight-gradient", operations, seconds, Correlate);
        }
        return 0;
    }

    private static void Report(Layer layer, string what, double operations, double seconds, Action action)
    {
        for (int i = 0; i < 30; i++)
            action();
        var rates = new double[Slices];
        for (int slice = 0; slice < Slices; slice++)
        {
            int count = 0;
            long start = Stopwatch.GetTimestamp();
            do
            {
                action();
                count++;
            } while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / Slices);
            rates[slice] = count * operations / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
        }
        Array.Sort(rates);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"case": "{{layer.Name}}/{{what}}", "gflops": {{rates[Slices / 2]:F1}}}"""
            )
        );
    }
}
