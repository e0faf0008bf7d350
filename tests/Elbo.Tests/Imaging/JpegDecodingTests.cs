using Elbo.Engine;
using Elbo.Imaging;

namespace Elbo.Tests.Imaging;

public class JpegDecodingTests
{
    /// <summary>JPEG rounds colours to its own steps: at the quality of these files, to within 2.</summary>
    private const int Tolerance = 2;

    [Fact]
    public void Grey_stays_one_channel() => AssertHalves(JpegBytes.Grey, 1, [40], [200]);

    [Fact]
    public void Colours_come_as_red_green_and_blue() => AssertHalves(JpegBytes.Rgb, 3, [200, 30, 60], [20, 90, 220]);

    [Fact]
    public void Inks_come_as_red_green_and_blue() => AssertHalves(JpegBytes.Cmyk, 3, [200, 30, 60], [20, 90, 220]);

    [Fact]
    public void A_file_that_is_cut_before_its_end_marker_is_refused()
    {
        foreach (byte[] file in new[] { JpegBytes.Grey, JpegBytes.Rgb })
            for (int length = 3; length < file.Length - 2; length++)
                Assert.StartsWith(
                    "a.jpg: the JPEG data is ",
                    Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file[..length], "a.jpg")).Message
                );
    }

    [Fact]
    public void Damage_is_refused_or_read_and_nothing_else_happens()
    {
        var rng = new Rng(1);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = [.. JpegBytes.Rgb];
            for (int changes = 1 + rng.Next(3); changes > 0; changes--)
                file[rng.Next(file.Length)] = (byte)rng.Next(256);
            try
            {
                ImageDecoder.Decode(file, "a.jpg");
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("a.jpg: ", e.Message);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 100, 1900);
    }

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        byte[] expected = ImageDecoder.Decode(JpegBytes.Rgb, "a.jpg").Pixels;
        Parallel.For(
            0,
            500,
            i =>
            {
                if (i % 3 == 0)
                    Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(JpegBytes.Rgb[..200], "a.jpg"));
                else
                    Assert.Equal(expected, ImageDecoder.Decode(JpegBytes.Rgb, "a.jpg").Pixels);
            }
        );
    }

    [Fact]
    public void A_size_beyond_the_limit_is_refused_before_it_takes_memory()
    {
        byte[] file = [.. JpegBytes.Grey];
        int frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0, 11, 8]);
        (file[frame + 5], file[frame + 7]) = (0x7F, 0x7F); // the high bytes of height and width
        Assert.Equal(
            "a.jpg: found an image of 32528×32520; expected at most 300,000,000 pixels.",
            Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, "a.jpg")).Message
        );
    }

    [Fact]
    public void Endless_scans_are_refused()
    {
        byte[] scans = [.. Enumerable.Repeat<byte[]>([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0], 501).SelectMany(s => s)];
        Assert.Equal(
            "a.jpg: found a JPEG of 502 scans; expected at most 500.",
            Assert
                .Throws<InvalidDataException>(() =>
                    ImageDecoder.Decode([.. JpegBytes.Grey[..^2], .. scans, 0xFF, 0xD9], "a.jpg")
                )
                .Message
        );
    }

    [Fact]
    public void What_the_decoder_passes_over_is_a_warning_and_not_damage()
    {
        byte[] file = [.. JpegBytes.Rgb[..20], 1, 2, 3, .. JpegBytes.Rgb[20..]];
        var (image, findings) = ImageDecoder.Decode(file, "a.jpg", new DecodeOptions());
        Assert.Equal(ImageDecoder.Decode(JpegBytes.Rgb, "a.jpg").Pixels, image.Pixels);
        Assert.Equal("it has 3 extraneous bytes between its segments", findings.Warning);
        Assert.Null(ImageDecoder.Decode(JpegBytes.Rgb, "a.jpg", new DecodeOptions()).Findings.Warning);
    }

    [Fact]
    public void A_large_photograph_is_decoded_at_a_fraction_that_still_covers_the_target_twice()
    {
        byte[] file = ImageFiles.Encode(ImageFiles.Photo(640, 480), SkiaSharp.SKEncodedImageFormat.Jpeg, 95);
        foreach (var (side, width) in new[] { (16, 80), (30, 80), (31, 160), (100, 320), (240, 640), (480, 640) })
        {
            var options = new DecodeOptions { Target = new ImageSize(side, side) };
            Assert.Equal(width, ImageDecoder.Decode(file, "a.jpg", options).Image.Width);
        }
    }

    [Fact]
    public void Reduced_decoding_looks_like_the_whole_picture_brought_to_the_same_size()
    {
        byte[] file = ImageFiles.Encode(ImageFiles.Photo(640, 480), SkiaSharp.SKEncodedImageFormat.Jpeg, 95);
        var size = new ImageSize(32, 32);
        byte[] whole = ImageResampler.Fit(ImageDecoder.Decode(file, "a.jpg"), size, 3),
            reduced = ImageResampler.Fit(
                ImageDecoder.Decode(file, "a.jpg", new DecodeOptions { Target = size }).Image,
                size,
                3
            );
        Assert.InRange(ImageFiles.MeanDifference(whole, reduced), 0, 1);
    }

    private static void AssertHalves(byte[] file, int channels, byte[] left, byte[] right)
    {
        var image = ImageDecoder.Decode(file, "a.jpg");
        Assert.Equal((16, 8, channels), (image.Width, image.Height, image.Channels));
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int expected = (i / channels % 16 < 8 ? left : right)[i % channels];
            Assert.InRange(image.Pixels[i], expected - Tolerance, expected + Tolerance);
        }
    }
}
