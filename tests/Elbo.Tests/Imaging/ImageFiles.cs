using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;
using Elbo.Imaging;
using SkiaSharp;

namespace Elbo.Tests.Imaging;

/// <summary>Makes image files of every format that is read, with an orientation where the format has one.</summary>
internal static class ImageFiles
{
    /// <summary>The orientation numbers of EXIF: on which sides of the picture row 0 and column 0 of the file lie.</summary>
    private static readonly (string Row, string Column)[] Sides =
    [
        ("", ""),
        ("top", "left"),
        ("top", "right"),
        ("bottom", "right"),
        ("bottom", "left"),
        ("left", "top"),
        ("right", "top"),
        ("right", "bottom"),
        ("left", "bottom"),
    ];

    /// <summary>24×16 pixels, no two 2×2 squares of one colour, and no two corners.</summary>
    public static DecodedImage Picture { get; } =
        Paint(
            24,
            16,
            (x, y) => (40 + (x / 2 * 8) + (y / 2 * 8), 30 + (x / 2 * 8) + (y / 2 * 10), 60 + (x / 2 * 4) + (y / 2 * 14))
        );

    /// <summary><see cref="Picture"/> as the first frame of two, by PIL.</summary>
    public static byte[] Gif { get; } =
        Convert.FromBase64String(
            """
            R0lGODlhGAAQAIYAACgePDAmQDAoSjguRDgwTjgyWEA2SEA4UkA6XEA8Zkg+TEhAVkhCYEhEakhGdFBGUFBIWlBKZFBMblBOeFBQglhOVFhQ
            XlhSaFhUclhWfFhYhlhakGBWWGBYYmBabGBcdmBegGBgimBilGBknmheXGhgZmhicGhkemhmhGhojmhqmGhsonBmYHBoanBqdHBsfnBuiHBw
            knBynHB0pnhuZHhwbnhyeHh0gnh2jHh4lnh6oHh8qoB2aIB4coB6fIB8hoB+kICAmoCCpICEroiAdoiCgIiEioiGlIiInoiKqIiMspCKhJCM
            jpCOmJCQopCSrJCUtpiUkpiWnJiYppiasJicuqCeoKCgqqCitKCkvqiorqiquKiswrCyvLC0xri8ygAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
            AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACH5BAAKAAAA
            LAAAAAAYABAAAAj/AAEACBBgwAADBhQoePCgQgUOHEiQYMGCBg0ePAQSNIhQIUOHECVStIhRgAACBA4cWLAAAgQLFjp0KFGiRYsaNXr0IELE
            JEqVLF3ClEnTJk6dPAsUQICAAYMIES5c8ODBhAkXLmzY8OGjSJElS5QydQpVKlWrWLVy9Qo2QYIGDSRIwIDhw4cTJ168uHHjxw8jRpgwiRLF
            LVy5dO3i1cvXL2DBhB04mDAhQwYQIFCggAEDBw4gQI4cadJEihQrViRTtoxZM2fPoEWTNo2aAgUNGkKESJEiRowcOYIEQYLEiZMpU65c0aLF
            Nm7dvH0DF07cOHLlzDdsECFChQoZMnToTBAiJEmSJ0+oUMGCZcuWLl20c/cOXjx58+jVs3cPf8SIFSvMMMMOOwwxhBJKQAFFFVVkkQUXXHjh
            xRdf+AeggAQaiKCCDDoIoYQUBgQAIfkEAAoAAAAsAAAAABgAEACBKB48AAAAAAAAAAAACCIAAQgcSLCgwYMIEypcyLChw4cQI0qcSLGixYsY
            M2rcaDAgADs=
            """
        );

