using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Sums and maxima along one dimension of a tensor viewed as (outer, length, inner).</summary>
internal static unsafe class ReduceKernels
{
    /// <summary>y[o, i] (+)= scale·Σₗ x[o, l, i]</summary>
    public static void Sum(Tensor x, Tensor y, int outer, int length, int inner, float scale = 1, bool adds = false) =>
        Reduce<SumReduction, SumReduction>(x, null, y, outer, length, inner, scale, adds);

    /// <summary>y[i] = scale·Σₗ (x[l, i] − centre[i])²</summary>
    public static void SquaredDeviations(Tensor x, Tensor centre, Tensor y, int length, int inner, float scale) =>
        Reduce<SquareReduction, SumReduction>(x, centre, y, 1, length, inner, scale, adds: false);

    /// <summary>y[o, i] = maxₗ x[o, l, i]</summary>
    public static void Max(Tensor x, Tensor y, int outer, int length, int inner) =>
        Reduce<MaxReduction, MaxReduction>(x, null, y, outer, length, inner, 1, adds: false);

    private static void Reduce<TFirst, TNext>(
        Tensor x,
        Tensor? centre,
        Tensor y,
        int outer,
        int length,
        int inner,
        float scale,
        bool adds
    )
        where TFirst : struct, IReduction
        where TNext : struct, IReduction
    {
        if (y.Count == 0)
            return;
        Reduce<TFirst, TNext>(
            x.Device,
            new Args
            {
                X = x.Data,
                Centre = centre is null ? null : centre.Data,
                Y = y.Data,
                Outer = outer,
                Length = length,
                Inner = inner,
                Scale = scale,
                Adds = adds,
            }
        );
    }

    /// <summary>
    /// Long dimensions are reduced in pieces, and then the pieces. This gives every thread work, in an order that does
    /// not depend on the number of threads.
    /// </summary>
    private static void Reduce<TFirst, TNext>(Device device, Args args)
        where TFirst : struct, IReduction
        where TNext : struct, IReduction
    {
        int piece = PieceLength(device, args.Inner);
        long work = (long)args.Outer * args.Length * args.Inner;
        args.Pieces = Math.Max(1, (args.Length + piece - 1) / piece);
        args.PieceLength = args.Pieces == 1 ? args.Length : piece;
        if (args.Pieces == 1)
        {
            Launch<TFirst>(device, args, work);
            return;
        }
        float* partial = device.Buffers.Rent(checked(args.Outer * args.Pieces * args.Inner), out int capacity);
        Launch<TFirst>(device, args with { Y = partial, Scale = 1, Adds = false }, work);
        Reduce<TNext, TNext>(device, args with { X = partial, Length = args.Pieces });
        device.Buffers.Return(partial, capacity);
    }

    /// <summary>Elements of a piece of a row or a column. A GPU needs many pieces to be busy.</summary>
    private static int PieceLength(Device device, int inner) =>
        (device.Accelerator is null, inner > 1) switch
        {
            (true, true) => 512,
            (true, false) => 4096,
            (false, true) => 64,
            (false, false) => 1024,
        };

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

        /// <summary>Whether elements are taken relative to a centre.</summary>
        static virtual bool IsCentred => false;

        /// <summary>What is reduced for an element.</summary>
        static virtual V Term<V>(V x, V centre)
            where V : unmanaged, ISimd<V> => x;

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

    internal readonly struct SquareReduction : IReduction
    {
        public static float Identity => 0;

        public static bool IsCentred => true;

        [MethodImpl(AggressiveInlining)]
        public static V Term<V>(V x, V centre)
            where V : unmanaged, ISimd<V> => (x - centre) * (x - centre);

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
            Centre,
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
                    end = Math.Min(args->Length, i + args->PieceLength);
                var centre = V.Broadcast(TOp.IsCentred ? args->Centre[row] : 0);
                V a = V.Broadcast(TOp.Identity),
                    b = a;
                for (; i <= end - 2 * V.Width; i += 2 * V.Width)
                {
                    a = TOp.Combine(a, TOp.Term(V.Load(x + i), centre));
                    b = TOp.Combine(b, TOp.Term(V.Load(x + i + V.Width), centre));
                }
                for (; i <= end - V.Width; i += V.Width)
                    a = TOp.Combine(a, TOp.Term(V.Load(x + i), centre));
                if (i < end)
                {
                    // Unused lanes are the identity, so that they do not count.
                    int count = (int)(end - i);
                    var used = V.First(V.BroadcastBits(uint.MaxValue), count);
                    var term = TOp.Term(V.LoadPartial(x + i, count), centre);
                    b = TOp.Combine(b, V.Select(used, term, V.Broadcast(TOp.Identity)));
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
            int block = Math.Max(16, V.Width); // floats; a multiple of the register width, and a cache line at least
            long blocks = (args->Inner + block - 1) / block;
            var (first, last) = worker.Share(args->Outer * args->Pieces * blocks, grain: 1);
            var scale = V.Broadcast(args->Scale);
            for (long item = first; item < last; item++)
            {
                long part = item / blocks,
                    start = item % blocks * block;
                long row = part / args->Pieces,
                    from = part % args->Pieces * args->PieceLength;
                long to = Math.Min(args->Length, from + args->PieceLength);
                long stop = Math.Min(args->Inner, start + block);
                for (long i = start; i < stop; i += V.Width)
                {
                    int count = (int)Math.Min(V.Width, stop - i);
                    bool whole = count == V.Width;
                    float* x = args->X + (row * args->Length + from) * args->Inner + i;
                    var result = V.Broadcast(TOp.Identity);
                    var centre = TOp.IsCentred ? V.LoadPartial(args->Centre + i, count) : result;
                    for (long l = from; l < to; l++, x += args->Inner)
                        result = TOp.Combine(result, TOp.Term(whole ? V.Load(x) : V.LoadPartial(x, count), centre));
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
