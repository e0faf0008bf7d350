namespace Elbo.Engine.Kernels;

/// <summary>One of the workers that run a kernel together.</summary>
internal readonly struct Worker(int index, int count)
{
    public int Index => index;
    public int Count => count;

    /// <summary>
    /// This worker's share of <paramref name="total"/> items, in whole multiples of <paramref name="grain"/>.
    /// </summary>
    /// <remarks>Sixteen floats fill a cache line: with that grain two workers never write to the same one.</remarks>
    public (long Start, long End) Share(long total, long grain = 16)
    {
        long grains = (total + grain - 1) / grain;
        return (Math.Min(total, grains * index / count * grain), Math.Min(total, grains * (index + 1) / count * grain));
    }
}
