using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>x</summary>
internal readonly struct Identity : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => x;

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Broadcast(1);
}

/// <summary>max(x, 0)</summary>
internal readonly struct Relu : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Max(V.Broadcast(0), x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.LessThan(V.Broadcast(0), y) & V.Broadcast(1);
}

/// <summary>x for x &gt; 0, else slope·x</summary>
internal readonly struct LeakyRelu(float slope) : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Select(V.LessThan(V.Broadcast(0), x), x, x * V.Broadcast(slope));

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Select(V.LessThan(V.Broadcast(0), y), V.Broadcast(1), V.Broadcast(slope));
}

/// <summary>x for x &gt; 0, else eˣ − 1</summary>
internal readonly struct Elu : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Select(V.LessThan(V.Broadcast(0), x), x, VectorMath.ExpMinusOne(x));

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Min(V.Broadcast(0), y) + V.Broadcast(1);
}

/// <summary>tanh x</summary>
internal readonly struct Tanh : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Tanh(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Fma(-y, y, V.Broadcast(1));
}

/// <summary>1 / (1 + e⁻ˣ)</summary>
internal readonly struct Sigmoid : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Sigmoid(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Fma(-y, y, y);
}

/// <summary>log(1 + eˣ)</summary>
internal readonly struct Softplus : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Softplus(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => -VectorMath.ExpMinusOne(-y);
}

/// <summary>x·sigmoid(x)</summary>
internal readonly struct Silu : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Silu(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V>
    {
        var s = VectorMath.Sigmoid(x);
        return V.Fma(y, V.Broadcast(1) - s, s);
    }
}

/// <summary>x·Φ(x), where Φ is the normal distribution function (the exact form, not its tanh approximation)</summary>
internal readonly struct Gelu : IUnary
{
    private const float InverseRootTwo = 0.707106781f;
    private const float InverseRootTwoPi = 0.398942280f;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => x * Phi(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> =>
        V.Fma(x * V.Broadcast(InverseRootTwoPi), VectorMath.Exp(x * x * V.Broadcast(-0.5f)), Phi(x));

    [MethodImpl(AggressiveInlining)]
    private static V Phi<V>(V x)
        where V : unmanaged, ISimd<V> =>
        V.Fma(VectorMath.Erf(x * V.Broadcast(InverseRootTwo)), V.Broadcast(0.5f), V.Broadcast(0.5f));
}
