using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>A term t(a, b, c) that is summed along rows, and its partial derivatives.</summary>
/// <remarks>Terms of fewer operands ignore the rest.</remarks>
internal interface IRowTerm
{
    V Value<V>(V a, V b, V c)
        where V : unmanaged, ISimd<V>;

    void Derivatives<V>(V a, V b, V c, out V da, out V db, out V dc)
        where V : unmanaged, ISimd<V>;
}
