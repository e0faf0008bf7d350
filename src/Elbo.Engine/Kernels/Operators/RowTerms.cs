using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>A term t(a, b, c) = s + log f to be summed along rows, and its partial derivatives.</summary>
/// <remarks>
/// Terms with fewer operands ignore the others. Factors f are multiplied, so that a row needs few logarithms.
/// </remarks>
internal interface IRowTerm
{
    /// <summary>Whether terms have factors f, which lie in [1, 2].</summary>
    static abstract bool HasFactor { get; }

    /// <summary>Returns s, and multiplies <paramref name="product"/> by f.</summary>
    V Value<V>(V a, V b, V c, ref V product)
        where V : unmanaged, ISimd<V>;

    void Derivatives<V>(V a, V b, V c, out V da, out V db, out V dc)
        where V : unmanaged, ISimd<V>;
}

/// <summary>
/// −[b·log σ(a) + (1 − b)·log(1 − σ(a))] for a logit a, computed as max(a, 0) − a·b + log(1 + e^−|a|).
/// </summary>
internal readonly struct CrossEntropyTerm : IRowTerm
{
    public static bool HasFactor => true;

    [MethodImpl(AggressiveInlining)]
    public V Value<V>(V a, V b, V c, ref V product)
        where V : unmanaged, ISimd<V>
    {
        product *= V.Broadcast(1) + VectorMath.Exp(-V.Abs(a));
        return V.Fma(-a, b, V.Max(V.Broadcast(0), a));
    }

    [MethodImpl(AggressiveInlining)]
    public void Derivatives<V>(V a, V b, V c, out V da, out V db, out V dc)
        where V : unmanaged, ISimd<V>
    {
        da = VectorMath.Sigmoid(a) - b;
        db = -a;
        dc = V.Broadcast(0);
    }
}

/// <summary>(a − b)²</summary>
internal readonly struct SquaredErrorTerm : IRowTerm
{
    public static bool HasFactor => false;

    [MethodImpl(AggressiveInlining)]
    public V Value<V>(V a, V b, V c, ref V product)
        where V : unmanaged, ISimd<V>
    {
        var d = a - b;
        return d * d;
    }

    [MethodImpl(AggressiveInlining)]
    public void Derivatives<V>(V a, V b, V c, out V da, out V db, out V dc)
        where V : unmanaged, ISimd<V>
    {
        da = (a - b) * V.Broadcast(2);
        db = -da;
        dc = V.Broadcast(0);
    }
}

/// <summary>log N(a; b, c²) = −½[log 2π + ((a − b)/c)²] − log c</summary>
internal readonly struct GaussianLogDensityTerm : IRowTerm
{
    private const float HalfLogTwoPi = 0.918938533f;

    public static bool HasFactor => false;

    [MethodImpl(AggressiveInlining)]
    public V Value<V>(V a, V b, V c, ref V product)
        where V : unmanaged, ISimd<V>
    {
        var u = (a - b) / c;
        return V.Fma(u * V.Broadcast(-0.5f), u, -(VectorMath.Log(c) + V.Broadcast(HalfLogTwoPi)));
    }

    [MethodImpl(AggressiveInlining)]
    public void Derivatives<V>(V a, V b, V c, out V da, out V db, out V dc)
        where V : unmanaged, ISimd<V>
    {
        var u = (a - b) / c;
        db = u / c;
        da = -db;
        dc = V.Fma(u, u, V.Broadcast(-1)) / c;
    }
}

/// <summary>½(a² + b² − log(1e-8 + b²) − 1): KL(N(a, b²) ‖ N(0, 1)), finite at b = 0.</summary>
internal readonly struct StandardNormalKlTerm : IRowTerm
{
    private const float Epsilon = 1e-8f;

    public static bool HasFactor => false;

    [MethodImpl(AggressiveInlining)]
    public V Value<V>(V a, V b, V c, ref V product)
        where V : unmanaged, ISimd<V>
    {
        var variance = b * b;
        return V.Broadcast(0.5f)
            * (V.Fma(a, a, variance) - VectorMath.Log(variance + V.Broadcast(Epsilon)) - V.Broadcast(1));
    }

    [MethodImpl(AggressiveInlining)]
    public void Derivatives<V>(V a, V b, V c, out V da, out V db, out V dc)
        where V : unmanaged, ISimd<V>
    {
        da = a;
        db = b - b / V.Fma(b, b, V.Broadcast(Epsilon));
        dc = V.Broadcast(0);
    }
}
