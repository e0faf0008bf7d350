using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Sums and maxima along one dimension of a tensor viewed as (outer, length, inner).</summary>
internal static unsafe class ReduceKernels
{
    /// <summary>
    /// Long rows are summed in pieces of this many elements. This gives every thread work, in an order that does not
    /// depend on the number of threads.
    /// </summary>
    private const int Piece = 4096;

    /// <summary>y[o, i] (+)= scale·Σₗ x[o, l, i]</summary>
    public static void Sum(Tensor x, Tensor y, int outer, int length, int inner, float scale = 1, bool adds = false) =>
        Reduce<SumReduction>(x, y, outer, length, inner, scale, adds);

    /// <summary>y[o, i] = maxₗ x[o, l, i]</summary>
    public static void Max(Tensor x, Tensor y, int outer, int length, int inner) =>
        Reduce<MaxReduction>(x, y, outer, length, inner, 1, adds: false);

    private static void Reduce<TOp>(Tensor x, Tensor y, int outer, int length, int inner, float scale, bool adds)
        where TOp : struct, IReduction
    {
        if (y.Count == 0)
            return;
        var args = new Args
        {
            X = x.Data,
            Y = y.Data,
            Outer = outer,
            Length = length,
            Inner = inner,
            Scale = scale,
            Adds = adds,
        };
        if (inner > 1)
        {
            x.Device.Launch<Columns<TOp>, Args>(&args, x.Count);
            return;
        }
        if (length > Piece)
        {
            args.Pieces = (length + Piece - 1) / Piece;
            float* partial = x.Device.Buffers.Rent(outer * args.Pieces, out int capacity);
            args.Y = partial;
            args.Scale = 1;
            args.Adds = false;
            x.Device.Launch<Rows<TOp>, Args>(&args, x.Count);
            var combine = new Args
            {
                X = partial,
                Y = y.Data,
                Outer = outer,
                Length = args.Pieces,
                Pieces = 1,
                Scale = scale,
                Adds = adds,
            };
            x.Device.Launch<Rows<TOp>, Args>(&combine, outer * args.Pieces);
            x.Device.Buffers.Return(partial, capacity);
            return;
        }
        args.Pieces = 1;
        x.Device.Launch<Rows<TOp>, Args>(&args, x.Count);
    }

    private interface IReduction
    {
        static abstract float Identity { get; }
        static abstract V Combine<V>(V a, V b)
            where V : unmanaged, ISimd<V>;
        static abstract float Combine<V>(V lanes)
            where V : unmanaged, ISimd<V>;
    }

    private readonly struct SumReduction : IReduction
    {
        public static float Identity => 0;

        [MethodImpl(AggressiveInlining)]
        public static V Combine<V>(V a, V b)
            where V : unmanaged, ISimd<V> => a + b;

        [MethodImpl(AggressiveInlining)]
        public static float Combine<V>(V lanes)
            where V : unmanaged, ISimd<V> => lanes.Sum();
    }

    private readonly struct MaxReduction : IReduction
    {
        public static float Identity => float.NegativeInfinity;

        [MethodImpl(AggressiveInlining)]
        public static V Combine<V>(V a, V b)
            where V : unmanaged, ISimd<V> => VectorMath.Largest(a, b);

        [MethodImpl(AggressiveInlining)]
        public static float Combine<V>(V lanes)
            where V : unmanaged, ISimd<V> => lanes.Largest();
    }

    private struct Args
    {
        public float* X,
            Y;
        public int Outer,
            Length,
            Inner,
            Pieces;
        public float Scale;
        public bool Adds;
    }

    /// <summary>Reduces contiguous rows: (outer, length), in Pieces pieces each.</summary>
    private readonly struct Rows<TOp> : IKernel<Args>
        where TOp : struct, IReduction
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var (first, last) = worker.Share((long)args->Outer * args->Pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                long row = item / args->Pieces,
                    piece = item % args->Pieces;
                float* x = args->X + row * args->Length;
                long i = args->Pieces == 1 ? 0 : piece * Piece,
                    end = args->Pieces == 1 ? args->Length : Math.Min(args->Length, i + Piece);
                V a = V.Broadcast(TOp.Identity),
                    b = a;
                for (; i <= end - 2 * V.Width; i += 2 * V.Width)
                {
                    a = TOp.Combine(a, V.Load(x + i));
                    b = TOp.Combine(b, V.Load(x + i + V.Width));
                }
                for (; i <= end - V.Width; i += V.Width)
                    a = TOp.Combine(a, V.Load(x + i));
                float result = TOp.Combine(TOp.Combine(a, b));
                for (; i < end; i++)
                    result = TOp.Combine(TOp.Combine(F32x1.Broadcast(result), F32x1.Load(x + i)));
                result *= args->Scale;
                args->Y[item] = args->Adds ? args->Y[item] + result : result;
            }
        }
    }

    /// <summary>Reduces columns: the inner dimension remains, one register at a time.</summary>
    private readonly struct Columns<TOp> : IKernel<Args>
        where TOp : struct, IReduction
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            const int Block = 16; // floats; a multiple of every register width, and a cache line
            long blocks = (args->Inner + Block - 1) / Block;
            var (first, last) = worker.Share(args->Outer * blocks, grain: 1);
            var scale = V.Broadcast(args->Scale);
            for (long item = first; item < last; item++)
            {
                long row = item / blocks,
                    start = item % blocks * Block;
                long stop = Math.Min(args->Inner, start + Block);
                for (long i = start; i < stop; i += V.Width)
                {
                    int count = (int)Math.Min(V.Width, stop - i);
                    bool whole = count == V.Width;
                    float* x = args->X + row * args->Length * args->Inner + i;
                    var result = V.Broadcast(TOp.Identity);
                    for (int l = 0; l < args->Length; l++, x += args->Inner)
                        result = TOp.Combine(result, whole ? V.Load(x) : V.LoadPartial(x, count));
                    result *= scale;
                    float* y = args->Y + row * args->Inner + i;
                    if (args->Adds)
                        result += whole ? V.Load(y) : V.LoadPartial(y, count);
                    if (whole)
                        result.Store(y);
                    else
                        result.StorePartial(y, count);
                }
            }
        }
    }
}
