using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// The matrix B of a product: a single matrix, or one block of rows per kernel tap. Each block is a matrix or its
/// transpose.
/// </summary>
internal unsafe struct Taps
{
    public float* Data;

    /// <summary>
    /// The taps in use: every <see cref="Step"/>th row and column of the kernel, starting at <see cref="FirstRow"/> and
    /// <see cref="FirstColumn"/>.
    /// </summary>
    public int FirstRow,
        FirstColumn,
        Step,
        Columns;

    public int KernelWidth,
        TapSize;

    /// <summary>Rows in the block of one tap.</summary>
    public int Depth;

    public int Stride;
    public bool Transposed;

    /// <summary>A single matrix, without taps.</summary>
    public static Taps Of(MatrixView matrix, int depth) =>
        new()
        {
            Data = (float*)matrix.Data,
            Depth = Math.Max(1, depth),
            Stride = (int)matrix.Stride,
            Transposed = matrix.Transposed,
            Step = 1,
            Columns = 1,
            KernelWidth = 1,
        };

    /// <summary>
    /// Packs columns from <paramref name="column"/>, for k from <paramref name="k"/> to <paramref name="k"/> +
    /// <paramref name="length"/>.
    /// </summary>
    public readonly void Pack<V>(int column, int count, int lanes, int k, int length, float* panel)
        where V : unmanaged, ISimd<V>
    {
        while (length > 0)
        {
            int tap = k / Depth,
                row = k - tap * Depth,
                run = Math.Min(length, Depth - row);
            int i = tap / Columns,
                j = tap - i * Columns;
            nint index = (nint)(FirstRow + i * Step) * KernelWidth + FirstColumn + j * Step;
            Packing.Panel<V>(
                new MatrixView((nint)(Data + index * TapSize), Stride, Transposed),
                column,
                count,
                lanes,
                row,
                run,
                panel,
                rowsOfMatrix: false
            );
            panel += run * lanes;
            length -= run;
            k += run;
        }
    }
}
