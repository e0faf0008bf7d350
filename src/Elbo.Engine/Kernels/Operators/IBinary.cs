using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>y = f(a, b) and its partial derivatives, written once for every register width.</summary>
internal interface IBinary
{
    static abstract V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V>;

    /// <summary>∂y/∂a</summary>
    static abstract V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V>;

    /// <summary>∂y/∂b</summary>
    static abstract V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V>;
}
