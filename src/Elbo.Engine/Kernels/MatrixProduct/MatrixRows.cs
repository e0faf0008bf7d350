using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

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
