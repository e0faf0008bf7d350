using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Tests.Kernels.Simd;

/// <summary>An elementary function of the engine, what it should give, and how far off it may be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Compute">y = f(x) on the device of the tensors.</param>
/// <param name="Exact">f in double.</param>
/// <param name="Low">Sampled densely from here,</param>
/// <param name="High">to here,</param>
/// <param name="WholeRange">and, where this is set, sparsely over all floats.</param>
/// <param name="Allowed">The largest error in units of the last place of the exact result.</param>
internal sealed record FunctionCase(
    string Name,
    Action<Tensor, Tensor> Compute,
    Func<double, double> Exact,
    float Low,
    float High,
    bool WholeRange,
    double Allowed
)
{
    /// <summary>The same where the processor has no fused multiply-add; null if that makes no difference.</summary>
    public double? AllowedWithoutMultiplyAdd { get; init; }

    /// <summary>
    /// Size below which errors are measured in units of the last place of this instead, where results cancel.
    /// </summary>
    public double Floor { get; init; }

    public static FunctionCase Of<TOp>(
        string name,
        TOp op,
        Func<double, double> exact,
        float low,
        float high,
        double allowed,
        bool wholeRange = true
    )
        where TOp : unmanaged, IUnary =>
        new(name, (x, y) => MapKernels.Map(op, x, y), exact, low, high, wholeRange, allowed);

    /// <summary>
    /// The inputs: dense in [Low, High], and every 29,989th float with its sign where the whole range counts; of these
    /// one in <paramref name="thinning"/>.
    /// </summary>
    public float[] Samples(int thinning = 1)
    {
        int dense = 60_000 / thinning;
        var samples = new List<float>();
        for (int i = 0; i <= dense; i++)
            samples.Add((float)(Low + (High - Low) * (i / (double)dense)));
        if (WholeRange)
            for (long bits = 1; bits < 1L << 32; bits += 29_989L * thinning)
                if (BitConverter.UInt32BitsToSingle((uint)bits) is var x && float.IsFinite(x))
                    samples.Add(x);
        return [.. samples];
    }

    /// <summary>
    /// Distance of <paramref name="actual"/> from <paramref name="exact"/>, in spacings of floats there; NaN where only
    /// one of them is.
    /// </summary>
    public double Error(double exact, float actual)
    {
        if (double.IsNaN(exact) && float.IsNaN(actual))
            return 0;
        if (Math.Abs(exact) > float.MaxValue)
            return float.IsInfinity(actual) && Math.Sign(actual) == Math.Sign(exact)
                ? 0
                : Math.Abs(actual - exact) / Spacing(float.MaxValue);
        return Math.Abs(actual - exact) / Spacing((float)Math.Max(Math.Abs(exact), Floor));
    }

    private static double Spacing(float size) =>
        size >= float.MaxValue ? Math.ScaleB(1, 104) : (double)MathF.BitIncrement(size) - size;
}

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
