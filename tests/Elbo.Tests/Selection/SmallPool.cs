using Elbo.Engine;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

/// <summary>Pools that are small enough to work things out by brute force.</summary>
internal static class SmallPool
{
    /// <summary>Codes around a few centres, with images whose pixels are functions of the codes.</summary>
    public static SelectionPool Clustered(int count, int dimensions, int clusters, ulong seed = 1, int threads = 1)
    {
        var rng = new Rng(seed);
        float[] centres = [.. Enumerable.Range(0, clusters * dimensions).Select(_ => 4 * rng.NextNormal())];
        float[] codes = new float[count * dimensions];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = centres[(i / dimensions % clusters * dimensions) + (i % dimensions)] + (0.6f * rng.NextNormal());
        return Of(codes, dimensions, threads);
    }

    /// <summary>A pool of given codes.</summary>
    public static SelectionPool Of(float[] codes, int dimensions, int threads = 1) =>
        new(codes, dimensions) { Threads = threads, Decode = z => Pixels(z, dimensions) };

    /// <summary>The distance of two codes in double precision.</summary>
    public static double Distance(SelectionPool pool, int a, int b)
    {
        double sum = 0;
        for (int d = 0; d < pool.Dimensions; d++)
            sum += Math.Pow((double)pool.Code(a)[d] - pool.Code(b)[d], 2);
        return Math.Sqrt(sum);
    }

    private static float[] Pixels(ReadOnlySpan<float> codes, int dimensions)
    {
        const int Size = 16;
        float[] pixels = new float[codes.Length / dimensions * Size];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = 0.5f + (0.5f * MathF.Sin(codes[(i / Size * dimensions) + (i % dimensions)] * ((i % Size) + 1)));
        return pixels;
    }
}
