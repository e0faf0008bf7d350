using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>
/// A virtual matrix whose rows are the windows at the positions of a grid, each (taps, channels). It is packed on
/// demand and never stored.
/// </summary>
/// <remarks>
/// Position (y, x) and tap (i, j) address pixel (y·Step + Top + i·TapStep, x·Step + Left + j·TapStep). Pixels outside
/// the image are 0.
/// </remarks>
internal unsafe struct Patches
{
    /// <summary>Images (N, Height, Width, Channels).</summary>
    public float* Image;

    /// <summary>At least one register more zeros than there are channels.</summary>
    public float* Zeros;

    public int Height,
        Width,
        Channels;
    public int GridHeight,
        GridWidth;
    public int TapColumns;
    public int Step,
        TapStep,
        Top,
        Left;

    /// <summary>The start of the window at position <paramref name="index"/> of the grid.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly Corner At(int index)
    {
        int line = index / GridWidth,
            column = index - line * GridWidth,
            image = line / GridHeight,
            row = line - image * GridHeight;
        return new Corner
        {
            Image = Image + (nint)image * Height * Width * Channels,
            Y = row * Step + Top,
            X = column * Step + Left,
            Row = row,
            Column = column,
        };
    }

    /// <summary>Moves to the next position, without the divisions of <see cref="At"/>.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly void Advance(ref Corner corner)
    {
        corner.X += Step;
        if (++corner.Column < GridWidth)
            return;
        corner.Column = 0;
        corner.X = Left;
        corner.Y += Step;
        if (++corner.Row < GridHeight)
            return;
        corner.Row = 0;
        corner.Y = Top;
        corner.Image += (nint)Height * Width * Channels;
    }

    /// <summary>
    /// The channels of the pixel under tap (<paramref name="i"/>, <paramref name="j"/>) of the window.
    /// </summary>
    [MethodImpl(AggressiveInlining)]
    public readonly float* Pixel(in Corner corner, int i, int j)
    {
        int y = corner.Y + i * TapStep,
            x = corner.X + j * TapStep;
        return (uint)y < (uint)Height && (uint)x < (uint)Width
            ? corner.Image + ((nint)y * Width + x) * Channels
            : Zeros;
    }

    /// <summary>The image of a window and the pixel under its first tap, which may be outside the image.</summary>
    public struct Corner
    {
        public float* Image;
        public int Y,
            X,
            Row,
            Column;
    }
}

/// <summary>Patches with one position per row; k runs over (taps, channels).</summary>
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

/// <summary>Transposed patches: one row per tap and channel; k runs over positions.</summary>
internal readonly unsafe struct PatchColumns(Patches patches) : IPanelSource
{
    /// <summary>Neighbouring channels of one tap that are packed into the same panel.</summary>
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
                // A store may write past its run. The next run or position overwrites the surplus, or it lies beyond
                // the panel.
                for (int c = 0; c < run->Count; c += V.Width)
                    V.LoadPartial(pixel + run->Channel + c, run->Count - c).Store(run->Target + c);
                run->Target += run->Lanes;
            }
        }
    }

    /// <summary>Divides tiles where the tap changes.</summary>
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
