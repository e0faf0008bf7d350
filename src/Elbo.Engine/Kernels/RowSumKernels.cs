using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Computes terms of up to three operands and sums them along rows, in one pass.</summary>
/// <remarks>
/// An operand with fewer rows than the result is repeated: row r reads row r modulo its number of rows.
/// </remarks>
internal static unsafe class RowSumKernels
{
    /// <summary>Factors per lane whose product is sure to be finite, as each is at most 2.</summary>
    private const int MostFactors = 64;

    /// <summary>y[r] = Σᵢ t(a[r, i], b[r, i], c[r, i])</summary>
    public static void Sum<TTerm>(TTerm term, Tensor a, Tensor b, Tensor c, Tensor y, int width)
        where TTerm : unmanaged, IRowTerm
    {
        var args = Arguments(term, a, b, c, y, width);
        long work = 4L * y.Count * width;
        if (args.Pieces == 1)
        {
            y.Device.Launch<Forward<TTerm>, Args<TTerm>>(&args, work);
            return;
        }
        var partial = y.Device.Uninitialized([y.Count, args.Pieces]);
        args.Row = partial.Data;
        y.Device.Launch<Forward<TTerm>, Args<TTerm>>(&args, work);
        ReduceKernels.Sum(partial, y, y.Count, args.Pieces, 1);
    }

    /// <summary>da (+)= dy[r]·∂t/∂a, and likewise for b and c, for every target that is not null.</summary>
    public static void Gradient<TTerm>(
        TTerm term,
        Tensor a,
        Tensor b,
        Tensor c,
        Tensor gradient,
        RowTarget targetA,
        RowTarget targetB,
        RowTarget targetC,
        int width
    )
        where TTerm : unmanaged, IRowTerm
    {
        var args = Arguments(term, a, b, c, gradient, width);
        (args.TargetA, args.TargetB, args.TargetC) = (targetA, targetB, targetC);
        gradient.Device.Launch<Backward<TTerm>, Args<TTerm>>(&args, 4L * gradient.Count * width);
    }

    /// <summary>
    /// Columns of a piece of a row. Pieces are divided among the workers on a GPU, where few long rows would leave most
    /// of them without work.
    /// </summary>
    private const int PieceOnGpu = 2048;

    private static Args<TTerm> Arguments<TTerm>(TTerm term, Tensor a, Tensor b, Tensor c, Tensor rows, int width)
        where TTerm : unmanaged
    {
        int piece = rows.Device.Accelerator is null ? Math.Max(1, width) : PieceOnGpu;
        return new()
        {
            Term = term,
            A = a.Data,
            B = b.Data,
            C = c.Data,
            Rows = rows.Count,
            Width = width,
            Row = rows.Data,
            RowsA = RowsOf(a, width),
            RowsB = RowsOf(b, width),
            RowsC = RowsOf(c, width),
            Piece = piece,
            Pieces = Math.Max(1, (width + piece - 1) / piece),
        };
    }

    /// <summary>At least 1, even for empty operands, because row numbers are taken modulo this value.</summary>
    private static int RowsOf(Tensor operand, int width) => Math.Max(1, operand.Count / Math.Max(1, width));

    internal struct Args<TTerm>
        where TTerm : unmanaged
    {
        public TTerm Term;
        public float* A,
            B,
            C,
            Row;
        public int Rows,
            RowsA,
            RowsB,
            RowsC,
            Width,
            Piece,
            Pieces;
        public RowTarget TargetA,
            TargetB,
            TargetC;
    }

