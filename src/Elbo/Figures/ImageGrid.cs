using Elbo.Data;

namespace Elbo.Figures;

/// <summary>Options of <see cref="ImageGrid"/>.</summary>
public sealed record ImageGridOptions
{
    private const int Most = 10_000;

    /// <summary>Pixels between neighbouring images, before scaling; none around the grid. Default 0.</summary>
    public int Padding { get; init; }

    /// <summary>Grey level of the padding and of empty cells, 0–255; default 255, white.</summary>
    public byte Background { get; init; } = 255;

    /// <summary>Number of times each pixel is repeated in both directions; default 1.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">The padding or the scale is out of range.</exception>
    public void Validate()
    {
        if (Padding is < 0 or > Most)
            throw new ArgumentException($"Padding is {Padding}; from 0 to {Most} pixels are needed.");
        if (Scale is < 1 or > Most)
            throw new ArgumentException($"Scale is {Scale}; from 1 to {Most} is needed.");
    }
}

/// <summary>Arranges images in rows and columns, in row-major order from the top left.</summary>
/// <remarks>
/// Intensities are shown unchanged: 0 is black and 1 (or 255) white in every cell. They are never rescaled to an
/// image's own range.
/// </remarks>
public static class ImageGrid
{
    /// <summary>Creates a grid of images with intensities in [0, 1], (N, C, H, W). Cells beyond N stay empty.</summary>
    /// <exception cref="ArgumentException">
    /// The values are not whole images, or there are more images than cells.
    /// </exception>
    public static Bitmap Compose(
        ReadOnlySpan<float> images,
        ImageShape shape,
        int rows,
        int columns,
        ImageGridOptions? options = null
    ) => Compose(ToBytes(images), shape, rows, columns, options);

    /// <summary>Creates a grid of images of bytes, (N, C, H, W). Cells beyond N stay empty.</summary>
    /// <exception cref="ArgumentException">
    /// The values are not whole images, or there are more images than cells.
    /// </exception>
    public static Bitmap Compose(
        ReadOnlySpan<byte> images,
        ImageShape shape,
        int rows,
        int columns,
        ImageGridOptions? options = null
    )
    {
        options ??= new ImageGridOptions();
        options.Validate();
        int count = CheckedCount(images.Length, shape, rows, columns);
        RequireSize(shape, rows, columns, options.Padding);
        var grid = new Bitmap(
            (columns * (shape.Width + options.Padding)) - options.Padding,
            (rows * (shape.Height + options.Padding)) - options.Padding,
            shape.Channels
        );
        grid.Pixels.Fill(options.Background);
        for (int i = 0; i < count; i++)
        {
            int left = i % columns * (shape.Width + options.Padding);
            int top = i / columns * (shape.Height + options.Padding);
            CopyCell(images.Slice(i * shape.PixelCount, shape.PixelCount), shape, grid, left, top);
        }
        return grid.Enlarge(options.Scale);
    }

    /// <summary>
    /// Creates a grid of pairs. Each row shows <paramref name="pairsPerRow"/> images, each with its partner on its
    /// right.
    /// </summary>
    /// <param name="images">Intensities in [0, 1], (N, C, H, W).</param>
    /// <param name="partners">Partners in the same order and shape, such as reconstructions.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="rows">Number of rows of pairs.</param>
    /// <param name="pairsPerRow">Number of pairs per row. The grid has twice as many columns.</param>
    /// <param name="options">Padding, background and scale.</param>
    /// <exception cref="ArgumentException">
    /// The lists differ in length, are not whole images, or do not fit into the cells.
    /// </exception>
    public static Bitmap ComposePairs(
        ReadOnlySpan<float> images,
        ReadOnlySpan<float> partners,
        ImageShape shape,
        int rows,
        int pairsPerRow,
        ImageGridOptions? options = null
    )
    {
        if (images.Length != partners.Length)
            throw new ArgumentException(
                $"got {images.Length} values with {partners.Length} of their partners; pairs need as many of both.",
                nameof(partners)
            );
        int count = CheckedCount(images.Length, shape, rows, pairsPerRow);
        var woven = new float[2 * images.Length];
        int size = shape.PixelCount;
        for (int i = 0; i < count; i++)
        {
            images.Slice(i * size, size).CopyTo(woven.AsSpan(2 * i * size));
            partners.Slice(i * size, size).CopyTo(woven.AsSpan(((2 * i) + 1) * size));
        }
        return Compose(woven, shape, rows, 2 * pairsPerRow, options);
    }

    private static void RequireSize(ImageShape shape, int rows, int columns, int padding)
    {
        long width = (long)columns * (shape.Width + padding),
            height = (long)rows * (shape.Height + padding);
        if ((Int128)width * height * shape.Channels > Array.MaxLength)
            throw new ArgumentException(
                $"got a grid of {rows} rows and {columns} columns of {shape}; it would have more than "
                    + $"{Array.MaxLength} pixels.",
                nameof(rows)
            );
    }

    private static int CheckedCount(int values, ImageShape shape, int rows, int columns)
    {
        shape.Require();
        if (shape.Channels is not (1 or 3))
            throw new ArgumentException(
                $"got an image of {shape} with {shape.Channels} channels; 1 or 3 channels and at least one pixel "
                    + "are needed.",
                nameof(shape)
            );
        if (rows < 1 || columns < 1)
            throw new ArgumentException(
                $"got a grid of {rows} rows and {columns} columns; at least one of each is needed.",
                nameof(rows)
            );
        if (values % shape.PixelCount != 0)
            throw new ArgumentException(
                $"{values} values are not a whole number of {shape} images of {shape.PixelCount}.",
                nameof(values)
            );
        int count = values / shape.PixelCount;
        return count <= (long)rows * columns
            ? count
            : throw new ArgumentException(
                $"got {count} images; {rows}×{columns} cells hold {(long)rows * columns}.",
                nameof(values)
            );
    }

    private static void CopyCell(ReadOnlySpan<byte> image, ImageShape shape, Bitmap grid, int left, int top)
    {
        for (int c = 0; c < shape.Channels; c++)
        for (int y = 0; y < shape.Height; y++)
        for (int x = 0; x < shape.Width; x++)
            grid[left + x, top + y, c] = image[(((c * shape.Height) + y) * shape.Width) + x];
    }

    private static byte[] ToBytes(ReadOnlySpan<float> images)
    {
        var bytes = new byte[images.Length];
        for (int i = 0; i < images.Length; i++)
            bytes[i] = Bitmap.ToByte(images[i]);
        return bytes;
    }
}
