using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>The elementwise update of a parameter p with gradient g by an optimiser.</summary>
internal interface IUpdateRule
{
    /// <summary>Number of state values per parameter: zero to three.</summary>
    static abstract int States { get; }

    void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>;
}

/// <summary>m ← μm + g; p ← p − lr·m, or p − lr·(g + μm) with Nesterov momentum.</summary>
internal readonly struct SgdRule(float rate, float momentum, Flag nesterov, float weightDecay) : IUpdateRule
{
    public static int States => 1;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>
    {
        g = V.Fma(p, V.Broadcast(weightDecay), g);
        s1 = V.Fma(s1, V.Broadcast(momentum), g);
        p = V.Fma(nesterov ? V.Fma(s1, V.Broadcast(momentum), g) : s1, V.Broadcast(-rate), p);
    }
}

/// <summary>v ← αv + (1 − α)g²; p ← p − lr·g / (√v + ε).</summary>
internal readonly struct RmsPropRule(float rate, float alpha, float epsilon, float weightDecay) : IUpdateRule
{
    public static int States => 1;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>
    {
        g = V.Fma(p, V.Broadcast(weightDecay), g);
        s1 = V.Fma(s1, V.Broadcast(alpha), g * g * V.Broadcast(1 - alpha));
        p -= V.Broadcast(rate) * g / (V.Sqrt(s1) + V.Broadcast(epsilon));
    }
}

/// <summary>
/// The constants of one step of Adam. Rate is lr / (1 − β₁ᵗ), InverseRoot is 1 / √(1 − β₂ᵗ). Shrink multiplies the
/// parameter first: 1 − lr·decay for decoupled weight decay, else 1.
/// </summary>
internal readonly record struct AdamStep(
    float Rate,
    float InverseRoot,
    float Beta1,
    float Beta2,
    float Epsilon,
    float WeightDecay,
    float Shrink
);

/// <summary>m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − lr·m̂ / (√v̂ + ε).</summary>
internal readonly struct AdamRule(AdamStep step) : IUpdateRule
{
    public static int States => 2;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>
    {
        Moments(step, ref p, g, ref s1, ref s2);
        Move(step, ref p, s1, s2);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Moments<V>(AdamStep step, ref V p, V g, ref V m, ref V v)
        where V : unmanaged, ISimd<V>
    {
        g = V.Fma(p, V.Broadcast(step.WeightDecay), g);
        p *= V.Broadcast(step.Shrink);
        m = V.Fma(g - m, V.Broadcast(1 - step.Beta1), m);
        v = V.Fma(v, V.Broadcast(step.Beta2), g * g * V.Broadcast(1 - step.Beta2));
    }

    [MethodImpl(AggressiveInlining)]
    public static void Move<V>(AdamStep step, ref V p, V m, V v)
        where V : unmanaged, ISimd<V> =>
        p -= V.Broadcast(step.Rate) * m / V.Fma(V.Sqrt(v), V.Broadcast(step.InverseRoot), V.Broadcast(step.Epsilon));
}

/// <summary>Adam with the maximum of all second moments so far instead of the current one.</summary>
internal readonly struct AmsGradRule(AdamStep step) : IUpdateRule
{
    public static int States => 3;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>
    {
        AdamRule.Moments(step, ref p, g, ref s1, ref s2);
        s3 = V.Max(s3, s2);
        AdamRule.Move(step, ref p, s1, s3);
    }
}

/// <summary>m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g| + ε); p ← p − lr·m̂ / u.</summary>
internal readonly struct AdamaxRule(AdamStep step) : IUpdateRule
{
    public static int States => 2;

    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>
    {
        g = V.Fma(p, V.Broadcast(step.WeightDecay), g);
        s1 = V.Fma(g - s1, V.Broadcast(1 - step.Beta1), s1);
        s2 = V.Max(s2 * V.Broadcast(step.Beta2), V.Abs(g) + V.Broadcast(step.Epsilon));
        p -= V.Broadcast(step.Rate) * s1 / s2;
    }
}
