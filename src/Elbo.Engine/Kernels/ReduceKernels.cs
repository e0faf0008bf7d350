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

    /// <summary>As <see cref="Piece"/>, for the elements of long columns.</summary>
    private const int ColumnPiece = 512;

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
        args.PieceLength = inner > 1 ? ColumnPiece : Piece;
        args.Pieces = (length + args.PieceLength - 1) / args.PieceLength;
        if (args.Pieces <= 1)
        {
            args.Pieces = 1;
            Launch<TOp>(x.Device, args, x.Count);
            return;
        }
        float* partial = x.Device.Buffers.Rent(checked(outer * args.Pieces * inner), out int capacity);
        var combine = args with { X = partial, Length = args.Pieces, Pieces = 1, PieceLength = args.Pieces };
        args.Y = partial;
        args.Scale = 1;
        args.Adds = false;
        Launch<TOp>(x.Device, args, x.Count);
        Launch<TOp>(x.Device, combine, (long)outer * combine.Length * inner);
        x.Device.Buffers.Return(partial, capacity);
    }

    private static void Launch<TOp>(Device device, Args args, long work)
        where TOp : struct, IReduction
    {
        if (args.Inner > 1)
            device.Launch<Columns<TOp>, Args>(&args, work);
        else
            device.Launch<Rows<TOp>, Args>(&args, work);
    }

    internal interface IReduction
    {
        static abstract float Identity { get; }
        static abstract V Combine<V>(V a, V b)
            where V : unmanaged, ISimd<V>;
        static abstract float Combine<V>(V lanes)
            where V : unmanaged, ISimd<V>;
    }

    internal readonly struct SumReduction : IReduction
    {
        public static float Identity => 0;

        [MethodImpl(AggressiveInlining)]
        public static V Combine<V>(V a, V b)
            where V : unmanaged, ISimd<V> => a + b;

        [MethodImpl(AggressiveInlining)]
        public static float Combine<V>(V lanes)
            where V : unmanaged, ISimd<V> => lanes.Sum();
    }

    internal readonly struct MaxReduction : IReduction
    {
        public static float Identity => float.NegativeInfinity;

        [MethodImpl(AggressiveInlining)]
        public static V Combine<V>(V a, V b)
            where V : unmanaged, ISimd<V> => VectorMath.Largest(a, b);

        [MethodImpl(AggressiveInlining)]
        public static float Combine<V>(V lanes)
            where V : unmanaged, ISimd<V> => lanes.Largest();
    }

    internal struct Args
    {
        public float* X,
            Y;
        public int Outer,
            Length,
            Inner,
            Pieces,
            PieceLength;
        public float Scale;
        public Flag Adds;
    }

    /// <summary>Reduces contiguous rows: (outer, length), in Pieces pieces each.</summary>
    internal readonly struct Rows<TOp> : IKernel<Args>
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
                long i = piece * args->PieceLength,
                    end = args->Pieces == 1 ? args->Length : Math.Min(args->Length, i + args->PieceLength);
                V a = V.Broadcast(TOp.Identity),
                    b = a;
                for (; i <= end - 2 * V.Width; i += 2 * V.Width)
                {
                    a = TOp.Combine(a, V.Load(x + i));
                    b = TOp.Combine(b, V.Load(x + i + V.Width));
                }
                for (; i <= end - V.Width; i += V.Width)
                    a = TOp.Combine(a, V.Load(x + i));
                if (i < end)
                {
                    // Unused lanes are the identity, so that they do not count.
                    int count = (int)(end - i);
                    var used = V.First(V.BroadcastBits(uint.MaxValue), count);
                    b = TOp.Combine(b, V.Select(used, V.LoadPartial(x + i, count), V.Broadcast(TOp.Identity)));
                }
                var result = V.Broadcast(TOp.Combine(TOp.Combine(a, b)) * args->Scale);
                if (args->Adds)
                    result += V.LoadPartial(args->Y + item, 1);
                result.StorePartial(args->Y + item, 1);
            }
        }
    }

    /// <summary>Reduces columns in Pieces pieces each: the inner dimension remains, one register at a time.</summary>
    internal readonly struct Columns<TOp> : IKernel<Args>
        where TOp : struct, IReduction
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            const int Block = 16; // floats; a multiple of every register width, and a cache line
            long blocks = (args->Inner + Block - 1) / Block;
            var (first, last) = worker.Share(args->Outer * args->Pieces * blocks, grain: 1);
            var scale = V.Broadcast(args->Scale);
            for (long item = first; item < last; item++)
            {
                long part = item / blocks,
                    start = item % blocks * Block;
                long row = part / args->Pieces,
                    from = part % args->Pieces * args->PieceLength;
                long to = args->Pieces == 1 ? args->Length : Math.Min(args->Length, from + args->PieceLength);
                long stop = Math.Min(args->Inner, start + Block);
                for (long i = start; i < stop; i += V.Width)
                {
                    int count = (int)Math.Min(V.Width, stop - i);
                    bool whole = count == V.Width;
                    float* x = args->X + (row * args->Length + from) * args->Inner + i;
                    var result = V.Broadcast(TOp.Identity);
                    for (long l = from; l < to; l++, x += args->Inner)
                        result = TOp.Combine(result, whole ? V.Load(x) : V.LoadPartial(x, count));
                    result *= scale;
                    float* y = args->Y + part * args->Inner + i;
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
