using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>
/// Copies the windows of images into a matrix (positions, kh·kw·C), and sums windows back into images.
/// </summary>
internal static unsafe class FoldKernel
{
    /// <summary>windows = the pixels under every window position, 0 outside the image.</summary>
    public static void Unfold(
        Device device,
        in ConvolutionGeometry geometry,
        float* image,
        float* windows,
        KernelCategory category
    )
    {
        var args = new Args<NoEpilogue>
        {
            Geometry = geometry,
            Windows = windows,
            Image = image,
        };
        device.Launch<Cut, Args<NoEpilogue>>(&args, (long)geometry.Positions * geometry.WindowSize, category);
    }

    /// <summary>image (+)= the sum over all windows that cover each pixel, followed by the epilogue.</summary>
    /// <remarks>
    /// Every pixel sums its windows in ascending order of taps. Nothing is scattered, so pixels are independent.
    /// </remarks>
    public static void Fold<TEpilogue>(
        Device device,
        in ConvolutionGeometry geometry,
        float* windows,
        float* image,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        var args = new Args<TEpilogue>
        {
            Geometry = geometry,
            Windows = windows,
            Image = image,
            Adds = adds,
            Epilogue = epilogue,
        };
        long work = (long)geometry.Positions * geometry.WindowSize;
        if (device.Accelerator is null)
        {
            device.Launch<Paste<TEpilogue>, Args<TEpilogue>>(&args, work, category);
            return;
        }
        device.Launch<Collect<TEpilogue>, Args<TEpilogue>>(&args, work, category);
        EpiloguePass.Run(
            device,
            image,
            geometry.Count * geometry.Height * geometry.Width,
            geometry.Channels,
            epilogue,
            category
        );
    }

    internal struct Args<TEpilogue>
        where TEpilogue : unmanaged
    {
        public ConvolutionGeometry Geometry;
        public float* Windows,
            Image;
        public Flag Adds;
        public TEpilogue Epilogue;
    }

