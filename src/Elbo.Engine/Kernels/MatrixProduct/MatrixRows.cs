using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>The rows of a matrix in memory, or of its transpose.</summary>
internal readonly unsafe struct MatrixRows(MatrixView matrix) : IPanelSource
{
    public void Pack<V>(int row, int count, int lanes, int k, int length, float* panel) where V : unmanaged, ISimd<V>
        => Packing.Panel<V>(matrix, row, count, lanes, k, length, panel, rowsOfMatrix: true);
}