    /// <summary><see cref="Picture"/> as a progressive JPEG, by PIL.</summary>
    public static byte[] ProgressiveJpeg { get; } =
        Convert.FromBase64String(
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggL
            DAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgAR
            CAAQABgDAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgj/xAAWAQEBAQAAAAAAAAAAAAAAAAAFAgb/2gAMAwEAAhADEAAAAZ8bp4fb
            w+i2zPeH28Pv/8QAFRABAQAAAAAAAAAAAAAAAAAABQD/2gAIAQEAAQUCPJjyo8qPKjyo8q//xAAXEQEBAQEAAAAAAAAAAAAAAAAAEgEC/9oA
            CAEDAQE/AbZ2ta2dv//EABURAQEAAAAAAAAAAAAAAAAAAAMA/9oACAECAQE/AUKQpCkKQpCv/8QAFRABAQAAAAAAAAAAAAAAAAAAADH/2gAI
            AQEABj8CiIiI/8QAGhAAAgMBAQAAAAAAAAAAAAAAAGExccEB8P/aAAgBAQABPyGLVsj1bI9Wz27bI9WyPVs//9oADAMBAAIAAwAAABB7v7//
            xAAWEQEBAQAAAAAAAAAAAAAAAAABABD/2gAIAQMBAT8QMBCGD//EABURAQEAAAAAAAAAAAAAAAAAAAAB/9oACAECAQE/EJJJLLLP/8QAGhAA
            AwEAAwAAAAAAAAAAAAAAAAERMVFhof/aAAgBAQABPxD2wM1ugQ+2gS40QxPhoEWs0H//2Q==
            """
        );

    /// <summary>Smooth light and some structure, as in a photograph.</summary>
    public static DecodedImage Photo(int width, int height) =>
        Paint(
            width,
            height,
            (x, y) =>
            {
                double light = 120 + (80 * Math.Sin(x * 6.0 / width) * Math.Cos(y * 5.0 / height)),
                    grain = 20 * Math.Sin(x * 0.7) * Math.Sin(y * 0.9);
                return ((int)(light + grain), (int)(light * 0.8), (int)(255 - light - grain));
            }
        );

    public static DecodedImage Paint(int width, int height, Func<int, int, (int R, int G, int B)> colour)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            var (r, g, b) = colour(i % width, i / width);
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)r, (byte)g, (byte)b);
        }
        return new DecodedImage(width, height, 3, pixels);
    }

    /// <summary>The pixels as a camera with this orientation stores them.</summary>
    public static DecodedImage Store(DecodedImage upright, int orientation)
    {
        var (row, column) = Sides[orientation];
        bool sideways = row is "left" or "right";
        return Paint(
            sideways ? upright.Height : upright.Width,
            sideways ? upright.Width : upright.Height,
            (x, y) =>
            {
                string horizontal = sideways ? row : column,
                    vertical = sideways ? column : row;
                int across = sideways ? y : x,
                    down = sideways ? x : y;
                int at =
                    ((vertical == "top" ? down : upright.Height - 1 - down) * upright.Width)
                    + (horizontal == "left" ? across : upright.Width - 1 - across);
                return (upright.Pixels[3 * at], upright.Pixels[(3 * at) + 1], upright.Pixels[(3 * at) + 2]);
            }
        );
    }

    public static double MeanDifference(byte[] a, byte[] b) => a.Zip(b, (p, q) => Math.Abs(p - q)).Average();

    /// <summary>By Skia; WebP of quality 100 is lossless.</summary>
    public static byte[] Encode(DecodedImage image, SKEncodedImageFormat format, int quality, byte[]? alpha = null)
    {
        using var bitmap = new SKBitmap(
            image.Width,
            image.Height,
            SKColorType.Rgba8888,
            alpha is null ? SKAlphaType.Opaque : SKAlphaType.Unpremul
        );
        var pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            image.Pixels.AsSpan(3 * i, 3).CopyTo(pixels[(4 * i)..]);
            pixels[(4 * i) + 3] = alpha?[i] ?? 255;
        }
        using var pixmap = bitmap.PeekPixels();
        using var data =
            format == SKEncodedImageFormat.Webp && quality == 100
                ? pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))
                : pixmap.Encode(format, quality);
        return data!.ToArray();
    }

    /// <summary>An EXIF block with nothing but an orientation.</summary>
    public static byte[] Exif(int orientation) =>
        [.. "MM\0*\0\0\0\b\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001"u8, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    public static byte[] JpegWith(byte[] file, byte[] exif) =>
        [.. file[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif, .. file[2..]];

    public static byte[] PngWith(byte[] file, byte[] exif) =>
        [.. file[..33], .. PngBytes.Chunk("eXIf", exif), .. file[33..]];

    /// <summary>A WebP file with the extended header, which says that there is an EXIF block.</summary>
    public static byte[] WebpWith(byte[] file, byte[] exif, int width, int height)
    {
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, (byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0],
            block = [.. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif],
            body = [.. "WEBP"u8, .. extended, .. file[12..], .. block];
        byte[] result = [.. "RIFF\0\0\0\0"u8, .. body];
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), body.Length);
        return result;
    }

    /// <summary>24 bits, from the bottom row to the top.</summary>
    public static byte[] Bmp(DecodedImage image)
    {
        int rowLength = ((image.Width * 3) + 3) / 4 * 4;
        byte[] file = new byte[54 + (rowLength * image.Height)];
        "BM"u8.CopyTo(file);
        foreach (
            var (at, value) in new[]
            {
                (2, file.Length),
                (10, 54),
                (14, 40),
                (18, image.Width),
                (22, image.Height),
                (26, 1 | (24 << 16)),
                (34, file.Length - 54),
            }
        )
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (int y = 0; y < image.Height; y++)
        for (int x = 0; x < image.Width; x++)
        for (int c = 0; c < 3; c++)
            file[54 + ((image.Height - 1 - y) * rowLength) + (3 * x) + c] = image.Pixels[
                (((y * image.Width) + x) * 3) + 2 - c
            ];
        return file;
    }

    /// <summary>By LibTiff.</summary>
    public static byte[] Tiff(DecodedImage image, Compression compression, int orientation = 1, string mode = "w") =>
        Tiff(
            image.Width,
            image.Height,
            3,
            8,
            Photometric.RGB,
            compression,
            (x, y, s) => image.Pixels[(((y * image.Width) + x) * 3) + s],
            mode: mode,
            more: tiff => tiff.SetField(TiffTag.ORIENTATION, orientation)
        );

    /// <summary>By LibTiff, of any samples, four rows to a strip.</summary>
    public static byte[] Tiff(
        int width,
        int height,
        int samples,
        int bits,
        Photometric kind,
        Compression compression,
        Func<int, int, int, int> sample,
        bool apart = false,
        string mode = "w",
        Action<Tiff>? more = null
    )
    {
        using var stream = new KeptStream();
        using (var tiff = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("file", mode, stream, new TiffStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, width);
            tiff.SetField(TiffTag.IMAGELENGTH, height);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, samples);
            tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
            tiff.SetField(TiffTag.PHOTOMETRIC, kind);
            tiff.SetField(TiffTag.COMPRESSION, compression);
            tiff.SetField(TiffTag.PLANARCONFIG, apart ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
            tiff.SetField(TiffTag.ROWSPERSTRIP, compression == Compression.JPEG ? 8 : 4);
            more?.Invoke(tiff);
            byte[] line = new byte[tiff.ScanlineSize()];
            for (int plane = 0; plane < (apart ? samples : 1); plane++)
            for (int y = 0; y < height; y++)
            {
                Array.Clear(line);
                int perPixel = apart ? 1 : samples;
                for (int i = 0; i < width * perPixel; i++)
                    Put(line, i, bits, sample(i / perPixel, y, apart ? plane : i % perPixel));
                Assert.True(tiff.WriteScanline(line, y, (short)plane));
            }
        }
        return stream.ToArray();
    }

    private static void Put(byte[] line, int i, int bits, int value)
    {
        if (bits == 16)
            BitConverter.TryWriteBytes(line.AsSpan(2 * i), (ushort)value);
        else
            line[i * bits / 8] |= (byte)(value << (8 - bits - (i * bits % 8)));
    }

    /// <summary>LibTiff closes the stream that it writes to.</summary>
    private sealed class KeptStream : MemoryStream
    {
        public override void Close() { }
    }
}
