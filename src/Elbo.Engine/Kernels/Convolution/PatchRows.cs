using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>Patches as they are: a row is a position, k runs over (taps, channels).</summary>
internal readonly unsafe struct PatchRows(Patches patches) : IPanelSource
{
    private const int MostLanes = 16;

    public void Pack<V>(in TiledRows rows, int first, int last, int k, int length, float* block)
        where V : unmanaged, ISimd<V>
    {
        for (int tile = first; tile < last; tile++)
            Pack<V>(rows.Row(tile), rows.Count(tile), rows.Height(tile), k, length, block + rows.Panel(tile, length));
    }

    [MethodImpl(AggressiveOptimization)]
    private void Pack<V>(int row, int count, int lanes, int k, int length, float* panel)
        where V : unmanaged, ISimd<V>
    {
        var p = patches;
        int channels = p.Channels,
            tap = k / channels,
            channel = k - tap * channels;
        var corners = stackalloc Patches.Corner[MostLanes];
        float** pixels = stackalloc float*[MostLanes];
        var corner = p.At(row);
        for (int lane = 0; lane < lanes; lane++)
        {
            corners[lane] = corner;
            if (lane < count - 1)
                p.Advance(ref corner);
        }
        int i = tap / p.TapColumns,
            j = tap - i * p.TapColumns;
        while (length > 0)
        {
            for (int lane = 0; lane < lanes; lane++)
                pixels[lane] = p.Pixel(corners[lane], i, j);
            int run = Math.Min(length, channels - channel),
                c = 0;
            for (; c <= run - V.Width; c += V.Width)
            for (int lane = 0; lane < lanes; lane += V.Width)
                V.Transpose(
                    new ScatteredRows(pixels + lane, channel + c),
                    lanes - lane,
                    panel + c * lanes + lane,
                    lanes
                );
            for (; c < run; c++)
            for (int lane = 0; lane < lanes; lane++)
                panel[c * lanes + lane] = pixels[lane][channel + c];
            panel += run * lanes;
            length -= run;
            channel = 0;
            if (++j < p.TapColumns)
                continue;
            j = 0;
            i++;
        }
    }
}
