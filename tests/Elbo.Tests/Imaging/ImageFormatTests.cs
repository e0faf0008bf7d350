using BitMiracle.LibTiff.Classic;
using Elbo.Imaging;
using SkiaSharp;

namespace Elbo.Tests.Imaging;

public class ImageFormatTests
{
    /// <summary>What a lossy format may change a pixel by on average, of 255.</summary>
    private const double Lossy = 3;

    public static TheoryData<string, int> FormatsAndOrientations()
    {
        var data = new TheoryData<string, int>();
        foreach (
            string format in (string[])
                ["png", "jpeg", "webp", "lossy webp", "tiff", "tiff, big end first", "tiff, jpeg"]
        )
            for (int orientation = 1; orientation <= 8; orientation++)
                data.Add(format, orientation);
        foreach (string format in (string[])["bmp", "gif", "progressive jpeg"])
            data.Add(format, 1);
        return data;
    }

    [Theory]
    [MemberData(nameof(FormatsAndOrientations))]
    public void Every_format_and_orientation_gives_the_same_upright_picture(string format, int orientation)
    {
        var stored = ImageFiles.Store(ImageFiles.Picture, orientation);
        byte[] exif = ImageFiles.Exif(orientation);
        byte[] file = format switch
        {
            "png" => ImageFiles.PngWith(ImageFiles.Encode(stored, SKEncodedImageFormat.Png, 100), exif),
            "jpeg" => ImageFiles.JpegWith(ImageFiles.Encode(stored, SKEncodedImageFormat.Jpeg, 100), exif),
            "webp" => ImageFiles.WebpWith(
                ImageFiles.Encode(stored, SKEncodedImageFormat.Webp, 100),
                exif,
                stored.Width,
                stored.Height
            ),
            "lossy webp" => ImageFiles.WebpWith(
                ImageFiles.Encode(stored, SKEncodedImageFormat.Webp, 99),
                exif,
                stored.Width,
                stored.Height
            ),
            "tiff" => ImageFiles.Tiff(stored, Compression.LZW, orientation, "wl"),
            "tiff, big end first" => ImageFiles.Tiff(stored, Compression.DEFLATE, orientation, "wb"),
            "tiff, jpeg" => ImageFiles.Tiff(stored, Compression.JPEG, orientation),
            "bmp" => ImageFiles.Bmp(stored),
            "gif" => ImageFiles.Gif,
            _ => ImageFiles.ProgressiveJpeg,
        };
        var image = ImageDecoder.Decode(file, "picture");
        Assert.Equal((24, 16, 3), (image.Width, image.Height, image.Channels));
        if (format.Contains("jpeg") || format.Contains("lossy"))
            Assert.InRange(ImageFiles.MeanDifference(ImageFiles.Picture.Pixels, image.Pixels), 0, Lossy);
        else
            Assert.Equal(ImageFiles.Picture.Pixels, image.Pixels);
    }

    [Fact]
    public void A_damaged_exif_block_counts_as_upright()
    {
        byte[] png = ImageFiles.Encode(ImageFiles.Picture, SKEncodedImageFormat.Png, 100),
            jpeg = ImageFiles.Encode(ImageFiles.Picture, SKEncodedImageFormat.Jpeg, 95);
        byte[] sound = ImageFiles.Exif(6);
        var damaged = new List<byte[]> { ImageFiles.Exif(0), ImageFiles.Exif(9) };
        for (int length = 0; length < 18; length++)
            damaged.Add(sound[..length]);
        foreach (int at in (int[])[0, 1, 4, 5, 6, 7, 10, 11, 12, 13])
        {
            byte[] changed = [.. sound];
            changed[at] ^= 0x55;
            damaged.Add(changed);
        }
        foreach (byte[] exif in damaged)
        foreach (byte[] file in new[] { ImageFiles.PngWith(png, exif), ImageFiles.JpegWith(jpeg, exif) })
            Assert.Equal(24, ImageDecoder.Decode(file, "a").Width);
        Assert.Equal(16, ImageDecoder.Decode(ImageFiles.PngWith(png, sound), "a").Width);
        Assert.Equal(16, ImageDecoder.Decode(ImageFiles.JpegWith(jpeg, sound), "a").Width);
    }

    [Theory]
    [InlineData(Compression.NONE, false)]
    [InlineData(Compression.LZW, false)]
    [InlineData(Compression.LZW, true)]
    [InlineData(Compression.DEFLATE, true)]
    [InlineData(Compression.ADOBE_DEFLATE, false)]
    [InlineData(Compression.PACKBITS, true)]
    public void Tiffs_keep_their_planes_together_or_apart(Compression compression, bool apart)
    {
        var picture = ImageFiles.Picture;
        foreach (string mode in (string[])["wl", "wb"])
        foreach (int bits in (int[])[8, 16])
        {
            byte[] file = ImageFiles.Tiff(
                24,
                16,
                3,
                bits,
                Photometric.RGB,
                compression,
                (x, y, s) => picture.Pixels[(((y * 24) + x) * 3) + s] * (bits == 8 ? 1 : 257),
                apart,
                mode
            );
            Assert.Equal(picture.Pixels, ImageDecoder.Decode(file, "a.tif").Pixels);
        }
    }

