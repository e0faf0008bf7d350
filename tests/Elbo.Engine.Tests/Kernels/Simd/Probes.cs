using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Tests.Kernels.Simd;

/// <summary>eˣ − 1</summary>
internal readonly struct ExpMinusOneProbe : IUnary
{
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.ExpMinusOne(x);

    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => y;
}

/// <summary>log(1 + x), x in [0, 1]</summary>
internal readonly struct LogOnePlusProbe : IUnary
{
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.LogOnePlus(x);

    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => y;
}

/// <summary>The error function</summary>
internal readonly struct ErfProbe : IUnary
{
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Erf(x);

    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => y;
}

/// <summary>sin(2πx), x in [0, 1)</summary>
internal readonly struct SineProbe : IUnary
{
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.SinCosTurns(x, out _);

    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => y;
}

/// <summary>cos(2πx), x in [0, 1)</summary>
internal readonly struct CosineProbe : IUnary
{
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        VectorMath.SinCosTurns(x, out var cosine);
        return cosine;
    }

    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => y;
}
