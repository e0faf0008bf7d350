using BitMiracle.LibTiff.Classic;
using Elbo.Engine;
using Elbo.Imaging;
using SkiaSharp;

namespace Elbo.Tests.Imaging;

public class DamagedImageTests
{
    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("progressive")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    [InlineData("lzw")]
    [InlineData("tiff, jpeg")]
    [InlineData("g4")]
    public void Damage_is_refused_in_one_line_or_read_and_nothing_else_happens(string format)
    {
        var picture = ImageFiles.Picture;
        byte[] sound = format switch
        {
            "png" => ImageFiles.Encode(picture, SKEncodedImageFormat.Png, 100),
            "jpeg" => ImageFiles.Encode(picture, SKEncodedImageFormat.Jpeg, 90),
            "progressive" => ImageFiles.ProgressiveJpeg,
            "webp" => ImageFiles.Encode(picture, SKEncodedImageFormat.Webp, 80),
            "gif" => ImageFiles.Gif,
            "bmp" => ImageFiles.Bmp(picture),
            "lzw" => ImageFiles.Tiff(picture, Compression.LZW),
            "tiff, jpeg" => ImageFiles.Tiff(picture, Compression.JPEG),
            _ => ImageFiles.Tiff(64, 32, 1, 1, Photometric.MINISWHITE, Compression.CCITTFAX4, (x, y, _) => (x ^ y) & 1),
        };
        var rng = new Rng(7);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] file = i % 4 == 0 ? sound[..rng.Next(sound.Length)] : [.. sound];
            for (int changes = i % 4; changes > 0; changes--)
                file[rng.Next(i % 2 == 0 ? file.Length : Math.Min(file.Length, 100))] = (byte)rng.Next(256);
            try
            {
                ImageDecoder.Decode(file, "damaged");
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("damaged: ", e.Message);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 50, 299);
    }

    [Fact]
    public void A_tag_that_claims_more_values_than_the_file_has_bytes_takes_no_memory()
    {
        byte[] file = ImageFiles.Tiff(ImageFiles.Picture, Compression.NONE, mode: "wl");
        int directory = BitConverter.ToInt32(file, 4);
        BitConverter.TryWriteBytes(file.AsSpan(directory + 2 + 4), 0x1E000001); // the count of the first tag
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "has 503,316,481 values",
            Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, "a.tif")).Message
        );
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}
