using Elbo.Data;
using Elbo.Engine;
using Elbo.Figures.Interactive;
using Elbo.Imaging;

namespace Elbo.Tests.Figures.Interactive;

public class ThumbnailAtlasTests
{
    [Fact]
    public void Small_images_keep_every_pixel()
    {
        var images = Noise(new ImageShape(3, 4, 6), 7);
        var atlas = ThumbnailAtlas.Create(images);
        Assert.Equal((images.Shape, 7, ""), (atlas.Tile, atlas.Count, atlas.Note));
        var sheet = ImageDecoder.Decode(atlas.Png, "sheet.png");
        for (int i = 0; i < 7; i++)
        for (int c = 0; c < 3; c++)
        for (int y = 0; y < 4; y++)
        for (int x = 0; x < 6; x++)
        {
            int left = i % atlas.Columns * 6,
                top = i / atlas.Columns * 4;
            Assert.Equal(
                images.Image(i)[(((c * 4) + y) * 6) + x],
                sheet.Pixels[((((top + y) * sheet.Width) + left + x) * 3) + c]
            );
        }
    }

    [Fact]
    public void Large_images_are_made_smaller_and_the_note_says_so()
    {
        var atlas = ThumbnailAtlas.Create(
            new ImageDataset("large", new ImageShape(1, 200, 100), Enumerable.Repeat((byte)77, 3 * 20_000).ToArray())
        );
        Assert.Equal(
            (
                new ImageShape(1, 64, 32),
                3,
                "Images are shown at 64×32 instead of 200×100 pixels, to keep this file small."
            ),
            (atlas.Tile, atlas.Count, atlas.Note)
        );
        var sheet = ImageDecoder.Decode(atlas.Png, "sheet.png");
        Assert.Equal(3 * 64 * 32, sheet.Pixels.Count(p => p == 77));
    }

    [Fact]
    public void What_does_not_compress_is_made_smaller_until_it_fits()
    {
        var atlas = ThumbnailAtlas.Create(Noise(new ImageShape(3, 32, 32), 10_000));
        Assert.InRange(atlas.Png.Length, 2_000_000, 3_400_000);
        Assert.Equal(10_000, atlas.Count);
        Assert.InRange(atlas.Tile.Height, 10, 16);
        Assert.StartsWith($"Images are shown at {atlas.Tile} instead of 32×32×3 pixels", atlas.Note);
    }

    [Fact]
    public void Where_even_small_ones_are_too_many_the_first_are_kept()
    {
        var atlas = ThumbnailAtlas.Create(Noise(new ImageShape(3, 8, 8), 30_000));
        Assert.InRange(atlas.Png.Length, 2_000_000, 3_400_000);
        Assert.InRange(atlas.Count, 10_000, 20_000);
        Assert.Equal($"Only the first {atlas.Count:N0} points have an image, to keep this file small.", atlas.Note);
    }

    private static ImageDataset Noise(ImageShape shape, int count)
    {
        var rng = new Rng(1);
        byte[] pixels = new byte[count * shape.PixelCount];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)rng.NextUInt32();
        return new ImageDataset("noise", shape, pixels);
    }
}
