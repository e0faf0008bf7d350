namespace Elbo.Formats;

/// <summary>A part of an image that comes as an image of its own: all of it, or one of the seven of Adam7.</summary>
/// <param name="Left">Column of its first pixel.</param>
/// <param name="Top">Row of its first pixel.</param>
/// <param name="StepX">Columns from a pixel to the next.</param>
/// <param name="StepY">Rows from one row to the next.</param>
/// <param name="Width">Its pixels in a row.</param>
/// <param name="Height">Its rows.</param>
internal readonly record struct PngPass(int Left, int Top, int StepX, int StepY, int Width, int Height)
{
    private static readonly (int Left, int Top, int StepX, int StepY)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    /// <summary>The passes of an image in their order, without those that have no pixels.</summary>
    /// <remarks>W3C PNG specification, section 8.1.</remarks>
    public static PngPass[] All(PngHeader header)
    {
        if (!header.Interlaced)
            return [new PngPass(0, 0, 1, 1, header.Width, header.Height)];
        return
        [
            .. Adam7
                .Select(p => new PngPass(
                    p.Left,
                    p.Top,
                    p.StepX,
                    p.StepY,
                    Count(header.Width, p.Left, p.StepX),
                    Count(header.Height, p.Top, p.StepY)
                ))
                .Where(pass => pass.Width > 0 && pass.Height > 0),
        ];
    }

    /// <summary>Bytes of its decompressed data: every row with the number of its filter.</summary>
    public long DataLength(PngHeader header) => Height * (header.RowLength(Width) + 1L);

    private static int Count(int length, int first, int step) => (length - first + step - 1) / step;
}
