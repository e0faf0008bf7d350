using Elbo.Engine;
using Elbo.Imaging;

namespace Elbo.Tests.Imaging;

public class PngDecodingTests
{
    private static readonly (int Width, int Height)[] Sizes =
    [
        (1, 1),
        (3, 2),
        (4, 5),
        (8, 8),
        (13, 9),
        (33, 1),
        (1, 17),
    ];

    public static TheoryData<int, int, bool> Formats()
    {
        var data = new TheoryData<int, int, bool>();
        foreach (var (colour, depth) in PngBytes.Kinds())
        {
            data.Add(colour, depth, false);
            data.Add(colour, depth, true);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_comes_back_pixel_by_pixel(int colour, int depth, bool interlaced)
    {
        foreach (var (width, height) in Sizes)
        foreach (bool transparent in new[] { false, true })
        {
            var picture = new Picture(width, height, colour, depth, transparent);
            byte[] file = PngBytes.File(
                width,
                height,
                colour,
                depth,
                interlaced,
                picture.Sample,
                picture.Chunks(),
                pieces: 1 + (width % 3)
            );
            var image = ImageDecoder.Decode(file, "a.png", BackgroundColour.Black);
            // A palette whose pixels happen to be grey gives one channel.
            int channels = colour == PngBytes.Palette && width * height == 1 ? image.Channels : picture.Channels;
            Assert.Equal((width, height, channels), (image.Width, image.Height, image.Channels));
            // Skia gives 16-bit colours with 11 significant bits.
            int tolerance = depth == 16 && channels == 3 ? 1 : 0;
            byte[] expected = picture.Expected();
            for (int i = 0; i < image.Pixels.Length; i++)
                Assert.InRange(image.Pixels[i], expected[i] - tolerance, expected[i] + tolerance);
        }
    }

    [Fact]
    public void A_palette_of_greys_is_a_grey_image()
    {
        byte[] palette = PngBytes.Chunk("PLTE", [0, 0, 0, 90, 90, 90, 255, 255, 255]);
        var image = ImageDecoder.Decode(
            PngBytes.File(3, 1, PngBytes.Palette, 2, false, (x, _, _) => x, palette),
            "a.png"
        );
        Assert.Equal((1, 3), (image.Channels, image.Width));
        Assert.Equal([0, 90, 255], image.Pixels);
    }

    [Fact]
    public void Chunks_that_are_not_needed_and_bytes_after_the_end_are_passed_over()
    {
        byte[] file =
        [
            .. PngBytes.File(2, 1, PngBytes.Grey, 8, false, (x, _, _) => x + 7, PngBytes.Chunk("tEXt", [1, 2, 3])),
            1,
            2,
            3,
        ];
        Assert.Equal([7, 8], ImageDecoder.Decode(file, "a.png").Pixels);
    }

    [Fact]
    public void Sixteen_bits_are_rounded_to_the_nearest_byte() =>
        Assert.Equal(
            [0, 0, 1, 254, 255, 255],
            ImageDecoder
                .Decode(
                    PngBytes.File(
                        6,
                        1,
                        PngBytes.Grey,
                        16,
                        false,
                        (x, _, _) => new[] { 0, 128, 129, 65406, 65407, 65535 }[x]
                    ),
                    "a.png"
                )
                .Pixels
        );

    [Fact]
    public void A_file_that_is_cut_is_refused_unless_only_its_end_is_missing()
    {
        byte[] file = PngBytes.File(
            9,
            7,
            PngBytes.Rgb,
            8,
            true,
            (x, y, s) => ((x * 31) + (y * 7) + s) & 255,
            pieces: 3
        );
        byte[] whole = ImageDecoder.Decode(file, "whole.png").Pixels;
        const int Last = 12 + 4 + 4; // IEND, the checksum of the data, and that within the compressed data
        for (int length = 0; length < file.Length; length++)
            if (length < file.Length - Last)
                Assert.Matches("^cut\\.png: (the PNG data is|found )", Refused(file[..length], "cut.png"));
            else
            {
                var (image, findings) = ImageDecoder.Decode(file[..length], "cut.png", new DecodeOptions());
                Assert.Equal(whole, image.Pixels);
                Assert.Equal("its last chunk (IEND) is missing", findings.Warning);
            }
    }

    [Fact]
    public void Bytes_that_changed_are_noticed_or_change_nothing()
    {
        byte[] file = PngBytes.File(9, 7, PngBytes.GreyAlpha, 8, false, (x, y, s) => ((x * 31) + (y * 7) + s) & 255);
        byte[] sound = ImageDecoder.Decode(file, "a.png").Pixels;
        for (int at = 0; at < file.Length; at++)
        for (int bit = 0; bit < 8; bit++)
        {
            byte[] changed = [.. file];
            changed[at] ^= (byte)(1 << bit);
            try
            {
                Assert.Equal(sound, ImageDecoder.Decode(changed, "a.png").Pixels);
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("a.png: ", e.Message);
            }
        }
    }

    [Fact]
    public void Damage_under_a_right_checksum_is_refused_or_read_and_nothing_else_happens()
    {
        var rng = new Rng(5);
        byte[] scan = [.. Enumerable.Range(0, 4000).Select(_ => (byte)rng.Next(256))];
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            var kinds = PngBytes.Kinds().ToArray();
            var (colour, depth) = kinds[rng.Next(kinds.Length)];
            byte[] data = PngBytes.Zip(scan[..rng.Next(scan.Length)]);
            for (int flips = rng.Next(3); flips > 0; flips--)
                data[rng.Next(data.Length)] ^= (byte)(1 << rng.Next(8));
            byte[] file =
            [
                0x89,
                0x50,
                0x4E,
                0x47,
                0x0D,
                0x0A,
                0x1A,
                0x0A,
                .. PngBytes.Header(1 + rng.Next(40), 1 + rng.Next(40), colour, depth, rng.Next(2) == 1),
                .. rng.Next(2) == 1 ? PngBytes.Chunk("PLTE", scan[..(3 * rng.Next(300))]) : [],
                .. rng.Next(2) == 1 ? PngBytes.Chunk("tRNS", scan[..rng.Next(9)]) : [],
                .. PngBytes.Chunk("IDAT", data),
                .. PngBytes.Chunk("IEND", []),
            ];
            try
            {
                ImageDecoder.Decode(file, "a.png");
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("a.png: the PNG data is ", e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 3000);
    }

    [Fact]
    public void An_absurd_size_is_refused_before_it_takes_memory()
    {
        byte[] file = PngBytes.File(1, 1, PngBytes.Rgba, 16, false, (_, _, _) => 0);
        PngBytes.Header(100_000, 100_000, PngBytes.Rgba, 16, false).CopyTo(file, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("a.png: found an image of 100000×100000; expected at most 300,000,000 pixels.", Refused(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    public static TheoryData<string, byte[]> Malformed()
    {
        byte[] signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        byte[] data = PngBytes.Chunk("IDAT", PngBytes.Zip([0, 9])),
            end = PngBytes.Chunk("IEND", []),
            header = PngBytes.Header(1, 1, 0, 8, false),
            indexed = PngBytes.Header(1, 1, PngBytes.Palette, 8, false);
        byte[] Of(params byte[][] chunks) => [.. signature, .. chunks.SelectMany(c => c)];
        return new()
        {
            { "no header", Of(data, end) },
            { "a short header", Of(PngBytes.Chunk("IHDR", new byte[12]), data, end) },
            { "no such colour type", Of(PngBytes.Header(1, 1, 5, 8, false), data, end) },
            { "no such depth", Of(PngBytes.Header(1, 1, 0, 3, false), data, end) },
            { "no width", Of(PngBytes.Header(0, 1, 0, 8, false), data, end) },
            { "a negative height", Of(PngBytes.Header(1, -1, 0, 8, false), data, end) },
            { "no data", Of(header, end) },
            { "no palette", Of(indexed, data, end) },
            { "no such row filter", Of(header, PngBytes.Chunk("IDAT", PngBytes.Zip([5, 9])), end) },
            { "too little data", Of(header, PngBytes.Chunk("IDAT", PngBytes.Zip([0])), end) },
            { "data that is not compressed", Of(header, PngBytes.Chunk("IDAT", [1, 2, 3, 4]), end) },
        };
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_malformed_is_refused_in_one_line(string what, byte[] file)
    {
        string message = Refused(file, what);
        Assert.StartsWith($"{what}: ", message);
        Assert.DoesNotContain('\n', message);
    }

    private static string Refused(byte[] file, string path = "a.png") =>
        Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, path)).Message;

    /// <summary>Random samples, and what they look like by the specification's formulas in double precision.</summary>
    private sealed class Picture
    {
        private readonly int _width,
            _height,
            _colour,
            _depth,
            _samples;
        private readonly int[,,] _values;
        private readonly byte[]? _palette;
        private readonly byte[]? _transparency;

        public Picture(int width, int height, int colour, int depth, bool transparent)
        {
            (_width, _height, _colour, _depth, _samples) = (width, height, colour, depth, PngBytes.SamplesOf(colour));
            var rng = new Rng((ulong)((width * 1000) + (height * 100) + (colour * 20) + depth));
            _values = new int[width, height, _samples];
            int colours = Math.Min(1 << depth, 200);
            for (int x = 0; x < width; x++)
            for (int y = 0; y < height; y++)
            for (int s = 0; s < _samples; s++)
                _values[x, y, s] = rng.Next(colour == PngBytes.Palette ? colours : 1 << depth);
            if (colour == PngBytes.Palette)
                _palette = [.. Enumerable.Range(0, 3 * colours).Select(_ => (byte)rng.Next(256))];
            if (!transparent)
                return;
            // Of colour types without opacity, the colour of one pixel is transparent.
            if (colour == PngBytes.Palette)
                _transparency = [.. Enumerable.Range(0, 1 + (colours / 2)).Select(_ => (byte)rng.Next(256))];
            else if (colour is PngBytes.Grey or PngBytes.Rgb)
                _transparency =
                [
                    .. Enumerable
                        .Range(0, _samples)
                        .SelectMany(s =>
                            new[] { (byte)(_values[0, height / 2, s] >> 8), (byte)_values[0, height / 2, s] }
                        ),
                ];
        }

        public int Channels => _colour is PngBytes.Grey or PngBytes.GreyAlpha ? 1 : 3;

        public int Sample(int x, int y, int s) => _values[x, y, s];

        public byte[] Chunks() =>
            [
                .. _palette is null ? [] : PngBytes.Chunk("PLTE", _palette),
                .. _transparency is null ? [] : PngBytes.Chunk("tRNS", _transparency),
            ];

        public byte[] Expected()
        {
            var pixels = new List<byte>();
            for (int y = 0; y < _height; y++)
            for (int x = 0; x < _width; x++)
            for (int c = 0; c < Channels; c++)
                pixels.Add((byte)Math.Floor((255 * Intensity(x, y, c) * Opacity(x, y)) + 0.5 + 1e-9));
            return [.. pixels];
        }

        private double Intensity(int x, int y, int c) =>
            _palette is not null
                ? _palette[(3 * _values[x, y, 0]) + c] / 255.0
                : _values[x, y, c] / (Math.Pow(2, _depth) - 1);

        private double Opacity(int x, int y)
        {
            if (_colour is PngBytes.GreyAlpha or PngBytes.Rgba)
                return _values[x, y, _samples - 1] / (Math.Pow(2, _depth) - 1);
            if (_transparency is null)
                return 1;
            if (_colour == PngBytes.Palette)
                return _values[x, y, 0] < _transparency.Length ? _transparency[_values[x, y, 0]] / 255.0 : 1;
            return Enumerable
                .Range(0, _samples)
                .All(s => _values[x, y, s] == (_transparency[2 * s] << 8) + _transparency[(2 * s) + 1])
                ? 0
                : 1;
        }
    }
}
