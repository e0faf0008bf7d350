using Elbo.Engine;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class PngReaderTests
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
            var image = PngReader.Decode(file, "a.png");
            Assert.Equal((width, height, picture.Channels), (image.Width, image.Height, image.Channels));
            Assert.Equal(picture.Expected(), image.Pixels);
        }
    }

    [Fact]
    public void A_palette_of_greys_is_a_grey_image()
    {
        byte[] palette = PngBytes.Chunk("PLTE", [0, 0, 0, 90, 90, 90, 255, 255, 255]);
        var image = PngReader.Decode(PngBytes.File(3, 1, PngBytes.Palette, 2, false, (x, _, _) => x, palette), "a.png");
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
        Assert.Equal([7, 8], PngReader.Decode(file, "a.png").Pixels);
    }

    [Fact]
    public void Sixteen_bits_are_rounded_to_the_nearest_byte() =>
        Assert.Equal(
            [0, 0, 1, 254, 255, 255],
            PngReader
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
    public void A_file_that_is_cut_anywhere_is_refused_with_its_path_and_an_offset()
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
        for (int length = 0; length < file.Length; length++)
            Assert.Matches("^cut\\.png: at byte \\d+: ", Refused(file[..length], "cut.png"));
    }

    [Fact]
    public void Bytes_that_changed_are_noticed()
    {
        // Every byte of the file is under a checksum, but for lengths and checksums themselves, which then do not fit.
        byte[] file = PngBytes.File(9, 7, PngBytes.GreyAlpha, 8, false, (x, y, s) => ((x * 31) + (y * 7) + s) & 255);
        for (int at = 0; at < file.Length; at++)
        for (int bit = 0; bit < 8; bit++)
        {
            byte[] changed = [.. file];
            changed[at] ^= (byte)(1 << bit);
            Assert.Matches("^a\\.png: at byte \\d+: ", Refused(changed));
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
                PngReader.Decode(file, "a.png");
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("a.png: at byte ", e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 3000);
    }

    [Theory]
    [InlineData(100_000, 100_000, "at byte 16: found an image of 100000×100000; expected at most 67,108,864 pixels.")]
    [InlineData(8000, 8000, "which cannot hold an image of 8000×8000.")]
    [InlineData(0, 5, "at byte 16: found a width of 0; expected at least 1.")]
    [InlineData(5, -1, "at byte 20: found a height of 4294967295; expected at least 1.")]
    public void An_absurd_size_is_refused_before_it_takes_memory(int width, int height, string complaint)
    {
        byte[] file = [.. PngBytes.File(1, 1, PngBytes.Rgba, 16, false, (_, _, _) => 0)];
        PngBytes.Header(width, height, PngBytes.Rgba, 16, false).CopyTo(file, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(complaint, Refused(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    public static TheoryData<byte[], string> Malformed()
    {
        byte[] signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        byte[] data = PngBytes.Chunk("IDAT", PngBytes.Zip([0, 9])),
            end = PngBytes.Chunk("IEND", []),
            header = PngBytes.Header(1, 1, 0, 8, false);
        byte[] indexed = PngBytes.Header(1, 1, PngBytes.Palette, 8, false),
            palette = PngBytes.Chunk("PLTE", [1, 2, 3]);
        byte[] Of(params byte[][] chunks) => [.. signature, .. chunks.SelectMany(c => c)];
        return new()
        {
            { [], "at byte 0: found no PNG signature" },
            { Of(data, end), "at byte 12: found chunk IDAT; expected IHDR" },
            {
                Of(PngBytes.Chunk("IHDR", new byte[12]), data, end),
                "at byte 8: found a header of 12 bytes; expected 13."
            },
            { Of(PngBytes.Header(1, 1, 5, 8, false), data, end), "at byte 25: found colour type 5" },
            {
                Of(PngBytes.Header(1, 1, 0, 3, false), data, end),
                "at byte 24: found 3 bits a sample; colour type 0 has 1, 2, 4, 8, 16."
            },
            {
                Of(PngBytes.Header(1, 1, 2, 4, false), data, end),
                "at byte 24: found 4 bits a sample; colour type 2 has 8, 16."
            },
            { Of(header, end), "found no IDAT chunk" },
            { Of(end), "at byte 12: found chunk IEND; expected IHDR" },
            { Of(header, header, data, end), "at byte 37: found chunk IHDR again or out of its order." },
            { Of(header, data, PngBytes.Chunk("tEXt", []), data, end), "found chunk IDAT again or out of its order." },
            {
                Of(header, PngBytes.Chunk("CRIT", []), data, end),
                "at byte 37: found chunk CRIT, which PNG does not have"
            },
            { Of(header, palette, data, end), "found a palette; a grey image has none." },
            { Of(indexed, data, end), "expected PLTE before." },
            { Of(indexed, PngBytes.Chunk("PLTE", [1, 2]), data, end), "found a palette of 2 bytes" },
            { Of(indexed, palette, PngBytes.Chunk("tRNS", [1, 2]), data, end), "found transparency (tRNS) of 2 bytes" },
            { Of(indexed, palette, data, end), "found palette index 9; the palette has 1 colours." },
            {
                Of(PngBytes.Header(1, 1, 4, 8, false), PngBytes.Chunk("tRNS", [1, 2]), data, end),
                "which does not go with colour type 4."
            },
            { Of(header, PngBytes.Chunk("IDAT", PngBytes.Zip([5, 9])), end), "found row filter 5; expected 0 to 4." },
            {
                Of(header, PngBytes.Chunk("IDAT", PngBytes.Zip([0, 9, 9])), end),
                "found more data than an image of 1×1 has."
            },
            { Of(header, PngBytes.Chunk("IDAT", PngBytes.Zip([0])), end), "less data than an image of 1×1 has." },
            { Of(header, PngBytes.Chunk("IDAT", [1, 2, 3, 4]), end), "in the compressed data: " },
        };
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_malformed_is_told_with_its_place(byte[] file, string complaint) =>
        Assert.Contains(complaint, Refused(file));

    private static string Refused(byte[] file, string path = "a.png") =>
        Assert.Throws<InvalidDataException>(() => PngReader.Decode(file, path)).Message;

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
