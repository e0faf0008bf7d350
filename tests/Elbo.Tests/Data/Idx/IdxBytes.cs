using System.Buffers.Binary;
using System.IO.Compression;

namespace Elbo.Tests.Data.Idx;

/// <summary>Makes IDX files in memory.</summary>
internal static class IdxBytes
{
    public static byte[] File(uint magic, uint[] sizes, byte[] body)
    {
        byte[] file = new byte[4 + 4 * sizes.Length + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(file, magic);
        for (int i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        body.CopyTo(file, 4 + 4 * sizes.Length);
        return file;
    }

    public static byte[] Images(int count, int height = 2, int width = 3) =>
        File(
            0x803,
            [(uint)count, (uint)height, (uint)width],
            [.. Enumerable.Range(0, count * height * width).Select(i => (byte)i)]
        );

    public static byte[] Labels(params byte[] labels) => File(0x801, [(uint)labels.Length], labels);

    public static byte[] Gzip(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(content);
        return compressed.ToArray();
    }
}
