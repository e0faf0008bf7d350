using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Formats.TensorBoard;
using Elbo.Tests.Data.Idx;
using Elbo.Tests.Formats;
using Elbo.Tests.Imaging;

namespace Elbo.Tests.Fuzzing;

/// <summary>
/// Changes what is inside a file and packs it again, with sound lengths and checksums, so that the parser behind them
/// sees the change.
/// </summary>
/// <param name="Rewrite">
/// Returns a sound file with one part replaced by what the function makes of it.
/// </param>
internal sealed record Container(Func<byte[], Func<byte[], byte[]>, Rng, byte[]> Rewrite)
{
    /// <summary>A gzip stream.</summary>
    public static Container Gzip { get; } =
        new(
            (file, change, _) =>
                IdxBytes.Gzip(change(Unpacked(new GZipStream(new MemoryStream(file), CompressionMode.Decompress))))
        );

    /// <summary>One entry of a ZIP archive.</summary>
    public static Container Zip { get; } =
        new(
            (file, change, rng) =>
            {
                using var source = new ZipArchive(new MemoryStream(file));
                int chosen = rng.Next(source.Entries.Count);
                using var result = new MemoryStream();
                using (var target = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
                    for (int i = 0; i < source.Entries.Count; i++)
                    {
                        byte[] content = Unpacked(source.Entries[i].Open());
                        using var entry = target
                            .CreateEntry(source.Entries[i].FullName, CompressionLevel.Fastest)
                            .Open();
                        entry.Write(i == chosen ? change(content) : content);
                    }
                return result.ToArray();
            }
        );

    /// <summary>The compressed variable of a MAT-file.</summary>
    public static Container Mat { get; } =
        new(
            (file, change, _) =>
            {
                const int Header = 128,
                    Tag = 8;
                byte[] packed = MatBuilder.Deflate(
                    change(
                        Unpacked(new ZLibStream(new MemoryStream(file[(Header + Tag)..]), CompressionMode.Decompress))
                    )
                );
                byte[] result = [.. file[..(Header + Tag)], .. packed];
                BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(Header + 4), packed.Length);
                return result;
            }
        );

    /// <summary>A chunk of a PNG file, or the pixels in it.</summary>
    public static Container Png { get; } =
        new(
            (file, change, rng) =>
            {
                const int Signature = 8;
                var chunks = new List<(string Type, byte[] Data)>();
                for (int at = Signature; at < file.Length; )
                {
                    int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
                    chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
                    at += length + 12;
                }
                int chosen = rng.Next(chunks.Count);
                var result = new List<byte>(file[..Signature]);
                for (int i = 0; i < chunks.Count; i++)
                {
                    var (type, data) = chunks[i];
                    if (i == chosen)
                        data =
                            type == "IDAT" && rng.Next(2) == 0
                                ? PngBytes.Zip(
                                    change(Unpacked(new ZLibStream(new MemoryStream(data), CompressionMode.Decompress)))
                                )
                                : change(data);
                    result.AddRange(PngBytes.Chunk(type, data));
                }
                return [.. result];
            }
        );

    /// <summary>The header of a safetensors file, or its data. A digest among the metadata is made to match.</summary>
    public static Container Safetensors { get; } =
        new(
            (file, change, rng) =>
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(file);
                string header = Encoding.Latin1.GetString(file, 8, length);
                byte[] data = file[(8 + length)..];
                if (rng.Next(4) > 0)
                    header = Encoding.Latin1.GetString(change(Encoding.Latin1.GetBytes(header)));
                else
                    data = change(data);
                return SafetensorsBytes.Of(WithDigest(Encoding.Latin1.GetBytes(header), data), data);
            }
        );

    /// <summary>The data of one record of an event file.</summary>
    public static Container Events { get; } =
        new(
            (file, change, rng) =>
            {
                var records = new List<byte[]>();
                using (var stream = new MemoryStream(file))
                    while (RecordFile.Read(stream) is { } data)
                        records.Add(data);
                int chosen = rng.Next(records.Count);
                records[chosen] = change(records[chosen]);
                return
                [
                    .. records.SelectMany(data =>
                    {
                        byte[] record = new byte[RecordFile.LengthOf(data.Length)];
                        data.CopyTo(RecordFile.Data(record));
                        RecordFile.Frame(record);
                        return record;
                    }),
                ];
            }
        );

    /// <summary>Everything before a SHA-256 at the end of the file.</summary>
    public static Container Digest { get; } =
        new(
            (file, change, _) =>
            {
                byte[] content = change(file[..^SHA256.HashSizeInBytes]);
                return [.. content, .. SHA256.HashData(content)];
            }
        );

    /// <summary>
    /// The header with the digest of its tensors, where it can be read, and as it is where not.
    /// </summary>
    private static byte[] WithDigest(byte[] header, byte[] data)
    {
        try
        {
            var parsed = new SafetensorsHeader("", header, data.Length);
            if (!parsed.Metadata.TryGetValue(TensorDigest.Key, out string? before))
                return header;
            using var digest = new TensorDigest(parsed.Metadata);
            foreach (var entry in parsed.Entries)
            {
                digest.Begin(entry.Name, entry.Shape);
                digest.Append(data.AsSpan((int)entry.Start, (int)(entry.End - entry.Start)));
            }
            string text = Encoding.Latin1.GetString(header);
            return before.Length == 0
                ? header
                : Encoding.Latin1.GetBytes(text.Replace(before, digest.Finish(), StringComparison.Ordinal));
        }
        catch (Exception e) when (FormatBoundary.IsDamage(e))
        {
            return header;
        }
    }

    private static byte[] Unpacked(Stream packed)
    {
        using (packed)
        {
            using var result = new MemoryStream();
            packed.CopyTo(result);
            return result.ToArray();
        }
    }
}
