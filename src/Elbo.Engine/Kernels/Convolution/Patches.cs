using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>
/// The matrix whose row is what a window sees at one position of a grid, (taps, channels), without ever being written
/// out.
/// </summary>
/// <remarks>
/// Position (y, x) and tap (i, j) meet at pixel (y·Step + Top + i·TapStep, x·Step + Left + j·TapStep); pixels outside
/// the image are 0.
/// </remarks>
internal unsafe struct Patches
{
    /// <summary>Images (N, Height, Width, Channels).</summary>
    public float* Image;

    /// <summary>At least as many zeros as there are channels, and a register's width more.</summary>
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

    /// <summary>Where the window at position <paramref name="index"/> of the grid begins.</summary>
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

    /// <summary>Moves on to the next position, without the divisions of <see cref="At"/>.</summary>
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

    /// <summary>The channels that tap (<paramref name="i"/>, <paramref name="j"/>) of the window sees.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly float* Pixel(in Corner corner, int i, int j)
    {
        int y = corner.Y + i * TapStep,
            x = corner.X + j * TapStep;
        return (uint)y < (uint)Height && (uint)x < (uint)Width
            ? corner.Image + ((nint)y * Width + x) * Channels
            : Zeros;
    }

    /// <summary>A window's image, and the pixel under its first tap, which may lie outside.</summary>
    public struct Corner
    {
        public float* Image;
        public int Y,
            X,
            Row,
            Column;
    }
}