    [Theory]
    [InlineData(1, Compression.CCITTFAX4)]
    [InlineData(1, Compression.CCITTFAX3)]
    [InlineData(1, Compression.NONE)]
    [InlineData(2, Compression.NONE)]
    [InlineData(4, Compression.LZW)]
    [InlineData(8, Compression.LZW)]
    [InlineData(16, Compression.NONE)]
    public void Grey_tiffs_count_from_black_or_from_white(int bits, Compression compression)
    {
        int top = (1 << bits) - 1;
        int Value(int x, int y) => ((x * 7) + (y * 13)) * 191 % (top + 1);
        foreach (bool white in new[] { false, true })
        {
            byte[] file = ImageFiles.Tiff(
                19,
                11,
                1,
                bits,
                white ? Photometric.MINISWHITE : Photometric.MINISBLACK,
                compression,
                (x, y, _) => white ? top - Value(x, y) : Value(x, y)
            );
            var image = ImageDecoder.Decode(file, "a.tif");
            Assert.Equal((19, 11, 1), (image.Width, image.Height, image.Channels));
            for (int i = 0; i < image.Pixels.Length; i++)
                Assert.Equal((byte)Math.Round(255.0 * Value(i % 19, i / 19) / top), image.Pixels[i]);
        }
    }

    [Fact]
    public void Palettes_inks_and_opacity_of_tiffs_become_red_green_and_blue()
    {
        ushort[] red = [.. Enumerable.Range(0, 16).Select(i => (ushort)(i * 4096))],
            green = [.. red.Reverse()],
            blue = new ushort[16];
        byte[] palette = ImageFiles.Tiff(
            16,
            1,
            1,
            4,
            Photometric.PALETTE,
            Compression.NONE,
            (x, _, _) => x,
            more: tiff => tiff.SetField(TiffTag.COLORMAP, red, green, blue)
        );
        Assert.Equal([0, 240, 0, 16, 224, 0], ImageDecoder.Decode(palette, "a.tif").Pixels[..6]);

        byte[] inks = ImageFiles.Tiff(
            2,
            1,
            4,
            8,
            Photometric.SEPARATED,
            Compression.NONE,
            (x, _, s) => x == 0 ? 0 : 51 * s
        );
        Assert.Equal([255, 255, 255, 102, 82, 61], ImageDecoder.Decode(inks, "a.tif").Pixels);

        foreach (var (kind, half) in new[] { (ExtraSample.UNASSALPHA, 200), (ExtraSample.ASSOCALPHA, 100) })
        {
            byte[] file = ImageFiles.Tiff(
                2,
                1,
                2,
                8,
                Photometric.MINISBLACK,
                Compression.NONE,
                (x, _, s) =>
                    (x, s) is (0, 0) ? 200
                    : (x, s) is (1, 0) ? half
                    : x == 0 ? 255
                    : 128,
                more: tiff => tiff.SetField(TiffTag.EXTRASAMPLES, 1, new[] { (short)kind })
            );
            var pixels = ImageDecoder.Decode(file, "a.tif", BackgroundColour.Black).Pixels;
            Assert.Equal(200, pixels[0]);
            Assert.InRange(pixels[1], 99, 101);
        }
    }

    [Fact]
    public void Tiled_tiffs_are_read()
    {
        byte[] file = Tiled(40, 35);
        var image = ImageDecoder.Decode(file, "a.tif");
        for (int i = 0; i < image.Pixels.Length; i++)
            Assert.Equal((byte)((i % 40 * 5) + (i / 40)), image.Pixels[i]);
    }

    [Fact]
    public void What_tiffs_cannot_be_read_say_so()
    {
        byte[] floats = ImageFiles.Tiff(
            2,
            2,
            1,
            32,
            Photometric.MINISBLACK,
            Compression.NONE,
            (_, _, _) => 0,
            more: tiff => tiff.SetField(TiffTag.SAMPLEFORMAT, SampleFormat.IEEEFP)
        );
        Assert.Contains("32-bit samples of the format IEEEFP", Refused(floats));
        byte[] lab = ImageFiles.Tiff(2, 2, 3, 8, Photometric.CIELAB, Compression.NONE, (_, _, _) => 0);
        Assert.Contains("colour space CIELAB", Refused(lab));
        byte[] sound = ImageFiles.Tiff(ImageFiles.Picture, Compression.LZW);
        for (int length = 4; length < sound.Length; length += 7)
            Assert.StartsWith("a.tif: the TIFF data is ", Refused(sound[..length]));
    }

    private static string Refused(byte[] file)
    {
        string message = Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, "a.tif")).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static byte[] Tiled(int width, int height)
    {
        using var stream = new MemoryStream();
        var tiff = Tiff.ClientOpen("file", "w", stream, new TiffStream());
        foreach (
            var (tag, value) in new[]
            {
                (TiffTag.IMAGEWIDTH, width),
                (TiffTag.IMAGELENGTH, height),
                (TiffTag.SAMPLESPERPIXEL, 1),
                (TiffTag.BITSPERSAMPLE, 8),
                (TiffTag.PHOTOMETRIC, (int)Photometric.MINISBLACK),
                (TiffTag.COMPRESSION, (int)Compression.LZW),
                (TiffTag.PLANARCONFIG, (int)PlanarConfig.CONTIG),
                (TiffTag.TILEWIDTH, 16),
                (TiffTag.TILELENGTH, 16),
            }
        )
            tiff.SetField(tag, value);
        byte[] tile = new byte[256];
        for (int top = 0; top < height; top += 16)
        for (int left = 0; left < width; left += 16)
        {
            for (int i = 0; i < tile.Length; i++)
                tile[i] = (byte)(((left + (i % 16)) * 5) + top + (i / 16));
            tiff.WriteTile(tile, left, top, 0, 0);
        }
        tiff.WriteDirectory();
        tiff.Flush();
        return stream.ToArray();
    }
}
