using Elbo.Data;

namespace Elbo.Tests.Data;

/// <summary>Remarks on images that are constant, dark or copies.</summary>
public class ImageChecksTests
{
    private static readonly ImageShape Shape = new(1, 16, 16);

    [Fact]
    public void Usual_images_get_no_remark() => Assert.Empty(Remarks(Texture(1), Texture(2), Texture(3)));

    [Fact]
    public void Constant_images_are_counted_and_black_ones_among_them() =>
        Assert.Equal(
            ["3 of 6 images (50 %) have a single intensity in every pixel, 1 of them black."],
            Remarks(Texture(1), Flat(0), Flat(255), Texture(2), Flat(90), Texture(3))
        );

    [Fact]
    public void A_share_of_all_images_has_no_exponent() =>
        Assert.Equal(
            "3 of 3 images (100 %) have a single intensity in every pixel, 0 of them black.",
            Remarks(Flat(9), Flat(255), Flat(90))[0]
        );

    [Fact]
    public void A_low_largest_intensity_is_told()
    {
        byte[] dark = [.. Texture(1).Select(value => (byte)(value / 16))],
            darker = [.. Texture(2).Select(value => (byte)(value / 128))];
        Assert.Equal(
            [
                "the largest intensity of all images is 15 of 255; stretch their range if they are not meant to be "
                    + "that dark.",
            ],
            Remarks(dark, darker)
        );
    }

    [Fact]
    public void Copies_and_near_copies_are_counted_within_and_across_splits()
    {
        byte[] brighter = [.. Texture(1).Select(value => (byte)Math.Min(255, value + 3))];
        var train = Images(Texture(1), Texture(2), Texture(2), Texture(3));
        var test = Images(brighter, Texture(9));
        Assert.Equal(
            [
                "1 of 6 images (17 %) are copies of another image of the same split, or differ from it by less than "
                    + "2 % on average.",
                "1 held-out image is a copy of training images or nearly so; the loss on held-out images is too "
                    + "optimistic.",
            ],
            ImageChecks.Remarks(new DatasetSplits(train, test))
        );
    }

    private static string[] Remarks(params byte[][] images) =>
        [.. ImageChecks.Remarks(new DatasetSplits(Images(images[..^1]), Images(images[^1])))];

    private static ImageDataset Images(params byte[][] images) =>
        new("made", Shape, images.SelectMany(i => i).ToArray());

    private static byte[] Flat(byte value) => [.. Enumerable.Repeat(value, Shape.PixelCount)];

    private static byte[] Texture(int seed)
    {
        // Cells of two pixels, so that their means lie in the middle of a step of the thumbnail.
        byte[] image = new byte[Shape.PixelCount];
        for (int i = 0; i < image.Length; i++)
            image[i] = (byte)(((((i / 16 / 2) * 8) + (i % 16 / 2)) * (seed * 37)) % 15 * 16);
        image[0] = image[1] = image[16] = image[17] = 240;
        return image;
    }
}
