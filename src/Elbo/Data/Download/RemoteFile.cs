using System.Security.Cryptography;
using Elbo.Formats;

namespace Elbo.Data.Download;

/// <summary>A file to download, with its length and digest.</summary>
/// <param name="Name">File name on disk.</param>
/// <param name="Urls">Addresses of mirrors, in order of preference.</param>
/// <param name="Length">Length of the content in bytes.</param>
/// <param name="Digest">Digest of the content.</param>
public sealed record RemoteFile(string Name, IReadOnlyList<Uri> Urls, long Length, ContentDigest Digest)
{
    /// <summary>
    /// Whether length and digest refer to the decompressed content, because mirrors may compress differently; else to
    /// the transferred bytes.
    /// </summary>
    public bool Unpacked { get; init; } = true;

    /// <summary>
    /// Maximum size of a valid copy in bytes. Fast compressors make incompressible content longer by up to a twentieth.
    /// </summary>
    internal long LargestTransfer => Unpacked ? Length + Length / 8 + 1024 : Length;

    /// <summary>
    /// Describes what is wrong with the copy at <paramref name="path"/>; null if its content is correct.
    /// </summary>
    internal string? FindFault(string path, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(Digest.Algorithm);
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try
        {
            using var content = Unpacked
                ? GzipFile.OpenDecompressed(path, cancellation)
                : RegularFile.Open(path, cancellation);
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
/// <param name="Algorithm">SHA-256, or MD5 if nothing better is published.</param>
/// <param name="Hex">Lower-case hexadecimal digits.</param>
public sealed record ContentDigest(HashAlgorithmName Algorithm, string Hex)
{
    /// <summary>A SHA-256 digest.</summary>
    public static ContentDigest Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>An MD5 digest. It detects accidental changes, not attacks.</summary>
    public static ContentDigest Md5(string hex) => new(HashAlgorithmName.MD5, hex);

    /// <summary>The algorithm's usual name: <c>SHA-256</c> or <c>MD5</c>.</summary>
    internal string Kind => Algorithm == HashAlgorithmName.SHA256 ? "SHA-256" : Algorithm.Name!;
}
