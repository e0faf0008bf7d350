using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>
/// y = f(x) and its derivative, written once for every register width; fields are the formula's constants.
/// </summary>
internal interface IUnary
{
    V Apply<V>(V x)
        where V : unmanaged, ISimd<V>;

    /// <summary>dy/dx, from whichever of x and y makes it cheapest.</summary>
    V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V>;
}
