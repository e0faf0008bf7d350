using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// The matrix B of a product: one block of rows for every tap of a kernel, each a matrix or its transpose; or just one
/// matrix.
/// </summary>
internal unsafe struct Taps
{
    public float* Data;

    /// <summary>
    /// The taps in use: every <see cref="Step"/>th of the kernel's rows and columns, from <see cref="FirstRow"/> and
    /// <see cref="FirstColumn"/> on.
    /// </summary>
    public int FirstRow,
        FirstColumn,
        Step,
        Columns;

    public int KernelWidth,
        TapSize;

    /// <summary>Rows of one tap's block.</summary>
    public int Depth;

    public int Stride;
    public bool Transposed;

    /// <summary>A matrix without taps.</summary>
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
    /// Packs columns from <paramref name="column"/> on, over k from <paramref name="k"/> to <paramref name="k"/> +
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
