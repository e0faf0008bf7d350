using Elbo.Data;
using Elbo.Imaging;

namespace Elbo.Figures.Interactive;

/// <summary>Thumbnails of many images in one PNG of bounded size, for pages that show one image at a time.</summary>
/// <param name="Png">The PNG file: thumbnails in rows without gaps.</param>
/// <param name="Columns">Number of thumbnails per row.</param>
/// <param name="Tile">Shape of a thumbnail.</param>
/// <param name="Count">Number of thumbnails, which are those of the first images.</param>
/// <param name="Note">A sentence on what was reduced or left out to limit the size; empty if nothing was.</param>
internal sealed record ThumbnailAtlas(byte[] Png, int Columns, ImageShape Tile, int Count, string Note)
{
    /// <summary>
    /// Maximum size in bytes. As Base64 this is 4.5 MB, so that a page of 10,000 points stays below 5 MB.
    /// </summary>
    private const int MostBytes = 3_400_000;

    /// <summary>
    /// Maximum uncompressed size in bytes. Larger images would hardly compress to the limit, and mobile browsers reject
    /// them.
    /// </summary>
    private const double MostUnpacked = 12_000_000;

    private const int LongestSide = 64;
    private const int ShortestSide = 10;

    /// <summary>
    /// Creates thumbnails as large as the limits allow, and of the first images only if even small ones are too many.
    /// </summary>
    public static ThumbnailAtlas Create(ImageDataset images)
    {
        int own = Math.Max(images.Shape.Height, images.Shape.Width),
            smallest = Math.Min(own, ShortestSide);
        int count = images.Count;
        int side = (int)
            Math.Clamp(Math.Sqrt(MostUnpacked / count / images.Shape.Channels), smallest, Math.Min(own, LongestSide));
        while (true)
        {
            var atlas = Create(images, count, side);
            if (atlas.Png.Length <= MostBytes)
                return atlas;
            // The file size is roughly proportional to the number of pixels. A small margin usually suffices for the
            // second round.
            double excess = (double)MostBytes / atlas.Png.Length * 0.95;
            if (side > smallest)
                side = Math.Max(smallest, (int)Math.Min(side - 1, side * Math.Sqrt(excess)));
            else
                count = Math.Max(1, (int)(count * excess));
        }
    }

    private static ThumbnailAtlas Create(ImageDataset images, int count, int side)
    {
        var shape = images.Shape;
        double scale = Math.Min(1, (double)side / Math.Max(shape.Height, shape.Width));
        var tile = new ImageShape(shape.Channels, Side(shape.Height, scale), Side(shape.Width, scale));
        int columns = (int)Math.Ceiling(Math.Sqrt((double)count * tile.Height / tile.Width));
        int rows = (count + columns - 1) / columns;
        byte[] pixels = new byte[(long)count * tile.PixelCount];
        for (int i = 0; i < count; i++)
            Shrink(images.Image(i), shape, tile).CopyTo(pixels.AsSpan(i * tile.PixelCount));
        var grid = ImageGrid.Compose(pixels, tile, rows, columns, new ImageGridOptions { Background = 0 });
        return new ThumbnailAtlas(grid.EncodePng(), columns, tile, count, Describe(images, count, tile));
    }

    private static int Side(int pixels, double scale) => Math.Max(1, (int)Math.Round(pixels * scale));

    private static ReadOnlySpan<byte> Shrink(ReadOnlySpan<byte> image, ImageShape shape, ImageShape tile)
    {
        if (shape == tile)
            return image;
        var interleaved = Bitmap.FromImage(image, shape);
        return ImageResampler.Fit(
            new DecodedImage(shape.Width, shape.Height, shape.Channels, interleaved.Pixels.ToArray()),
            new ImageSize(tile.Width, tile.Height),
            shape.Channels
        );
    }

    private static string Describe(ImageDataset images, int count, ImageShape tile)
    {
        string note = "";
        if (tile != images.Shape)
            note += $"Images are shown at {tile} instead of {images.Shape} pixels, to keep this file small. ";
        if (count < images.Count)
            note += $"Only the first {count:N0} points have an image, to keep this file small. ";
        return note.TrimEnd();
    }
}
