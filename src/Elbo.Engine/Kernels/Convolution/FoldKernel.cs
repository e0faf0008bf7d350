using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>Puts windows (positions, kh·kw·C) back over the images they were cut from, adding up where they overlap.</summary>
/// <remarks>Every pixel collects from its windows in ascending order of taps; nothing is scattered, so pixels are independent of each other.</remarks>
internal static unsafe class FoldKernel
{
    /// <summary>image (+)= the sum of what lies over each pixel, then the epilogue.</summary>
    public static void Fold<TEpilogue>(Device device, in ConvolutionGeometry geometry, float* windows, float* image, bool adds, TEpilogue epilogue, KernelCategory category)
        where TEpilogue : unmanaged, IEpilogue
    {
        var args = new Args<TEpilogue> { Geometry = geometry, Windows = windows, Image = image, Adds = adds, Epilogue = epilogue };
        device.Launch<Loop<TEpilogue>, Args<TEpilogue>>(&args, 4L * geometry.Count * geometry.Height * geometry.Width * geometry.Channels, category);
    }

    private struct Args<TEpilogue> where TEpilogue : unmanaged
    {
        public ConvolutionGeometry Geometry;
        public float* Windows, Image;
        public bool Adds;
        public TEpilogue Epilogue;
    }

    private readonly struct Loop<TEpilogue> : IKernel<Args<TEpilogue>> where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TEpilogue>* args, Worker worker) where V : unmanaged, ISimd<V>
        {
            var g = args->Geometry;
            int window = g.WindowSize, channels = g.Channels;
            float* sums = stackalloc float[16];
            var (first, last) = worker.Share((long)g.Count * g.Height, grain: 1);
            for (long line = first; line < last; line++)
            {
                int y = (int)(line % g.Height);
                float* map = args->Windows + line / g.Height * g.MapHeight * g.MapWidth * window;
                float* target = args->Image + line * g.Width * channels;
                for (int x = 0; x < g.Width; x++, target += channels)
                {
                    for (int c = 0; c < channels; c++) sums[c] = args->Adds ? target[c] : 0;
                    for (int i = (y + g.Top) % g.Stride; i < g.KernelHeight; i += g.Stride)
                    {
                        int mapY = (y + g.Top - i) / g.Stride;
                        if (y + g.Top < i || mapY >= g.MapHeight) continue;
                        for (int j = (x + g.Left) % g.Stride; j < g.KernelWidth; j += g.Stride)
                        {
                            int mapX = (x + g.Left - j) / g.Stride;
                            if (x + g.Left < j || mapX >= g.MapWidth) continue;
                            float* tap = map + ((long)mapY * g.MapWidth + mapX) * window + (i * g.KernelWidth + j) * channels;
                            for (int c = 0; c < channels; c++) sums[c] += tap[c];
                        }
                    }
                    for (int c = 0; c < channels; c += V.Width)
                    {
                        int count = Math.Min(V.Width, channels - c);
                        args->Epilogue.Apply(V.LoadPartial(sums + c, count), c, count).StorePartial(target + c, count);
                    }
                }
            }
        }
    }
}
