using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>Elementary functions on registers of any width, with the special values of <see cref="MathF"/>.</summary>
/// <remarks>
/// Polynomials from Moshier's Cephes library, single precision. Errors are at most two units in the last place on
/// processors with fused multiply-add.
/// </remarks>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f; // nine bits, so that n·Ln2High is exact
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>The larger value; NaN if either is NaN.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V Largest<V>(V a, V b)
        where V : unmanaged, ISimd<V>
    {
        // Each maximum propagates NaN from one of its operands. If either result is NaN, the union of their bits is
        // NaN; otherwise both are equal.
        V first = V.Max(a, b),
            second = V.Max(b, a);
        return (first ^ second) ^ (first & second);
    }

    [MethodImpl(AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        // 1 + r, its rounding error, and the rest of the series: only the final addition rounds at the size of the
        // result.
        var r = ReduceToHalfLn2(x, out var n, out var rest);
        var sum = r + V.Broadcast(1);
        rest += r - (sum - V.Broadcast(1));
        return V.ScaleByPowerOfTwo(sum + V.Fma(ExpSeries(r), r * r, rest), n);
    }

    /// <summary>eˣ − 1, without cancellation near 0.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V ExpMinusOne<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        // eˣ − 1 = 2ⁿ·q + (2ⁿ − 1) with q = eʳ − 1; for n = 0 this is q itself. n stays below 128, where 2ⁿ would
        // overflow.
        var r = ReduceToHalfLn2(x, out var n, out _);
        var q = V.Fma(ExpSeries(r), r * r, r);
        var power = V.ScaleByPowerOfTwo(V.Broadcast(0.5f), n);
        var result = V.Fma(power, q, power - V.Broadcast(0.5f));
        return result + result;
    }

    /// <summary>
    /// r = x − n·ln 2 − rest, |r| ≤ ½ ln 2. x is clamped to the range where eˣ is neither 0 nor infinite.
    /// </summary>
    [MethodImpl(AggressiveInlining)]
    private static V ReduceToHalfLn2<V>(V x, out V n, out V rest)
        where V : unmanaged, ISimd<V>
    {
        x = V.Min(V.Broadcast(89f), V.Max(V.Broadcast(-104f), x));
        n = V.Round(x * V.Broadcast(Log2E));
        var high = V.Fma(n, V.Broadcast(-Ln2High), x);
        var r = V.Fma(n, V.Broadcast(-Ln2Low), high);
        rest = V.Fma(n, V.Broadcast(-Ln2Low), high - r);
        return r;
    }

    /// <summary>(eʳ − 1 − r) / r² for |r| ≤ ½ ln 2.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V ExpSeries<V>(V r)
        where V : unmanaged, ISimd<V>
    {
        var p = V.Fma(V.Broadcast(1.9875691500e-4f), r, V.Broadcast(1.3981999507e-3f));
        p = V.Fma(p, r, V.Broadcast(8.3334519073e-3f));
        p = V.Fma(p, r, V.Broadcast(4.1665795894e-2f));
        p = V.Fma(p, r, V.Broadcast(1.6666665459e-1f));
        return V.Fma(p, r, V.Broadcast(5.0000001201e-1f));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Log<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        var infinity = V.Broadcast(float.PositiveInfinity);
        var positive = V.LessThan(V.Broadcast(0), x);
        var ordinary = positive & V.LessThan(x, infinity);
        var result = LogOfPositive(V.Select(ordinary, x, V.Broadcast(1)));
        // +∞ stays +∞; 0 gives −∞; a negative number or NaN gives NaN.
        var special = V.Select(
            positive,
            x,
            V.Select(V.LessThan(x, V.Broadcast(0)), V.Broadcast(float.NaN), x - infinity)
        );
        return V.Select(ordinary, result, special);
    }

    [MethodImpl(AggressiveInlining)]
    public static V LogOfPositive<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        var m = V.SplitExponent(x, out var e);
        var large = V.LessThan(V.Broadcast(1.41421356f), m);
        m = V.Select(large, m * V.Broadcast(0.5f), m);
        e += large & V.Broadcast(1);
        var f = m - V.Broadcast(1);
        var z = f * f;
        var p = V.Fma(V.Broadcast(7.0376836292e-2f), f, V.Broadcast(-1.1514610310e-1f));
        p = V.Fma(p, f, V.Broadcast(1.1676998740e-1f));
        p = V.Fma(p, f, V.Broadcast(-1.2420140846e-1f));
        p = V.Fma(p, f, V.Broadcast(1.4249322787e-1f));
        p = V.Fma(p, f, V.Broadcast(-1.6668057665e-1f));
        p = V.Fma(p, f, V.Broadcast(2.0000714765e-1f));
        p = V.Fma(p, f, V.Broadcast(-2.4999993993e-1f));
        p = V.Fma(p, f, V.Broadcast(3.3333331174e-1f));
        p = p * f * z;
        p = V.Fma(e, V.Broadcast(Ln2Low), p);
        p = V.Fma(z, V.Broadcast(-0.5f), p);
        return V.Fma(e, V.Broadcast(Ln2High), f + p);
    }

    /// <summary>log(1 + x) for x in [0, 1], accurate to the last digits for tiny x.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V LogOnePlus<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        // A first-order correction for the rounding error of 1 + x.
        var sum = x + V.Broadcast(1);
        return LogOfPositive(sum) + (x - (sum - V.Broadcast(1))) / sum;
    }

    [MethodImpl(AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        var size = V.Abs(x);
        var z = x * x;
        var p = V.Fma(V.Broadcast(-5.70498872745e-3f), z, V.Broadcast(2.06390887954e-2f));
        p = V.Fma(p, z, V.Broadcast(-5.37397155531e-2f));
        p = V.Fma(p, z, V.Broadcast(1.33314422036e-1f));
        p = V.Fma(p, z, V.Broadcast(-3.33332819422e-1f));
        var near = V.Fma(p * z, x, x);
        var far = V.Broadcast(1) - V.Broadcast(2) / (Exp(size + size) + V.Broadcast(1));
        far = V.Select(V.LessThan(x, V.Broadcast(0)), -far, far);
        return V.Select(V.LessThan(V.Broadcast(0.625f), size), far, near);
    }

    /// <summary>1 / (1 + e⁻ˣ), computed from e^−|x| so that nothing overflows.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        var share = SigmoidShare(x, out var factor, out var rest);
        return V.Fma(share, factor, share * rest);
    }

    /// <summary>x / (1 + e⁻ˣ), without the rounding error of the sigmoid.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V Silu<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        var share = SigmoidShare(x, out var factor, out var rest);
        var sigmoid = share * factor;
        var lost = V.Fma(share, factor, -sigmoid) + share * rest;
        // Above 64 the sigmoid has no rounding error, and ∞·0 would be NaN.
        return V.Fma(x, sigmoid, V.Min(V.Broadcast(64), x) * lost);
    }

    /// <summary>
    /// The numerator of the sigmoid: e for negative x, else 1, where e = e^−|x|. The sigmoid is the numerator times
    /// (factor + rest), where factor + rest = 1 / (1 + e).
    /// </summary>
    [MethodImpl(AggressiveInlining)]
    private static V SigmoidShare<V>(V x, out V factor, out V rest)
        where V : unmanaged, ISimd<V>
    {
        // 1 + e is high + low without rounding. Two factors of twelve bits have an exact product, with or without fused
        // multiply-add. The remainder 1 − factor·(1 + e) is therefore accurate to eleven bits, which are the bits
        // missing from 1 / (1 + e).
        V one = V.Broadcast(1),
            twelveBits = V.BroadcastBits(0xFFFFF000);
        var e = Exp(-V.Abs(x));
        var sum = e + one;
        var high = sum & twelveBits;
        var low = e - (high - one);
        var reciprocal = one / sum;
        factor = reciprocal & twelveBits;
        rest = reciprocal * V.Fma(-factor, low, V.Fma(-factor, high, one));
        return V.Select(V.LessThan(x, V.Broadcast(0)), e, one);
    }

    /// <summary>log(1 + eˣ), computed as max(x, 0) + log(1 + e^−|x|) so that nothing overflows.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V Softplus<V>(V x)
        where V : unmanaged, ISimd<V> => V.Max(V.Broadcast(0), x) + LogOnePlus(Exp(-V.Abs(x)));

    /// <summary>The error function: x + x·P(x²) near 0, else 1 − e^Q(|x|).</summary>
    /// <remarks>
    /// Polynomials from Norbert Juffa's single-precision erf, accurate to less than one unit in the last place.
    /// </remarks>
    [MethodImpl(AggressiveInlining)]
    public static V Erf<V>(V x)
        where V : unmanaged, ISimd<V>
    {
        var size = V.Min(V.Broadcast(4), V.Abs(x)); // erf is 1 above 4
        var z = size * size;
        var p = V.Fma(V.Broadcast(-5.96761703e-4f), z, V.Broadcast(4.99119423e-3f));
        p = V.Fma(p, z, V.Broadcast(-2.67681349e-2f));
        p = V.Fma(p, z, V.Broadcast(1.12819925e-1f));
        p = V.Fma(p, z, V.Broadcast(-3.76125336e-1f));
        p = V.Fma(p, z, V.Broadcast(1.28379166e-1f));
        var near = V.Fma(p, x, x);
        var q = V.Fma(V.Broadcast(-1.72853470e-5f), size, V.Broadcast(3.83197126e-4f));
        q = V.Fma(q, z, V.Fma(V.Broadcast(-3.88396438e-3f), size, V.Broadcast(2.42546219e-2f)));
        q = V.Fma(q, size, V.Broadcast(-1.06777877e-1f));
        q = V.Fma(q, size, V.Broadcast(-6.34846687e-1f));
        q = V.Fma(q, size, V.Broadcast(-1.28717512e-1f));
        q = V.Fma(q, size, -size);
        var far = V.Broadcast(1) - Exp(q);
        far = V.Select(V.LessThan(x, V.Broadcast(0)), -far, far);
        return V.Select(V.LessThan(V.Broadcast(0.927734375f), size), far, near);
    }

    /// <summary>sin(2πt) and cos(2πt) for t in [0, 1), for the Box–Muller transform.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V SinCosTurns<V>(V turns, out V cosine)
        where V : unmanaged, ISimd<V>
    {
        // In quarter turns: t = q/4 + r with |r| ≤ 1/8. The quadrant swaps and negates the two series.
        var quarter = V.Round(turns * V.Broadcast(4));
        var angle = (turns - quarter * V.Broadcast(0.25f)) * V.Broadcast(6.28318531f);
        var z = angle * angle;
        var s = V.Fma(V.Broadcast(-1.9515295891e-4f), z, V.Broadcast(8.3321608736e-3f));
        s = V.Fma(s, z, V.Broadcast(-1.6666654611e-1f));
        s = V.Fma(s * z, angle, angle);
        var c = V.Fma(V.Broadcast(2.443315711809948e-5f), z, V.Broadcast(-1.388731625493765e-3f));
        c = V.Fma(c, z, V.Broadcast(4.166664568298827e-2f));
        c = V.Fma(c * z, z, V.Fma(V.Broadcast(-0.5f), z, V.Broadcast(1)));
        // quarter is 0, 1, 2, 3 or 4. Odd quadrants swap the series; sine is negative in 2 and 3, cosine in 1 and 2.
        var half = V.Broadcast(0.5f);
        var remainder = quarter - V.Broadcast(2) * V.Round(quarter * half - V.Broadcast(0.25f));
        var swap = V.LessThan(half, remainder);
        var sine = V.Select(swap, c, s);
        cosine = V.Select(swap, s, c);
        var second = V.LessThan(V.Broadcast(0.5f), quarter) & V.LessThan(quarter, V.Broadcast(2.5f));
        var lower = V.LessThan(V.Broadcast(1.5f), quarter) & V.LessThan(quarter, V.Broadcast(3.5f));
        cosine = V.Select(second, -cosine, cosine);
        return V.Select(lower, -sine, sine);
    }
}
