using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>A matrix in memory, or its transpose without a copy.</summary>
/// <param name="Data">The first element.</param>
/// <param name="Stride">Elements between stored rows.</param>
/// <param name="Transposed">Whether the stored rows are the columns of the matrix.</param>
internal readonly unsafe record struct MatrixView(nint Data, nint Stride, bool Transposed)
{
    /// <summary>A tensor with two dimensions, or its transpose.</summary>
    public static MatrixView Of(Tensor tensor, bool transposed = false) =>
        new((nint)tensor.Data, tensor.Shape[-1], transposed);

    /// <summary>The same memory with rows and columns exchanged.</summary>
    public MatrixView Transpose() => this with { Transposed = !Transposed };

    /// <summary>The address of element (row, column).</summary>
    public float* At(nint row, nint column) =>
        (float*)Data + (Transposed ? column * Stride + row : row * Stride + column);
}

/// <summary>
/// A matrix whose rows can be packed into panels of a tile's height. In a panel, the elements of the tile for one k are
/// adjacent.
/// </summary>
internal unsafe interface IPanelSource
{
    /// <summary>
    /// Packs tiles <paramref name="first"/> to <paramref name="last"/> of some rows, for k from <paramref name="k"/> to
    /// <paramref name="k"/> + <paramref name="length"/>. Lanes beyond the rows are arbitrary.
    /// </summary>
    /// <remarks>May write one register beyond the end of a panel.</remarks>
    void Pack<V>(in TiledRows rows, int first, int last, int k, int length, float* block)
        where V : unmanaged, ISimd<V>;
}

/// <summary>The rows of a matrix in memory, or of its transpose.</summary>
internal readonly unsafe struct MatrixRows(MatrixView matrix) : IPanelSource
{
    public void Pack<V>(in TiledRows rows, int first, int last, int k, int length, float* block)
        where V : unmanaged, ISimd<V>
    {
        for (int tile = first; tile < last; tile++)
            Packing.Panel<V>(
                matrix,
                rows.Row(tile),
                rows.Count(tile),
                rows.Height(tile),
                k,
                length,
                block + rows.Panel(tile, length),
                rowsOfMatrix: true
            );
    }
}

/// <summary>Copies a strip of a matrix into a panel, where the elements of the strip for one k are adjacent.</summary>
internal static unsafe class Packing
{
    /// <summary>
    /// Packs <paramref name="count"/> rows of A (or columns of B) from <paramref name="start"/>, for k from
    /// <paramref name="k"/> to <paramref name="k"/> + <paramref name="length"/>. Lanes up to <paramref name="lanes"/>
    /// are 0.
    /// </summary>
    /// <remarks>May write one register beyond the end of the panel.</remarks>
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
        // If the strip runs along stored rows, its elements for one k are already adjacent.
        float* source = rowsOfMatrix ? matrix.At(start, k) : matrix.At(k, start);
        if (matrix.Transposed == rowsOfMatrix)
            Copy<V>(source, matrix.Stride, count, lanes, length, panel);
        else
            Transpose<V>(source, matrix.Stride, count, lanes, length, panel);
    }

    /// <summary>
    /// Prefetches part <paramref name="part"/> of <paramref name="parts"/> of the data that <see cref="Panel"/> will
    /// read, while the processor does other work.
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
            // The next k overwrites surplus lanes.
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
