using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Elementwise loops over two tensors that broadcast to a third.</summary>
internal static unsafe class ZipKernels
{
    /// <summary>y (+)= f(a, b), where a and b broadcast to the shape of y.</summary>
    public static void Zip<TOp>(Tensor a, Tensor b, Tensor y, bool adds = false)
        where TOp : struct, IBinary => Launch<Apply<TOp>>(a, b, null, y, adds);

    /// <summary>d (+)= dy·∂f/∂a, with the broadcast shape.</summary>
    public static void GradientA<TOp>(Tensor a, Tensor b, Tensor gradient, Tensor target, bool adds)
        where TOp : struct, IBinary => Launch<DerivativeA<TOp>>(a, b, gradient, target, adds);

    /// <summary>d (+)= dy·∂f/∂b, with the broadcast shape.</summary>
    public static void GradientB<TOp>(Tensor a, Tensor b, Tensor gradient, Tensor target, bool adds)
        where TOp : struct, IBinary => Launch<DerivativeB<TOp>>(a, b, gradient, target, adds);

    private static void Launch<TTerm>(Tensor a, Tensor b, Tensor? gradient, Tensor y, bool adds)
        where TTerm : struct, ITerm
    {
        if (y.Count == 0)
            return;
        var args = new Args
        {
            A = a.Data,
            B = b.Data,
            Gradient = gradient is null ? y.Data : gradient.Data,
            Y = y.Data,
            Adds = adds,
            Plan = new BroadcastPlan(a.Shape, b.Shape, y.Shape),
        };
        y.Device.Launch<Loop<TTerm>, Args>(&args, y.Count);
    }

    /// <summary>The value stored for one register of operands and upstream gradient.</summary>
    internal interface ITerm
    {
        static abstract V Compute<V>(V a, V b, V gradient)
            where V : unmanaged, ISimd<V>;
    }

    internal readonly struct Apply<TOp> : ITerm
        where TOp : struct, IBinary
    {
        [MethodImpl(AggressiveInlining)]
        public static V Compute<V>(V a, V b, V gradient)
            where V : unmanaged, ISimd<V> => TOp.Apply(a, b);
    }

    internal readonly struct DerivativeA<TOp> : ITerm
        where TOp : struct, IBinary
    {
        [MethodImpl(AggressiveInlining)]
        public static V Compute<V>(V a, V b, V gradient)
            where V : unmanaged, ISimd<V> => gradient * TOp.DerivativeA(a, b);
    }

    internal readonly struct DerivativeB<TOp> : ITerm
        where TOp : struct, IBinary
    {
        [MethodImpl(AggressiveInlining)]
        public static V Compute<V>(V a, V b, V gradient)
            where V : unmanaged, ISimd<V> => gradient * TOp.DerivativeB(a, b);
    }

    internal struct Args
    {
        public float* A,
            B,
            Gradient,
            Y;
        public Flag Adds;
        public BroadcastPlan Plan;
    }

    internal readonly struct Loop<TTerm> : IKernel<Args>
        where TTerm : struct, ITerm
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            ref var plan = ref args->Plan;
            if (plan.Rows == 1)
            {
                var (start, end) = worker.Share(plan.Columns);
                Row<V>(args, 0, 0, 0, start, end);
                return;
            }
            var (first, last) = worker.Share(plan.Rows, Math.Max(1, 64 / plan.Columns));
            for (long row = first; row < last; row++)
            {
                plan.Offsets(row, out long offsetA, out long offsetB);
                Row<V>(args, row * plan.Columns, offsetA, offsetB, 0, plan.Columns);
            }
        }

        [MethodImpl(AggressiveOptimization)]
        private static void Row<V>(Args* args, long offset, long offsetA, long offsetB, long i, long end)
            where V : unmanaged, ISimd<V>
        {
            float* a = args->A + offsetA,
                b = args->B + offsetB,
                gradient = args->Gradient + offset,
                y = args->Y + offset;
            long strideA = args->Plan.ColumnStrideA,
                strideB = args->Plan.ColumnStrideB;
            bool adds = args->Adds;
            for (; i < end; i += V.Width)
            {
                int count = (int)Math.Min(V.Width, end - i);
                bool whole = count == V.Width;
                var left =
                    strideA == 0 ? V.Broadcast(*a)
                    : whole ? V.Load(a + i)
                    : V.LoadPartial(a + i, count);
                var right =
                    strideB == 0 ? V.Broadcast(*b)
                    : whole ? V.Load(b + i)
                    : V.LoadPartial(b + i, count);
                var result = TTerm.Compute(
                    left,
                    right,
                    whole ? V.Load(gradient + i) : V.LoadPartial(gradient + i, count)
                );
                if (adds)
                    result += whole ? V.Load(y + i) : V.LoadPartial(y + i, count);
                if (whole)
                    result.Store(y + i);
                else
                    result.StorePartial(y + i, count);
            }
        }
    }
}

/// <summary>
/// The traversal of two operands that broadcast to one output, as rows of columns with dimensions merged where
/// possible.
/// </summary>
/// <remarks>
/// Adjacent dimensions are merged if both operands step through them evenly, so that the common cases have one row.
/// </remarks>
internal unsafe struct BroadcastPlan
{
    private fixed int _extents[Shape.MaxRank]; // innermost first
    private fixed long _stridesA[Shape.MaxRank]; // 0 for a broadcast dimension
    private fixed long _stridesB[Shape.MaxRank];
    private int _rank;

    public BroadcastPlan(Shape a, Shape b, Shape output)
    {
        long strideA = 1,
            strideB = 1;
        for (int i = 1; i <= output.Rank; i++)
        {
            int extent = output[output.Rank - i];
            int extentA = i <= a.Rank ? a[a.Rank - i] : 1,
                extentB = i <= b.Rank ? b[b.Rank - i] : 1;
            if (extent != 1)
                Append(extent, extentA == 1 ? 0 : strideA, extentB == 1 ? 0 : strideB);
            strideA *= extentA;
            strideB *= extentB;
        }
        if (_rank == 0)
            Append(1, 0, 0);
        Columns = _extents[0];
        ColumnStrideA = _stridesA[0];
        ColumnStrideB = _stridesB[0];
        Rows = 1;
        for (int i = 1; i < _rank; i++)
            Rows *= _extents[i];
    }

    public long Rows { get; }

    public long Columns { get; }

    /// <summary>1, or 0 if every column reads the same element.</summary>
    public long ColumnStrideA { get; }

    public long ColumnStrideB { get; }

    /// <summary>The offset of row <paramref name="row"/> in each operand.</summary>
    public readonly void Offsets(long row, out long offsetA, out long offsetB)
    {
        offsetA = offsetB = 0;
        for (int i = 1; i < _rank; i++)
        {
            long index = row % _extents[i];
            row /= _extents[i];
            offsetA += index * _stridesA[i];
            offsetB += index * _stridesB[i];
        }
    }

    private void Append(int extent, long strideA, long strideB)
    {
        int inner = _rank - 1;
        if (
            _rank > 0
            && Merges(strideA, _stridesA[inner], _extents[inner])
            && Merges(strideB, _stridesB[inner], _extents[inner])
        )
        {
            _extents[inner] *= extent;
            return;
        }
        _extents[_rank] = extent;
        _stridesA[_rank] = strideA;
        _stridesB[_rank] = strideB;
        _rank++;
    }

    private static bool Merges(long outerStride, long innerStride, int innerExtent) =>
        innerStride == 0 ? outerStride == 0 : outerStride == innerStride * innerExtent;
}
