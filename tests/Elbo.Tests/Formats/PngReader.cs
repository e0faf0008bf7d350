using System.Buffers.Binary;
using System.IO.Compression;

namespace Elbo.Tests.Formats;

/// <summary>A decoder written from the specification, apart from the encoder it checks: 8-bit grey and RGB, all filters, checked CRCs.</summary>
internal static class PngReader
{
    public static (int Width, int Height, int Channels, byte[] Pixels) Decode(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        int width = 0, height = 0, channels = 0;
        using var data = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            Assert.Equal(BitwiseCrc(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            var body = file.AsSpan(at + 8, length);
            if (type == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(body);
                height = BinaryPrimitives.ReadInt32BigEndian(body[4..]);
                Assert.Equal(8, body[8]);
                channels = body[9] switch { 0 => 1, 2 => 3, var other => throw new InvalidDataException($"colour type {other}") };
                Assert.Equal([0, 0, 0], body[10..].ToArray());
            }
            else if (type == "IDAT") data.Write(body);
            at += 12 + length;
        }
        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        var pixels = new byte[width * height * channels];
        for (int y = 0; y < height; y++) Unfilter(inflated, pixels, y, width * channels, channels);
        Assert.Equal(-1, inflated.ReadByte());
        return (width, height, channels, pixels);
    }

    private static void Unfilter(Stream source, byte[] pixels, int y, int stride, int step)
    {
        int filter = source.ReadByte();
        for (int x = 0; x < stride; x++)
        {
            int i = (y * stride) + x;
            int a = x >= step ? pixels[i - step] : 0, b = y > 0 ? pixels[i - stride] : 0, c = x >= step && y > 0 ? pixels[i - stride - step] : 0;
            int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            int predictor = filter switch
            {
                0 => 0,
                1 => a,
                2 => b,
                3 => (a + b) >> 1,
                4 => pa <= pb && pa <= pc ? a : pb <= pc ? b : c,
                _ => throw new InvalidDataException($"filter {filter}"),
            };
            pixels[i] = (byte)(source.ReadByte() + predictor);
        }
    }

    private static uint BitwiseCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
        }
        return ~crc;
    }
}
