using System.Security.Cryptography;

namespace Elbo.Data.Download;

/// <summary>A file to download and how to know it.</summary>
/// <param name="Name">Its name on disk.</param>
/// <param name="Urls">Where it is to be had, best first.</param>
/// <param name="Length">Bytes of its content.</param>
/// <param name="Digest">Digest of its content.</param>
public sealed record RemoteFile(string Name, IReadOnlyList<Uri> Urls, long Length, ContentDigest Digest)
{
    /// <summary>
    /// Whether content means what is left after decompression, since mirrors may compress differently; otherwise the
    /// bytes as they come.
    /// </summary>
    public bool Unpacked { get; init; } = true;

    /// <summary>
    /// The most bytes a sound copy has: fast compressors make incompressible content up to a twentieth longer.
    /// </summary>
    internal long LargestTransfer => Unpacked ? Length + Length / 8 + 1024 : Length;

    /// <summary>
    /// What is wrong with the copy at <paramref name="path"/>, or null where its content is the expected one.
    /// </summary>
    internal string? FindFault(string path)
    {
        using var hash = IncrementalHash.CreateHash(Digest.Algorithm);
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try
        {
            using var content = Unpacked
                ? GzipFile.OpenDecompressed(path)
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            while (content.Read(buffer) is > 0 and int got)
            {
                length += got;
                if (length > Length)
                    return $"content of more than {Length} bytes"; // also what stops a gzip bomb
                hash.AppendData(buffer, 0, got);
            }
        }
        catch (InvalidDataException)
        {
            return "damaged gzip data";
        }
        if (length != Length)
            return $"content of {length} bytes where {Length} are expected";
        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return found == Digest.Hex
            ? null
            : $"content with {Digest.Kind} {found[..12]}… where {Digest.Hex[..12]}… is expected";
    }
}

/// <summary>The published digest of a file's content.</summary>
/// <param name="Algorithm">SHA-256, or MD5 where nothing better is published.</param>
/// <param name="Hex">Lower-case hexadecimal digits.</param>
public sealed record ContentDigest(HashAlgorithmName Algorithm, string Hex)
{
    /// <summary>A SHA-256.</summary>
    public static ContentDigest Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>An MD5: enough to notice an accident, not an attack.</summary>
    public static ContentDigest Md5(string hex) => new(HashAlgorithmName.MD5, hex);

    /// <summary>As people write it: <c>SHA-256</c>, <c>MD5</c>.</summary>
    internal string Kind => Algorithm == HashAlgorithmName.SHA256 ? "SHA-256" : Algorithm.Name!;
}
