using Elbo.Engine;
using Elbo.Imaging;

namespace Elbo.Tests.Imaging;

public class ImageEncoderTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 3)]
    [InlineData(7, 5, 1)]
    [InlineData(7, 5, 3)]
    [InlineData(64, 33, 3)]
    public void Noise_and_gradients_come_back_as_they_were(int width, int height, int channels)
    {
        var rng = new Rng(3);
        var noise = new byte[width * height * channels];
        for (int i = 0; i < noise.Length; i++)
            noise[i] = (byte)rng.Next(256);
        var gradient = new byte[noise.Length];
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = (byte)((3 * (i % (width * channels))) + (5 * (i / (width * channels))));

        foreach (byte[] pixels in new[] { noise, gradient })
        {
            var (w, h, c, decoded) = ImageDecoder.Decode(PngEncoder.Encode(width, height, channels, pixels), "a.png");
            Assert.Equal((width, height, channels), (w, h, c));
            Assert.Equal(pixels, decoded);
        }
    }

    [Fact]
    public void A_smooth_image_is_filtered_to_a_fraction_of_its_size()
    {
        var pixels = new byte[200 * 200];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((i % 200) + (i / 200));
        Assert.InRange(PngEncoder.Encode(200, 200, 1, pixels).Length, 50, pixels.Length / 50);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    public void Grey_stays_grey_and_the_same_pixels_give_the_same_bytes(int channels, byte colourType)
    {
        var pixels = new byte[28 * 28 * channels];
        new Random(5).NextBytes(pixels);
        byte[] file = PngEncoder.Encode(28, 28, channels, pixels);
        Assert.Equal((8, colourType), (file[24], file[25])); // IHDR: bit depth, colour type
        Assert.Equal(file, PngEncoder.Encode(28, 28, channels, pixels));
    }

    [Theory]
    [InlineData(0, 1, 1, 0)]
    [InlineData(2, 2, 2, 8)]
    [InlineData(2, 2, 1, 5)]
    public void Sizes_that_do_not_fit_are_refused(int width, int height, int channels, int bytes) =>
        Assert.Throws<ArgumentException>(() => PngEncoder.Encode(width, height, channels, new byte[bytes]));
}
