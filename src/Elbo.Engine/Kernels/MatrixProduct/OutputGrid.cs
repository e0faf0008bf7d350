using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// Where the rows of a product go: position (y, x) of a grid is pixel (y·Step + Top, x·Step + Left) of images (N,
/// Height, Width, Channels).
/// </summary>
internal unsafe struct OutputGrid
{
    public float* Data;
    public int GridHeight,
        GridWidth,
        Height,
        Width,
        Channels,
        Step,
        Top,
        Left;

    /// <summary>Floats between neighbours in a line of the grid.</summary>
    public readonly nint Distance => (nint)Step * Channels;

    /// <summary>Rows one after the other.</summary>
    public static OutputGrid Rows(float* data, int rows, int channels) =>
        new()
        {
            Data = data,
            GridHeight = 1,
            GridWidth = rows,
            Height = 1,
            Width = rows,
            Channels = channels,
            Step = 1,
        };

    /// <summary>
    /// The place of row <paramref name="index"/>; those of the <paramref name="following"/> rows after it lie
    /// <see cref="Distance"/> apart.
    /// </summary>
    [MethodImpl(AggressiveInlining)]
    public readonly float* At(int index, out int following)
    {
        int line = index / GridWidth,
            x = index - line * GridWidth,
            image = line / GridHeight,
            y = line - image * GridHeight;
        following = GridWidth - 1 - x;
        return Data + (((nint)image * Height + y * Step + Top) * Width + x * Step + Left) * Channels;
    }
}
