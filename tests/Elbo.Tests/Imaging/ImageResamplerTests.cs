using Elbo.Engine;
using Elbo.Imaging;

namespace Elbo.Tests.Imaging;

public class ImageResamplerTests
{
    private static readonly (int Width, int Height)[] Sizes =
    [
        (1, 1),
        (2, 3),
        (7, 7),
        (16, 16),
        (31, 5),
        (5, 64),
        (100, 75),
    ];

    [Fact]
    public void A_constant_stays_constant_at_any_size()
    {
        foreach (var (width, height) in Sizes)
        foreach (var (w, h) in Sizes)
        foreach (byte value in new byte[] { 0, 1, 127, 254, 255 })
        {
            var image = new DecodedImage(width, height, 1, Enumerable.Repeat(value, width * height).ToArray());
            byte[] result = ImageResampler.Fit(image, new ImageSize(w, h), 1);
            Assert.Equal(w * h, result.Length);
            Assert.All(result, pixel => Assert.Equal(value, pixel));
        }
    }

    [Fact]
    public void A_gradient_stays_monotone_and_symmetric()
    {
        foreach (int from in new[] { 2, 5, 16, 33 })
        foreach (int to in new[] { 1, 2, 3, 16, 40, 100 })
        {
            byte[] ramp = [.. Enumerable.Range(0, from).Select(x => (byte)(255 * x / (from - 1)))];
            byte[] across = ImageResampler.Fit(
                new DecodedImage(from, from, 1, [.. Enumerable.Range(0, from).SelectMany(_ => ramp)]),
                new ImageSize(to, to),
                1
            );
            byte[] down = ImageResampler.Fit(
                new DecodedImage(from, from, 1, [.. ramp.SelectMany(v => Enumerable.Repeat(v, from))]),
                new ImageSize(to, to),
                1
            );
            for (int i = 0; i < to; i++)
            {
                Assert.Equal(across[i], down[i * to]);
                Assert.Equal(across[i], across[((to - 1) * to) + i]);
                if (i > 0)
                    Assert.True(across[i] >= across[i - 1]);
                // Each is rounded, and the ramp's own steps are rounded down.
                Assert.InRange(across[i] + across[to - 1 - i], 253, 257);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Shrinking_by_an_integer_takes_the_mean_of_each_square(int factor)
    {
        byte[] pixels = Noise(6 * factor * 4 * factor);
        byte[] result = ImageResampler.Fit(new DecodedImage(6 * factor, 4 * factor, 1, pixels), new ImageSize(6, 4), 1);
        for (int y = 0; y < 4; y++)
        for (int x = 0; x < 6; x++)
        {
            double sum = 0;
            for (int v = 0; v < factor; v++)
            for (int u = 0; u < factor; u++)
                sum += pixels[(((y * factor) + v) * 6 * factor) + (x * factor) + u];
            Assert.InRange(result[(y * 6) + x], (sum / factor / factor) - 0.5001, (sum / factor / factor) + 0.5001);
        }
        // Rounding each pixel is all that can move the mean.
        Assert.Equal(pixels.Average(p => p), result.Average(p => p), 0.5);
    }

    [Fact]
    public void Shrinking_by_a_fraction_counts_pixels_by_their_share()
    {
        // Three pixels become two: each takes one whole pixel and half of the middle one.
        byte[] pixels = [30, 60, 240, 30, 60, 240, 30, 60, 240];
        Assert.Equal([40, 180, 40, 180], ImageResampler.Fit(new DecodedImage(3, 3, 1, pixels), new ImageSize(2, 2), 1));
    }

    [Fact]
    public void Enlarging_interpolates_between_the_centres_of_pixels() =>
        Assert.Equal(
            [0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100],
            ImageResampler.Fit(new DecodedImage(2, 2, 1, [0, 100, 0, 100]), new ImageSize(4, 4), 1)
        );

    [Fact]
    public void Proportions_stay_and_what_stands_over_is_cut_off_evenly()
    {
        // Columns 0 to 7; the middle four remain, whether pixels change their size or not.
        byte[] wide = [.. Enumerable.Range(0, 8 * 4).Select(i => (byte)(10 * (i % 8)))];
        Assert.Equal(
            [20, 30, 40, 50],
            ImageResampler.Fit(new DecodedImage(8, 4, 1, wide), new ImageSize(4, 4), 1)[..4]
        );
        Assert.Equal([25, 45, 25, 45], ImageResampler.Fit(new DecodedImage(8, 4, 1, wide), new ImageSize(2, 2), 1));
        byte[] tall = [.. Enumerable.Range(0, 8 * 4).Select(i => (byte)(10 * (i / 4)))];
        Assert.Equal([25, 25, 45, 45], ImageResampler.Fit(new DecodedImage(4, 8, 1, tall), new ImageSize(2, 2), 1));
    }

    [Fact]
    public void An_odd_row_too_many_is_cut_off_without_mixing_the_others()
    {
        byte[] pixels = Noise(5 * 4);
        Assert.Equal(pixels[..16], ImageResampler.Fit(new DecodedImage(4, 5, 1, pixels), new ImageSize(4, 4), 1));
    }

    [Fact]
    public void The_right_size_changes_nothing_but_the_order_of_channels() =>
        Assert.Equal(
            [1, 4, 2, 5, 3, 6],
            ImageResampler.Fit(new DecodedImage(2, 1, 3, [1, 2, 3, 4, 5, 6]), new ImageSize(2, 1), 3)
        );

    [Fact]
    public void Planes_are_resampled_each_by_itself()
    {
        byte[] pixels = Noise(3 * 9 * 7);
        byte[] whole = ImageResampler.Fit(new DecodedImage(9, 7, 3, pixels), new ImageSize(4, 4), 3);
        for (int c = 0; c < 3; c++)
        {
            byte[] plane = [.. Enumerable.Range(0, 9 * 7).Select(i => pixels[(3 * i) + c])];
            Assert.Equal(
                ImageResampler.Fit(new DecodedImage(9, 7, 1, plane), new ImageSize(4, 4), 1),
                whole.AsSpan(c * 16, 16).ToArray()
            );
        }
    }

    [Fact]
    public void Colours_become_grey_by_their_luma_and_greys_become_three_equal_planes()
    {
        Assert.Equal(
            [76, 150, 29, 255],
            ImageResampler.Fit(
                new DecodedImage(4, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]),
                new ImageSize(4, 1),
                1
            )
        );
        Assert.Equal([7, 9, 7, 9, 7, 9], ImageResampler.Fit(new DecodedImage(2, 1, 1, [7, 9]), new ImageSize(2, 1), 3));
        for (int grey = 0; grey < 256; grey++)
            Assert.Equal(grey, ImageResampler.Luma((byte)grey, (byte)grey, (byte)grey));
    }

    private static byte[] Noise(int count)
    {
        var rng = new Rng(4);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)rng.Next(256))];
    }
}
