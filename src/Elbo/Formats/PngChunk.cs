using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>One chunk of a PNG file.</summary>
/// <param name="Type">Its four letters.</param>
/// <param name="Offset">Where its data begins in the file.</param>
/// <param name="Data">Its data.</param>
internal readonly record struct PngChunk(string Type, int Offset, ReadOnlyMemory<byte> Data)
{
    private const int Frame = 12; // length, type and checksum

    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A decoder that does not know a chunk may pass over it only if its first letter is small.</summary>
    public bool IsCritical => char.IsAsciiLetterUpper(Type[0]);

    /// <summary>All chunks up to IEND; what follows that is left alone.</summary>
    /// <exception cref="InvalidDataException">The file ends too soon, or a checksum is wrong.</exception>
    public static IEnumerable<PngChunk> ReadAll(ReadOnlyMemory<byte> file, string path)
    {
        if (!file.Span.StartsWith(Signature))
            throw new InvalidDataException($"{path}: at byte 0: found no PNG signature; expected 89504e470d0a1a0a.");
        for (int at = Signature.Length; ; )
        {
            var chunk = Read(file, at, path);
            yield return chunk;
            if (chunk.Type == "IEND")
                yield break;
            at += Frame + chunk.Data.Length;
        }
    }

    private static PngChunk Read(ReadOnlyMemory<byte> file, int at, string path)
    {
        var rest = file.Span[at..];
        if (rest.Length < Frame)
            throw Fault(at, $"found the end of the file; expected another chunk. The file is incomplete.");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var type = rest.Slice(4, 4);
        foreach (byte letter in type)
            if (!char.IsAsciiLetter((char)letter))
                throw Fault(
                    at + 4,
                    $"found {Convert.ToHexStringLower(type)}; expected the four letters of a chunk's type."
                );
        string name = System.Text.Encoding.ASCII.GetString(type);
        if (length > (uint)(rest.Length - Frame))
            throw Fault(
                at,
                $"found {Article(name)} {name} chunk of {length} bytes; {rest.Length - Frame} are left. The file "
                    + "is incomplete."
            );
        uint crc = Crc32.Append(rest.Slice(4, 4 + (int)length)),
            expected = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
        if (crc != expected)
            throw Fault(
                at + 8 + (int)length,
                $"found checksum {expected:x8} of {Article(name)} {name} chunk whose checksum is {crc:x8}. The "
                    + "file is damaged."
            );
        return new PngChunk(name, at + 8, file.Slice(at + 8, (int)length));

        InvalidDataException Fault(int offset, string problem) => new($"{path}: at byte {offset}: {problem}");
    }

    private static string Article(string name) => name[0] is 'I' or 'i' or 'a' or 'e' or 'o' ? "an" : "a";
}
