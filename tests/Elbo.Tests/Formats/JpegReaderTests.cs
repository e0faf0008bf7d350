using Elbo.Engine;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class JpegReaderTests
{
    /// <summary>JPEG rounds colours to its own steps: at the quality of these files, to within 2.</summary>
    private const int Tolerance = 2;

    [JpegFact]
    public void Grey_stays_one_channel() => AssertHalves(JpegBytes.Grey, 1, [40], [200]);

    [JpegFact]
    public void Colours_come_as_red_green_and_blue() => AssertHalves(JpegBytes.Rgb, 3, [200, 30, 60], [20, 90, 220]);

    [JpegFact]
    public void Inks_come_as_red_green_and_blue() => AssertHalves(JpegBytes.Cmyk, 3, [200, 30, 60], [20, 90, 220]);

    [JpegFact]
    public void A_file_that_is_cut_before_its_end_marker_is_refused()
    {
        foreach (byte[] file in new[] { JpegBytes.Grey, JpegBytes.Rgb })
            for (int length = 0; length < file.Length - 2; length++)
                Assert.StartsWith(
                    "a.jpg: at byte 0: the JPEG data is damaged or incomplete: ",
                    Assert.Throws<InvalidDataException>(() => JpegReader.Decode(file[..length], "a.jpg")).Message
                );
    }

    [JpegFact]
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
                JpegReader.Decode(file, "a.jpg");
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("a.jpg: at byte 0: ", e.Message);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 200, 2000);
    }

    [JpegFact]
    public void Threads_do_not_disturb_each_other()
    {
        byte[] expected = JpegReader.Decode(JpegBytes.Rgb, "a.jpg").Pixels;
        Parallel.For(
            0,
            500,
            i =>
            {
                if (i % 3 == 0)
                    Assert.Throws<InvalidDataException>(() => JpegReader.Decode(JpegBytes.Rgb[..200], "a.jpg"));
                else
                    Assert.Equal(expected, JpegReader.Decode(JpegBytes.Rgb, "a.jpg").Pixels);
            }
        );
    }

    [JpegFact]
    public void A_size_beyond_the_limit_is_refused_before_it_takes_memory()
    {
        byte[] file = [.. JpegBytes.Grey];
        int frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0, 11, 8]);
        (file[frame + 5], file[frame + 7]) = (0x7F, 0x7F); // the high bytes of height and width
        Assert.Equal(
            "a.jpg: at byte 0: found an image of 32528×32520; expected at most 67,108,864 pixels.",
            Assert.Throws<InvalidDataException>(() => JpegReader.Decode(file, "a.jpg")).Message
        );
    }

    [Fact]
    public void Without_the_library_one_line_says_what_to_install()
    {
        Assert.Null(TurboJpeg.Find("libnothing-of-this-name.so.0"));
        string message = TurboJpeg.Missing().Message;
        Assert.Contains("'apt-get install libturbojpeg0'", message);
        Assert.Contains("'brew install jpeg-turbo'", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_library_without_the_functions_is_not_taken()
    {
        // Any library that is there, and certainly has none of them.
        string other =
            OperatingSystem.IsWindows() ? "kernel32.dll"
            : OperatingSystem.IsMacOS() ? "libSystem.dylib"
            : "libc.so.6";
        Assert.Null(TurboJpeg.Find(other));
    }

    private static void AssertHalves(byte[] file, int channels, byte[] left, byte[] right)
    {
        var image = JpegReader.Decode(file, "a.jpg");
        Assert.Equal((16, 8, channels), (image.Width, image.Height, image.Channels));
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int expected = (i / channels % 16 < 8 ? left : right)[i % channels];
            Assert.InRange(image.Pixels[i], expected - Tolerance, expected + Tolerance);
        }
    }
}
