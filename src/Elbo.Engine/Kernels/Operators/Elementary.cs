using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>
/// y = f(x) and its derivative, written once for every register width. Fields hold the constants of the formula.
/// </summary>
internal interface IUnary
{
    V Apply<V>(V x)
        where V : unmanaged, ISimd<V>;

    /// <summary>dy/dx, computed from x or y, whichever is cheaper.</summary>
    V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V>;
}

/// <summary>The same value for every x</summary>
internal readonly struct Constant(float value) : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Broadcast(value);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Broadcast(0);
}

/// <summary>scale·x + shift</summary>
internal readonly struct Affine(float scale, float shift) : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Fma(x, V.Broadcast(scale), V.Broadcast(shift));

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Broadcast(scale);
}

/// <summary>eˣ</summary>
internal readonly struct Exp : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Exp(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => y;
}

/// <summary>The natural logarithm</summary>
internal readonly struct Log : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => VectorMath.Log(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Broadcast(1) / x;
}

/// <summary>√x</summary>
internal readonly struct Sqrt : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Sqrt(x);

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => V.Broadcast(0.5f) / y;
}

/// <summary>x²</summary>
internal readonly struct Square : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => x * x;

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V> => x + x;
}

/// <summary>x clamped to [low, high]; the derivative is 1 there, bounds included, and 0 outside</summary>
internal readonly struct Clamp(float low, float high) : IUnary
{
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ISimd<V> => V.Min(V.Broadcast(high), V.Max(V.Broadcast(low), x));

    [MethodImpl(AggressiveInlining)]
    public V Derivative<V>(V x, V y)
        where V : unmanaged, ISimd<V>
    {
        var one = V.Broadcast(1);
        var notLow = V.Select(V.LessThan(x, V.Broadcast(low)), V.Broadcast(0), one);
        return V.Select(V.LessThan(V.Broadcast(high), x), V.Broadcast(0), notLow);
    }
}