    internal readonly struct Forward<TTerm> : IKernel<Args<TTerm>>
        where TTerm : unmanaged, IRowTerm
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TTerm>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var term = args->Term;
            int width = args->Width;
            var (first, last) = worker.Share((long)args->Rows * args->Pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                long row = item / args->Pieces;
                float* a = args->A + row % args->RowsA * width,
                    b = args->B + row % args->RowsB * width,
                    c = args->C + row % args->RowsC * width;
                var sum = V.Broadcast(0);
                int i = (int)(item % args->Pieces) * args->Piece,
                    stop = Math.Min(width, i + args->Piece);
                for (int end; i <= stop - V.Width; i = end)
                {
                    end = i + Math.Min((stop - i) / V.Width, MostFactors) * V.Width;
                    sum += Part<V>(term, a, b, c, i, end);
                }
                if (i < stop)
                    sum += Tail<V>(term, a + i, b + i, c + i, stop - i);
                V.Broadcast(sum.Sum()).StorePartial(args->Row + item, 1);
            }
        }

        /// <summary>The sum in each lane over columns <paramref name="i"/> to <paramref name="end"/>.</summary>
        [MethodImpl(AggressiveInlining)]
        private static V Part<V>(TTerm term, float* a, float* b, float* c, int i, int end)
            where V : unmanaged, ISimd<V>
        {
            V sum = V.Broadcast(0),
                product = V.Broadcast(1);
            for (; i < end; i += V.Width)
                sum += term.Value(V.Load(a + i), V.Load(b + i), V.Load(c + i), ref product);
            return TTerm.HasFactor ? sum + VectorMath.LogOfPositive(product) : sum;
        }

        /// <summary>The terms of <paramref name="count"/> columns, fewer than fill a register.</summary>
        [MethodImpl(AggressiveInlining)]
        private static V Tail<V>(TTerm term, float* a, float* b, float* c, int count)
            where V : unmanaged, ISimd<V>
        {
            var product = V.Broadcast(1);
            var sum = term.Value(
                V.LoadPartial(a, count),
                V.LoadPartial(b, count),
                V.LoadPartial(c, count),
                ref product
            );
            return V.First(TTerm.HasFactor ? sum + VectorMath.LogOfPositive(product) : sum, count);
        }
    }

    internal readonly struct Backward<TTerm> : IKernel<Args<TTerm>>
        where TTerm : unmanaged, IRowTerm
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TTerm>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var term = args->Term;
            int width = args->Width;
            var (first, last) = worker.Share((long)args->Rows * args->Pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                long row = item / args->Pieces;
                int start = (int)(item % args->Pieces) * args->Piece,
                    stop = Math.Min(width, start + args->Piece);
                float* a = args->A + row % args->RowsA * width,
                    b = args->B + row % args->RowsB * width,
                    c = args->C + row % args->RowsC * width;
                var gradient = V.Broadcast(args->Row[row]);
                for (int i = start; i < stop; i += V.Width)
                {
                    int count = stop - i;
                    V va,
                        vb,
                        vc;
                    if (count >= V.Width)
                        (va, vb, vc) = (V.Load(a + i), V.Load(b + i), V.Load(c + i));
                    else
                        (va, vb, vc) = (
                            V.LoadPartial(a + i, count),
                            V.LoadPartial(b + i, count),
                            V.LoadPartial(c + i, count)
                        );
                    term.Derivatives(va, vb, vc, out var da, out var db, out var dc);
                    args->TargetA.Write(row * width + i, count, gradient * da);
                    args->TargetB.Write(row * width + i, count, gradient * db);
                    args->TargetC.Write(row * width + i, count, gradient * dc);
                }
            }
        }
    }

    /// <summary>The destination of one operand's gradient, or none if null.</summary>
    internal readonly struct RowTarget(float* data, Flag adds)
    {
        [MethodImpl(AggressiveInlining)]
        public void Write<V>(long index, int count, V value)
            where V : unmanaged, ISimd<V>
        {
            if (data == null)
                return;
            float* place = data + index;
            if (count >= V.Width)
                (adds ? V.Load(place) + value : value).Store(place);
            else
                (adds ? V.LoadPartial(place, count) + value : value).StorePartial(place, count);
        }
    }
}
