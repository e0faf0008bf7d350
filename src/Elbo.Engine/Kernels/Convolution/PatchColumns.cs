using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>Patches transposed: a row is one channel under one tap, k runs over positions.</summary>
internal readonly unsafe struct PatchColumns(Patches patches) : IPanelSource
{
    /// <summary>Neighbouring channels under one tap that go to one panel.</summary>
    private struct Run
    {
        public float* Target;
        public int Lanes,
            Channel,
            Count,
            TapRow,
            TapColumn;
        public bool OpensTap;
    }

    [MethodImpl(AggressiveOptimization)]
    public void Pack<V>(in TiledRows rows, int first, int last, int k, int length, float* block)
        where V : unmanaged, ISimd<V>
    {
        var p = patches;
        int most = 0;
        for (int tile = first; tile < last; tile++)
            most += 2 + rows.Count(tile) / p.Channels;
        var runs = stackalloc Run[most];
        int count = Cut(rows, first, last, length, block, runs);
        var corner = p.At(k);
        for (; length > 0; length--, p.Advance(ref corner))
        {
            float* pixel = p.Zeros;
            for (Run* run = runs; run < runs + count; run++)
            {
                if (run->OpensTap)
                    pixel = p.Pixel(corner, run->TapRow, run->TapColumn);
                // What a store writes beyond its run is overwritten by the next run or position, or lies beyond the
                // panel.
                for (int c = 0; c < run->Count; c += V.Width)
                    V.LoadPartial(pixel + run->Channel + c, run->Count - c).Store(run->Target + c);
                run->Target += run->Lanes;
            }
        }
    }

    /// <summary>Cuts tiles where the tap changes.</summary>
    private int Cut(in TiledRows rows, int first, int last, int length, float* block, Run* runs)
    {
        int channels = patches.Channels,
            count = 0,
            opened = -1;
        for (int tile = first; tile < last; tile++)
        for (int lane = 0, end = rows.Count(tile); lane < end; )
        {
            int row = rows.Row(tile) + lane,
                tap = row / channels,
                channel = row - tap * channels,
                run = Math.Min(end - lane, channels - channel);
            runs[count++] = new Run
            {
                Target = block + rows.Panel(tile, length) + lane,
                Lanes = rows.Height(tile),
                Channel = channel,
                Count = run,
                TapRow = tap / patches.TapColumns,
                TapColumn = tap % patches.TapColumns,
                OpensTap = tap != opened,
            };
            opened = tap;
            lane += run;
        }
        return count;
    }
}
