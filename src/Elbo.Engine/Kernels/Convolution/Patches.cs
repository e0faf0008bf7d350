using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>The matrix whose row is what a window sees at one position of a grid, (taps, channels), without ever being written out.</summary>
/// <remarks>Position (y, x) and tap (i, j) meet at pixel (y·Step + Top + i·TapStep, x·Step + Left + j·TapStep); pixels outside the image are 0.</remarks>
internal unsafe struct Patches
{
    /// <summary>Images (N, Height, Width, Channels).</summary>
    public float* Image;

    /// <summary>At least as many zeros as there are channels, and a register's width more.</summary>
    public float* Zeros;

    public int Height, Width, Channels;
    public int GridHeight, GridWidth;
    public int TapRows, TapColumns;
    public int Step, TapStep, Top, Left;

    /// <summary>Where the window at position <paramref name="index"/> of the grid begins.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly Corner At(int index)
    {
        int line = index / GridWidth, x = index - line * GridWidth, image = line / GridHeight, y = line - image * GridHeight;
        return new Corner { Image = Image + (nint)image * Height * Width * Channels, Y = y * Step + Top, X = x * Step + Left };
    }

    /// <summary>The channels that tap (<paramref name="i"/>, <paramref name="j"/>) of the window sees.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly float* Pixel(in Corner corner, int i, int j)
    {
        int y = corner.Y + i * TapStep, x = corner.X + j * TapStep;
        return (uint)y < (uint)Height && (uint)x < (uint)Width ? corner.Image + ((nint)y * Width + x) * Channels : Zeros;
    }

    /// <summary>A window's image, and the pixel under its first tap, which may lie outside.</summary>
    public struct Corner
    {
        public float* Image;
        public int Y, X;
    }
}
