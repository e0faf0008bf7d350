using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using Elbo.Engine.Memory;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Copies between layouts of the same elements with different strides, and copies of rows by index.</summary>
internal static unsafe class CopyKernels
{
    /// <summary>
    /// target[i…] (+)= source[i…] for every index within <paramref name="extents"/>. Each side has its own strides and
    /// first element.
    /// </summary>
    public static void Strided(
        ReadOnlySpan<int> extents,
        Tensor source,
        int sourceStart,
        ReadOnlySpan<int> sourceStrides,
        Tensor target,
        int targetStart,
        ReadOnlySpan<int> targetStrides,
        bool adds
    )
    {
        var args = new StridedArgs
        {
            Source = source.Data + sourceStart,
            Target = target.Data + targetStart,
            Adds = adds,
            Rank = extents.Length,
            Rows = 1,
        };
        for (int i = 0; i < extents.Length; i++)
        {
            args.Extents[i] = extents[i];
            args.SourceStrides[i] = sourceStrides[i];
            args.TargetStrides[i] = targetStrides[i];
            if (i < extents.Length - 1)
                args.Rows *= extents[i];
        }
        args.Columns = extents.IsEmpty ? 1 : extents[^1];
        target.Device.Launch<StridedLoop, StridedArgs>(&args, 2 * args.Rows * args.Columns);
    }

    /// <summary>y[i] = x[indices[i]] for rows of <paramref name="width"/> elements.</summary>
    public static void Gather(Tensor x, ReadOnlySpan<int> indices, Tensor y, int width)
    {
        fixed (int* given = indices)
        {
            using var chosen = new Staged<int>(x.Device, given, indices.Length);
            var args = new RowArgs
            {
                Source = x.Data,
                Target = y.Data,
                Indices = chosen.Data,
                Count = indices.Length,
                Width = width,
            };
            x.Device.Launch<GatherLoop, RowArgs>(&args, y.Count);
        }
    }

    /// <summary>x[indices[i]] += y[i]. Repeated rows are summed in the order of i.</summary>
    public static void ScatterAdd(Tensor y, ReadOnlySpan<int> indices, Tensor x, int width)
    {
        fixed (int* given = indices)
        {
            using var chosen = new Staged<int>(x.Device, given, indices.Length);
            var args = new RowArgs
            {
                Source = y.Data,
                Target = x.Data,
                Indices = chosen.Data,
                Count = indices.Length,
                Width = width,
            };
            x.Device.Launch<ScatterLoop, RowArgs>(&args, y.Count);
        }
    }

    internal struct StridedArgs
    {
        public float* Source,
            Target;
        public Flag Adds;
        public int Rank;
        public long Rows,
            Columns;
        public fixed int Extents[Shape.MaxRank];
        public fixed int SourceStrides[Shape.MaxRank];
        public fixed int TargetStrides[Shape.MaxRank];
    }

    internal struct RowArgs
    {
        public float* Source,
            Target;
        public int* Indices;
        public int Count,
            Width;
    }

    internal readonly struct StridedLoop : IKernel<StridedArgs>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(StridedArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            if (V.Threads > 1)
            {
                Elements<V>(args, worker);
                return;
            }
            int last = args->Rank - 1;
            long sourceStride = last < 0 ? 1 : args->SourceStrides[last],
                targetStride = last < 0 ? 1 : args->TargetStrides[last];
            bool contiguous = sourceStride == 1 && targetStride == 1;
            var (first, end) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < end; row++)
            {
                float* source = args->Source,
                    target = args->Target;
                long rest = row;
                for (int i = last - 1; i >= 0; i--)
                {
                    long index = rest % args->Extents[i];
                    rest /= args->Extents[i];
                    source += index * args->SourceStrides[i];
                    target += index * args->TargetStrides[i];
                }
                long column = 0;
                if (contiguous)
                    for (; column <= args->Columns - V.Width; column += V.Width)
                        (
                            args->Adds ? V.Load(target + column) + V.Load(source + column) : V.Load(source + column)
                        ).Store(target + column);
                for (; column < args->Columns; column++)
                    Copy(source + column * sourceStride, target + column * targetStride, args->Adds);
            }
        }

        /// <summary>The elements one by one, divided among the threads of a warp.</summary>
        private static void Elements<V>(StridedArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var (first, last) = worker.Share(args->Rows * args->Columns, V.Threads);
            for (int element = (int)first + V.Thread; element < last; element += V.Threads)
            {
                float* source = args->Source,
                    target = args->Target;
                int rest = element;
                for (int i = args->Rank - 1; i >= 0; i--)
                {
                    int row = rest / args->Extents[i],
                        index = rest - row * args->Extents[i];
                    rest = row;
                    source += (long)index * args->SourceStrides[i];
                    target += (long)index * args->TargetStrides[i];
                }
                Copy(source, target, args->Adds);
            }
        }

        [MethodImpl(AggressiveInlining)]
        private static void Copy(float* source, float* target, bool adds) =>
            *target = adds ? *target + *source : *source;
    }

    internal readonly struct GatherLoop : IKernel<RowArgs>
    {
        public static void Run<V>(RowArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var (first, last) = worker.Share(args->Count, grain: 1);
            for (long i = first; i < last; i++)
            {
                float* source = args->Source + (long)args->Indices[i] * args->Width,
                    target = args->Target + i * args->Width;
                int column = 0;
                for (; column <= args->Width - V.Width; column += V.Width)
                    V.Load(source + column).Store(target + column);
                if (column < args->Width)
                    V.LoadPartial(source + column, args->Width - column)
                        .StorePartial(target + column, args->Width - column);
            }
        }
    }

    /// <summary>Divides the work by columns, so that no two workers add to the same element.</summary>
    internal readonly struct ScatterLoop : IKernel<RowArgs>
    {
        public static void Run<V>(RowArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var (first, last) = worker.Share(args->Width);
            for (int i = 0; i < args->Count; i++)
            {
                float* source = args->Source + (long)i * args->Width,
                    target = args->Target + (long)args->Indices[i] * args->Width;
                long column = first;
                for (; column <= last - V.Width; column += V.Width)
                    (V.Load(target + column) + V.Load(source + column)).Store(target + column);
                if (column < last)
                {
                    int count = (int)(last - column);
                    (V.LoadPartial(target + column, count) + V.LoadPartial(source + column, count)).StorePartial(
                        target + column,
                        count
                    );
                }
            }
        }
    }
}
