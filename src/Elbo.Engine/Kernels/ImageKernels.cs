using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using Elbo.Engine.Memory;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Converts image bytes to floats.</summary>
internal static unsafe class ImageKernels
{
    /// <summary>y[i] = pixels[indices[i]] / 255 for rows of <paramref name="width"/> bytes.</summary>
    public static void Gather(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, Tensor y, int width)
    {
        if (y.Device.Accelerator is null)
        {
            Convert(pixels, indices, y, width);
            return;
        }
        // Only the chosen images are copied to an accelerator.
        byte[] batch = new byte[indices.Length * width];
        int[] order = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            pixels.Slice(indices[i] * width, width).CopyTo(batch.AsSpan(i * width));
            order[i] = i;
        }
        Convert(batch, order, y, width);
    }

    private static void Convert(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, Tensor y, int width)
    {
        fixed (byte* all = pixels)
        fixed (int* given = indices)
        {
            using var source = new Staged<byte>(y.Device, all, pixels.Length);
            using var chosen = new Staged<int>(y.Device, given, indices.Length);
            var args = new Args
            {
                Pixels = source.Data,
                Indices = chosen.Data,
                Y = y.Data,
                Count = indices.Length,
                Width = width,
            };
            y.Device.Launch<Loop, Args>(&args, y.Count, KernelCategory.Batch);
        }
    }

    internal struct Args
    {
        public byte* Pixels;
        public int* Indices;
        public float* Y;
        public int Count,
            Width;
    }

    internal readonly struct Loop : IKernel<Args>
    {
        private const int PieceOnGpu = 1024;

        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var scale = V.Broadcast(1f / 255f);
            // A GPU needs many items to be busy: pieces instead of images.
            int piece = V.Threads == 1 ? Math.Max(1, width) : PieceOnGpu,
                pieces = (width + piece - 1) / piece;
            var (first, last) = worker.Share((long)args->Count * pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                long row = item / pieces;
                byte* source = args->Pixels + (long)args->Indices[row] * width;
                float* y = args->Y + row * width;
                int i = (int)(item % pieces) * piece,
                    stop = Math.Min(width, i + piece);
                for (; i <= stop - V.Width; i += V.Width)
                    (V.LoadBytes(source + i) * scale).Store(y + i);
                for (i += V.Thread; i < stop; i += V.Threads)
                    y[i] = source[i] * (1f / 255f);
            }
        }
    }
}