    internal readonly struct Cut : IKernel<Args<NoEpilogue>>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<NoEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var g = args->Geometry;
            int tapRow = g.KernelWidth * g.Channels,
                line = g.Width * g.Channels;
            // A GPU needs many items to be busy: positions instead of rows.
            int pieces = V.Threads == 1 ? 1 : g.MapWidth,
                length = V.Threads == 1 ? g.MapWidth : 1;
            var (first, last) = worker.Share((long)g.Count * g.MapHeight * pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                long row = item / pieces;
                int from = (int)(item % pieces) * length;
                int top = (int)(row % g.MapHeight) * g.Stride - g.Top;
                float* image = args->Image + row / g.MapHeight * g.Height * line;
                float* window = args->Windows + item * length * g.WindowSize;
                for (int x = 0, left = from * g.Stride - g.Left; x < length; x++, left += g.Stride)
                for (int i = 0; i < g.KernelHeight; i++, window += tapRow)
                {
                    // The pixels under one row of taps are adjacent in the image too.
                    int inside = Math.Min(Math.Max(-left, 0), g.KernelWidth) * g.Channels,
                        to = Math.Min(Math.Max(g.Width - left, 0), g.KernelWidth) * g.Channels;
                    if ((uint)(top + i) >= (uint)g.Height)
                        to = inside;
                    float* source = image + (long)(top + i) * line + (long)left * g.Channels;
                    for (int c = V.Thread; c < inside; c += V.Threads)
                        window[c] = 0;
                    for (int c = inside; c < to; c += V.Width)
                        V.LoadPartial(source + c, to - c).StorePartial(window + c, to - c);
                    for (int c = Math.Max(inside, to) + V.Thread; c < tapRow; c += V.Threads)
                        window[c] = 0;
                }
            }
        }
    }

    internal readonly struct Paste<TEpilogue> : IKernel<Args<TEpilogue>>
        where TEpilogue : unmanaged, IEpilogue
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var g = args->Geometry;
            int channels = g.Channels,
                tapRow = g.KernelWidth * channels,
                line = g.Width * channels;
            var (first, last) = worker.Share((long)g.Count * g.Height, grain: 1);
            for (long row = first; row < last; row++)
            {
                int y = (int)(row % g.Height) + g.Top;
                float* map = args->Windows + row / g.Height * g.MapHeight * g.MapWidth * g.WindowSize;
                float* target = args->Image + row * line;
                if (!args->Adds)
                    new Span<float>(target, line).Clear();
                for (int i = y % g.Stride; i < g.KernelHeight && i <= y; i += g.Stride)
                {
                    int mapY = (y - i) / g.Stride;
                    if (mapY >= g.MapHeight)
                        continue;
                    float* window = map + ((long)mapY * g.MapWidth * g.KernelHeight + i) * tapRow;
                    for (int x = 0, left = -g.Left; x < g.MapWidth; x++, left += g.Stride, window += g.WindowSize)
                    {
                        // One float at a time: a wide load would have to wait for the narrower stores just made for the
                        // neighbouring position.
                        float* place = target + left * channels;
                        int from = 0,
                            to = tapRow;
                        if (left < 0 || left + g.KernelWidth > g.Width)
                        {
                            from = Math.Min(Math.Max(-left, 0), g.KernelWidth) * channels;
                            to = Math.Min(Math.Max(g.Width - left, 0), g.KernelWidth) * channels;
                        }
                        for (int c = from; c < to; c++)
                            place[c] += window[c];
                    }
                }
                if (!TEpilogue.IsEmpty)
                    Finish<V>(args->Epilogue, target, g.Width, channels);
            }
        }

        /// <summary>Applies the epilogue to every pixel of a line.</summary>
        private static void Finish<V>(TEpilogue epilogue, float* line, int width, int channels)
            where V : unmanaged, ISimd<V>
        {
            for (int x = 0; x < width; x++, line += channels)
            for (int c = 0; c < channels; c += V.Width)
            {
                int count = Math.Min(V.Width, channels - c);
                epilogue.Apply(V.LoadPartial(line + c, count), c, count).StorePartial(line + c, count);
            }
        }
    }

    /// <summary>As <see cref="Paste{TEpilogue}"/> without the epilogue, one element of the image at a time.</summary>
    internal readonly struct Collect<TEpilogue> : IKernel<Args<TEpilogue>>
        where TEpilogue : unmanaged, IEpilogue
    {
        /// <summary>Elements of a piece of an image row.</summary>
        private const int Piece = 128;

        public static void Run<V>(Args<TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var g = args->Geometry;
            int line = g.Width * g.Channels,
                tapRow = g.KernelWidth * g.Channels;
            int pieces = (line + Piece - 1) / Piece;
            var (first, last) = worker.Share((long)g.Count * g.Height * pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                long row = item / pieces;
                int start = (int)(item % pieces) * Piece,
                    end = Math.Min(line, start + Piece),
                    y = (int)(row % g.Height) + g.Top;
                float* map = args->Windows + row / g.Height * g.MapHeight * g.MapWidth * g.WindowSize;
                float* target = args->Image + row * line;
                for (int element = start + V.Thread; element < end; element += V.Threads)
                {
                    int column = element / g.Channels,
                        channel = element - column * g.Channels,
                        x = column + g.Left;
                    float sum = args->Adds ? target[element] : 0;
                    for (int i = y % g.Stride; i < g.KernelHeight && i <= y; i += g.Stride)
                    {
                        int mapY = (y - i) / g.Stride;
                        if (mapY >= g.MapHeight)
                            continue;
                        for (int j = x % g.Stride; j < g.KernelWidth && j <= x; j += g.Stride)
                        {
                            int mapX = (x - j) / g.Stride;
                            if (mapX < g.MapWidth)
                                sum += map[
                                    ((long)mapY * g.MapWidth + mapX) * g.WindowSize
                                        + i * tapRow
                                        + j * g.Channels
                                        + channel
                                ];
                        }
                    }
                    target[element] = sum;
                }
            }
        }
    }
}
