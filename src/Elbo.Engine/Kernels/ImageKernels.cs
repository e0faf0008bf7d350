using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Converts image bytes to floats.</summary>
internal static unsafe class ImageKernels
{
    /// <summary>y[i] = pixels[indices[i]] / 255 for rows of <paramref name="width"/> bytes.</summary>
    public static void Gather(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, Tensor y, int width)
    {
        fixed (byte* source = pixels)
        fixed (int* chosen = indices)
        {
            var args = new Args
            {
                Pixels = source,
                Indices = chosen,
                Y = y.Data,
                Count = indices.Length,
                Width = width,
            };
            y.Device.Launch<Loop, Args>(&args, y.Count, KernelCategory.Batch);
        }
    }

    private struct Args
    {
        public byte* Pixels;
        public int* Indices;
        public float* Y;
        public int Count,
            Width;
    }

    private readonly struct Loop : IKernel<Args>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var scale = V.Broadcast(1f / 255f);
            var (first, last) = worker.Share(args->Count, grain: 1);
            for (long row = first; row < last; row++)
            {
                byte* source = args->Pixels + (long)args->Indices[row] * width;
                float* y = args->Y + row * width;
                int i = 0;
                for (; i <= width - V.Width; i += V.Width)
                    (V.LoadBytes(source + i) * scale).Store(y + i);
                for (; i < width; i++)
                    y[i] = source[i] * (1f / 255f);
            }
        }
    }
}
