using System.Numerics;

namespace Elbo.Tests.Data;

/// <summary>The few vector operations of the comparison classifiers, fast enough for a fast suite.</summary>
internal static class FloatSpans
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static void AddScaled(Span<float> target, float scale, ReadOnlySpan<float> x)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + scale * new Vector<float>(x[i..])).CopyTo(target[i..]);
        for (; i < x.Length; i++)
            target[i] += scale * x[i];
    }
}
