using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>Patches transposed: a row is one channel under one tap, k runs over positions.</summary>
internal readonly unsafe struct PatchColumns(Patches patches) : IPanelSource
{
    [MethodImpl(AggressiveOptimization)]
    public void Pack<V>(int row, int count, int lanes, int k, int length, float* panel) where V : unmanaged, ISimd<V>
    {
        var p = patches;
        int channels = p.Channels, firstTap = row / channels, firstChannel = row - firstTap * channels;
        int firstI = firstTap / p.TapColumns, firstJ = firstTap - firstI * p.TapColumns;
        var corner = p.At(k);
        for (; length > 0; length--, panel += lanes, p.Advance(ref corner))
        {
            int i = firstI, j = firstJ, channel = firstChannel;
            for (int lane = 0; lane < count;)
            {
                float* pixel = p.Pixel(corner, i, j) + channel;
                int run = Math.Min(count - lane, channels - channel);
                if (run < V.Width) V.LoadPartial(pixel, run).Store(panel + lane);   // what follows overwrites the surplus lanes
                else for (int c = 0; c < run; c += V.Width) V.LoadPartial(pixel + c, run - c).Store(panel + lane + c);
                lane += run;
                channel = 0;
                if (++j < p.TapColumns) continue;
                j = 0;
                i++;
            }
        }
    }
}
