using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Elbo.Tests.Imaging;

/// <summary>A PNG writer of its own, slow and literal, for every colour type, depth and interlacing.</summary>
internal static class PngBytes
{
    public const int Grey = 0,
        Rgb = 2,
        Palette = 3,
        GreyAlpha = 4,
        Rgba = 6;

    /// <summary>Every colour type with every bit depth it has.</summary>
    public static IEnumerable<(int Colour, int Depth)> Kinds()
    {
        foreach (int depth in new[] { 1, 2, 4, 8, 16 })
            yield return (Grey, depth);
        foreach (int depth in new[] { 1, 2, 4, 8 })
            yield return (Palette, depth);
        foreach (int colour in new[] { Rgb, GreyAlpha, Rgba })
        foreach (int depth in new[] { 8, 16 })
            yield return (colour, depth);
    }

    public static int SamplesOf(int colour) =>
        colour switch
        {
            Rgb => 3,
            GreyAlpha => 2,
            Rgba => 4,
            _ => 1,
        };

    /// <summary>A whole file.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colour">Colour type.</param>
    /// <param name="depth">Bits of a sample.</param>
    /// <param name="interlaced">Whether to use Adam7.</param>
    /// <param name="sample">The value of sample s of the pixel at (x, y).</param>
    /// <param name="between">Chunks to put before the data.</param>
    /// <param name="pieces">How many IDAT chunks the data is cut into.</param>
    public static byte[] File(
        int width,
        int height,
        int colour,
        int depth,
        bool interlaced,
        Func<int, int, int, int> sample,
        byte[]? between = null,
        int pieces = 1
    )
    {
        byte[] data = Zip(Scan(width, height, colour, depth, interlaced, sample));
        var file = new List<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        file.AddRange(Header(width, height, colour, depth, interlaced));
        file.AddRange(between ?? []);
        for (int i = 0; i < pieces; i++)
            file.AddRange(Chunk("IDAT", data[(data.Length * i / pieces)..(data.Length * (i + 1) / pieces)]));
        file.AddRange(Chunk("IEND", []));
        return [.. file];
    }

    public static byte[] Header(int width, int height, int colour, int depth, bool interlaced)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, (byte)(interlaced ? 1 : 0));
        return Chunk("IHDR", header);
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(
            chunk.AsSpan(8 + data.Length),
            BitwiseCrc(chunk.AsSpan(4, 4 + data.Length))
        );
        return chunk;
    }

    public static byte[] Zip(byte[] data)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZLibStream(stream, CompressionLevel.Fastest))
            zip.Write(data);
        return stream.ToArray();
    }

    /// <summary>All filtered rows, the filters by turns.</summary>
    private static byte[] Scan(
        int width,
        int height,
        int colour,
        int depth,
        bool interlaced,
        Func<int, int, int, int> sample
    )
    {
        // The table of the specification, as it is drawn there: which pass each pixel of an 8×8 square belongs to.
        string[] square = interlaced
            ? ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"]
            : [.. Enumerable.Repeat("11111111", 8)];
        var data = new List<byte>();
        int filter = 0;
        for (char pass = '1'; pass <= '7'; pass++)
        {
            byte[]? above = null;
            for (int y = 0; y < height; y++)
            {
                int[] columns = [.. Enumerable.Range(0, width).Where(x => square[y % 8][x % 8] == pass)];
                if (columns.Length == 0)
                    continue;
                byte[] row = Pack(
                    columns.SelectMany(x => Enumerable.Range(0, SamplesOf(colour)).Select(s => sample(x, y, s))),
                    depth
                );
                data.Add((byte)filter);
                data.AddRange(
                    Filter(filter, row, above ?? new byte[row.Length], Math.Max(1, SamplesOf(colour) * depth / 8))
                );
                above = row;
                filter = (filter + 1) % 5;
            }
        }
        return [.. data];
    }

    private static byte[] Pack(IEnumerable<int> samples, int depth)
    {
        string bits = string.Concat(samples.Select(s => Convert.ToString(s, 2).PadLeft(depth, '0')));
        return
        [
            .. bits.PadRight((bits.Length + 7) / 8 * 8, '0').Chunk(8).Select(b => Convert.ToByte(new string(b), 2)),
        ];
    }

    private static IEnumerable<byte> Filter(int filter, byte[] row, byte[] above, int step)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0,
                b = above[i],
                c = i >= step ? above[i - step] : 0;
            int p = a + b - c,
                pa = Math.Abs(p - a),
                pb = Math.Abs(p - b),
                pc = Math.Abs(p - c);
            int[] predictors =
            [
                0,
                a,
                b,
                (a + b) >> 1,
                pa <= pb && pa <= pc ? a
                : pb <= pc ? b
                : c,
            ];
            yield return (byte)(row[i] - predictors[filter]);
        }
    }

    private static uint BitwiseCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
        }
        return ~crc;
    }
}
