using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

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

/// <summary>a + b</summary>
internal readonly struct Add : IBinary
{
    [MethodImpl(AggressiveInlining)]
    public static V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V> => a + b;

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(1);

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(1);
}

/// <summary>a − b</summary>
internal readonly struct Subtract : IBinary
{
    [MethodImpl(AggressiveInlining)]
    public static V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V> => a - b;

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(1);

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(-1);
}

/// <summary>a·b</summary>
internal readonly struct Multiply : IBinary
{
    [MethodImpl(AggressiveInlining)]
    public static V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V> => a * b;

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V> => b;

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V> => a;
}

/// <summary>a / b</summary>
internal readonly struct Divide : IBinary
{
    [MethodImpl(AggressiveInlining)]
    public static V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V> => a / b;

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(1) / b;

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V> => -a / (b * b);
}

/// <summary>1 if a equals b, else 0; the derivative is 0</summary>
internal readonly struct IsEqual : IBinary
{
    [MethodImpl(AggressiveInlining)]
    public static V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V> =>
        V.Select(V.LessThan(a, b), V.Broadcast(0), V.Select(V.LessThan(b, a), V.Broadcast(0), V.Broadcast(1)));

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(0);

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(0);
}

/// <summary>1 if a is less than b, else 0; the derivative is 0</summary>
internal readonly struct IsLess : IBinary
{
    [MethodImpl(AggressiveInlining)]
    public static V Apply<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.LessThan(a, b) & V.Broadcast(1);

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeA<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(0);

    [MethodImpl(AggressiveInlining)]
    public static V DerivativeB<V>(V a, V b)
        where V : unmanaged, ISimd<V> => V.Broadcast(0);
}
