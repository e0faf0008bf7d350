using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// A matrix whose rows can be packed into panels of a tile's height: for every k, a tile's elements side by side.
/// </summary>
internal unsafe interface IPanelSource
{
    /// <summary>
    /// Packs the tiles from <paramref name="first"/> to <paramref name="last"/> of some rows, over k from
    /// <paramref name="k"/> to <paramref name="k"/> + <paramref name="length"/>; lanes beyond the rows are arbitrary.
    /// </summary>
    /// <remarks>May write one register beyond a panel's end.</remarks>
    void Pack<V>(in TiledRows rows, int first, int last, int k, int length, float* block)
        where V : unmanaged, ISimd<V>;
}
