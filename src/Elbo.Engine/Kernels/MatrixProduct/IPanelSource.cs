using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>A matrix that can be packed: for every k, a strip's elements side by side.</summary>
internal unsafe interface IPanelSource
{
    /// <summary>Packs <paramref name="count"/> rows from <paramref name="row"/> on, over k from <paramref name="k"/> to <paramref name="k"/> + <paramref name="length"/>; lanes up to <paramref name="lanes"/> are arbitrary.</summary>
    /// <remarks>May write one register beyond the panel's end.</remarks>
    void Pack<V>(int row, int count, int lanes, int k, int length, float* panel) where V : unmanaged, ISimd<V>;
}
