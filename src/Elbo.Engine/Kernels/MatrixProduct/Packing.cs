using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>Copies a strip of a matrix into a panel: for every k, the strip's elements side by side.</summary>
internal static unsafe class Packing
{
    /// <summary>
    /// Packs <paramref name="count"/> rows of A (or columns of B) from <paramref name="start"/> on, over k from
    /// <paramref name="k"/> to <paramref name="k"/> + <paramref name="length"/>; lanes up to <paramref name="lanes"/>
    /// are 0.
    /// </summary>
    /// <remarks>May write one register beyond the panel's end.</remarks>
    public static void Panel<V>(
        MatrixView matrix,
        int start,
        int count,
        int lanes,
        int k,
        int length,
        float* panel,
        bool rowsOfMatrix
    )
        where V : unmanaged, ISimd<V>
    {
        // Where the strip runs along stored rows, its elements for one k lie side by side already.
        float* source = rowsOfMatrix ? matrix.At(start, k) : matrix.At(k, start);
        if (matrix.Transposed == rowsOfMatrix)
            Copy<V>(source, matrix.Stride, count, lanes, length, panel);
        else
            Transpose<V>(source, matrix.Stride, count, lanes, length, panel);
    }

    /// <summary>
    /// Asks for part <paramref name="part"/> of <paramref name="parts"/> of what <see cref="Panel"/> will read, while
    /// there is other work to do.
    /// </summary>
    [MethodImpl(AggressiveOptimization)]
    public static void Prefetch(
        MatrixView matrix,
        int start,
        int count,
        int k,
        int length,
        bool rowsOfMatrix,
        int part,
        int parts
    )
    {
        const int Line = 16; // floats
        if (!Sse.IsSupported)
            return;
        float* source = rowsOfMatrix ? matrix.At(start, k) : matrix.At(k, start);
        var (rows, columns) = matrix.Transposed == rowsOfMatrix ? (length, count) : (count, length);
        int first = (int)((long)rows * part / parts),
            last = (int)((long)rows * (part + 1) / parts);
        source += first * matrix.Stride;
        for (int row = first; row < last; row++, source += matrix.Stride)
        for (int column = 0; column < columns + Line - 1; column += Line)
            Sse.Prefetch1(source + Math.Min(column, columns - 1));
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Copy<V>(float* source, nint stride, int count, int lanes, int length, float* panel)
        where V : unmanaged, ISimd<V>
    {
        if (count == 2 * V.Width && lanes == count)
        {
            for (int q = 0; q < length; q++, source += stride, panel += lanes)
            {
                V.Load(source).Store(panel);
                V.Load(source + V.Width).Store(panel + V.Width);
            }
            return;
        }
        for (int q = 0; q < length; q++, source += stride, panel += lanes)
        for (int lane = 0; lane < lanes; lane += V.Width)
            // Surplus lanes are overwritten by the next k.
            V.LoadPartial(source + lane, count - lane).Store(panel + lane);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Transpose<V>(float* source, nint stride, int count, int lanes, int length, float* panel)
        where V : unmanaged, ISimd<V>
    {
        int q = 0;
        for (; q <= length - V.Width; q += V.Width)
        for (int lane = 0; lane < lanes; lane += V.Width)
            V.Transpose(
                new StridedRows(source + lane * stride + q, stride),
                count - lane,
                panel + q * lanes + lane,
                lanes
            );
        for (; q < length; q++)
        for (int lane = 0; lane < lanes; lane++)
            panel[q * lanes + lane] = lane < count ? source[lane * stride + q] : 0;
    }
}
