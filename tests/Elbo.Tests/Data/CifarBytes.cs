using System.Formats.Tar;

namespace Elbo.Tests.Data;

/// <summary>Makes CIFAR-10 files in memory.</summary>
internal static class CifarBytes
{
    public static readonly string[] Names =
    [
        "data_batch_1.bin",
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin",
        "test_batch.bin",
    ];

    /// <summary>
    /// A record for each label: red is 10 · label everywhere, green one more, blue the position's low byte.
    /// </summary>
    public static byte[] Batch(params byte[] labels) =>
        [
            .. labels.SelectMany(label =>
                (byte[])
                    [
                        label,
                        .. Enumerable.Repeat((byte)(10 * label), 1024),
                        .. Enumerable.Repeat((byte)((10 * label) + 1), 1024),
                        .. Enumerable.Range(0, 1024).Select(i => (byte)i),
                    ]
            ),
        ];

    /// <summary>The official archive's layout, with one image for each file.</summary>
    public static byte[] Archive() =>
        Tar([
            ("cifar-10-batches-bin/", null),
            ("cifar-10-batches-bin/batches.meta.txt", [1]),
            .. Names.Select((name, i) => ($"cifar-10-batches-bin/{name}", (byte[]?)Batch((byte)i))),
        ]);

    /// <summary>A gzipped archive of files, and of folders where the content is null.</summary>
    public static byte[] Tar(params (string Name, byte[]? Content)[] entries) =>
        Tar([
            .. entries.Select(e =>
                (TarEntry)(
                    e.Content is null
                        ? new UstarTarEntry(TarEntryType.Directory, e.Name)
                        : new UstarTarEntry(TarEntryType.RegularFile, e.Name)
                        {
                            DataStream = new MemoryStream(e.Content),
                        }
                )
            ),
        ]);

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        return IdxBytes.Gzip(stream.ToArray());
    }
}
