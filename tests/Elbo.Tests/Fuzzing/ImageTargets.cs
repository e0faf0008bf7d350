using System.Security.Cryptography;
using BitMiracle.LibTiff.Classic;
using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Imaging;
using Elbo.Tests.Imaging;
using SkiaSharp;

namespace Elbo.Tests.Fuzzing;

/// <summary>Image files, and the cache of decoded images.</summary>
internal static class ImageTargets
{
    private static readonly string[] PngTokens =
    [
        "IHDR",
        "IDAT",
        "IEND",
        "PLTE",
        "tRNS",
        "eXIf",
        "gAMA",
        "acTL",
        "fcTL",
    ];
    private static readonly string[] JpegTokens =
    [
        "\xff\xd8",
        "\xff\xd9",
        "\xff\xda",
        "\xff\xc0",
        "\xff\xc2",
        "\xff\xdd\0\x04\0\x01",
        "\xff\xe1",
        "Exif\0\0",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Png("png-grey", Picture(PngBytes.Grey, 8), Picture(PngBytes.Grey, 1), Picture(PngBytes.GreyAlpha, 8)),
        Png(
            "png-colour",
            Picture(PngBytes.Rgb, 8),
            Picture(PngBytes.Rgba, 8),
            ImageFiles.PngWith(Picture(PngBytes.Rgb, 8), ImageFiles.Exif(6))
        ),
        Png("png-palette", Palette(8), Palette(2)),
        Png("png-16-bit", Picture(PngBytes.Grey, 16), Picture(PngBytes.GreyAlpha, 16), Picture(PngBytes.Rgb, 16)),
        Png("png-interlaced", Picture(PngBytes.Grey, 8, true), Picture(PngBytes.Rgba, 16, true)),
        Of(
            "jpeg",
            "a.jpg",
            JpegTokens,
            JpegBytes.Grey,
            JpegBytes.Rgb,
            JpegBytes.Cmyk,
            ImageFiles.JpegWith(JpegBytes.Rgb, ImageFiles.Exif(8))
        ),
        Of("jpeg-progressive", "a.jpg", JpegTokens, ImageFiles.ProgressiveJpeg),
        Of(
            "webp",
            "a.webp",
            ["RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "EXIF"],
            Encoded(SKEncodedImageFormat.Webp, 80),
            Encoded(SKEncodedImageFormat.Webp, 100),
            ImageFiles.WebpWith(Encoded(SKEncodedImageFormat.Webp, 80), ImageFiles.Exif(3), 24, 16)
        ) with
        {
            // A few bytes can be a picture of one colour and any size.
            Memory = new(4_000_000 + (3L * ImageDecoder.MostDecodedPixels)),
        },
        Of("gif", "a.gif", ["GIF87a", "GIF89a", "\x21\xf9\x04", "\x2c", "\x3b"], ImageFiles.Gif),
        Of("bmp", "a.bmp", ["BM"], ImageFiles.Bmp(ImageFiles.Picture)),
        Tiff("none", Compression.NONE),
        Tiff("lzw", Compression.LZW),
        Tiff("deflate", Compression.ADOBE_DEFLATE),
        Tiff("packbits", Compression.PACKBITS),
        Tiff("jpeg", Compression.JPEG),
        Of("tiff-fax", "a.tif", [], Fax(Compression.CCITTFAX3), Fax(Compression.CCITTFAX4)),
        Of(
            "tiff-samples",
            "a.tif",
            [],
            Samples(4, 16, Photometric.SEPARATED, true),
            Samples(1, 4, Photometric.MINISBLACK, false),
            Samples(3, 8, Photometric.RGB, true)
        ) with
        {
            // LibTiff makes the table of its LZW decoder for every strip, and a few bytes can have thousands of strips.
            Memory = new(4_000_000, 200_000),
        },
        new("image-cache", ["ImageCache"], "input", () => [CacheSeed()], ReadCache)
        {
            Container = Container.Digest,
            Writes = ["images", "cache"],
        },
    ];

    private static FuzzTarget Of(string name, string file, string[] tokens, params byte[][] seeds) =>
        new(name, ["ImageDecoder"], file, () => seeds, _ => path => ImageDecoder.Read(path))
        {
            Tokens = tokens,
            Memory = new(4_000_000, 10_000),
        };

    private static FuzzTarget Png(string name, params byte[][] seeds) =>
        Of(name, "a.png", PngTokens, seeds) with
        {
            Container = Container.Png,
        };

    private static FuzzTarget Tiff(string name, Compression compression) =>
        Of(
            $"tiff-{name}",
            "a.tif",
            ["II*\0", "MM\0*", "\0\x01\x01\0", "\x11\x01\x04\0"],
            ImageFiles.Tiff(ImageFiles.Picture, compression, mode: "wl"),
            ImageFiles.Tiff(ImageFiles.Picture, compression, 5, "wb")
        );

    private static byte[] Picture(int colour, int depth, bool interlaced = false) =>
        PngBytes.File(
            9,
            6,
            colour,
            depth,
            interlaced,
            (x, y, s) => ((x * 31) + (y * 17) + (s * 5)) & ((1 << depth) - 1)
        );

    private static byte[] Palette(int depth) =>
        PngBytes.File(
            9,
            6,
            PngBytes.Palette,
            depth,
            false,
            (x, y, _) => (x + y) & 3,
            [
                .. PngBytes.Chunk("PLTE", [1, 2, 3, 50, 60, 70, 9, 9, 9, 255, 255, 255]),
                .. PngBytes.Chunk("tRNS", [0, 128]),
            ]
        );

    private static byte[] Encoded(SKEncodedImageFormat format, int quality) =>
        ImageFiles.Encode(ImageFiles.Picture, format, quality);

    private static byte[] Fax(Compression compression) =>
        ImageFiles.Tiff(64, 32, 1, 1, Photometric.MINISWHITE, compression, (x, y, _) => (x ^ y) & 1);

    private static byte[] Samples(int samples, int bits, Photometric kind, bool apart) =>
        ImageFiles.Tiff(
            9,
            6,
            samples,
            bits,
            kind,
            Compression.LZW,
            (x, y, s) => (x + y + s) & ((1 << bits) - 1),
            apart
        );

    private static byte[] CacheSeed()
    {
        using var folder = InputFolder.Create();
        return WithKey(File.ReadAllBytes(new FolderCache(folder).File), new byte[SHA256.HashSizeInBytes]);
    }

    /// <summary>A damaged cache is not refused: the images are decoded again.</summary>
    private static Action<string> ReadCache(TemporaryFolder folder)
    {
        var own = new FolderCache(folder);
        byte[] key = File.ReadAllBytes(own.File)[KeyAt..(KeyAt + SHA256.HashSizeInBytes)];
        return path =>
        {
            File.WriteAllBytes(own.File, WithKey(File.ReadAllBytes(path), key));
            var images = own.Cache.Find() ?? throw new InvalidDataException($"{path} is damaged.");
            var decoded = new DecodedFolder(own.Listing, new DatasetOptions(), [0], images);
            if (decoded.Count > 0)
                decoded.Images(0, decoded.Count);
        };
    }

    private const int KeyAt = 8;

    /// <summary>A cache with the key of another folder, which depends on the times of its files.</summary>
    private static byte[] WithKey(byte[] cache, byte[] key)
    {
        int end = cache.Length - SHA256.HashSizeInBytes;
        if (end < KeyAt + key.Length)
            return cache;
        bool isSound = SHA256.HashData(cache.AsSpan(0, end)).AsSpan().SequenceEqual(cache.AsSpan(end));
        key.CopyTo(cache, KeyAt);
        if (isSound)
            SHA256.HashData(cache.AsSpan(0, end)).CopyTo(cache, end);
        return cache;
    }

    /// <summary>A folder with one image, and its cache.</summary>
    private sealed class FolderCache
    {
        public FolderCache(TemporaryFolder folder)
        {
            string image = folder.File("images/a.png"),
                caches = folder.File("cache");
            Directory.CreateDirectory(Path.GetDirectoryName(image)!);
            System.IO.File.WriteAllBytes(image, Picture(PngBytes.Grey, 8));
            System.IO.File.SetLastWriteTimeUtc(image, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
            Listing = ImageFolderListing.OfAll(folder.File("images"));
            Cache = ImageCache.For(caches, Listing, [0], new DatasetOptions(), leastFiles: 1)!;
            var (decoded, findings) = ImageDecoder.Read(image, new DecodeOptions());
            Assert.Null(
                Cache.Store(
                    new DecodedImages(
                        new ImageShape(1, decoded.Height, decoded.Width),
                        [new FileOutcome(findings, null)],
                        decoded.Pixels
                    )
                )
            );
            File = Directory.GetFiles(caches).Single();
        }

        public ImageFolderListing Listing { get; }

        public ImageCache Cache { get; }

        /// <summary>Path of the cache.</summary>
        public string File { get; }
    }
}
