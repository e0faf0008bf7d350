using System.Security.Cryptography;

namespace Elbo.Data;

/// <summary>A file to download and how to know it.</summary>
/// <param name="Name">Its name on disk.</param>
/// <param name="Urls">Where it is to be had, best first.</param>
/// <param name="Length">Bytes of its content after decompression.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 of its content after decompression: mirrors may compress differently.</param>
public sealed record RemoteFile(string Name, IReadOnlyList<Uri> Urls, long Length, string Sha256)
{
    /// <summary>The most bytes a sound copy has: fast compressors make incompressible content up to a twentieth longer.</summary>
    internal long LargestTransfer => Length + Length / 8 + 1024;

    /// <summary>What is wrong with the copy at <paramref name="path"/>, or null where its content is the expected one.</summary>
    internal string? FindFault(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try
        {
            using var content = GzipFile.OpenDecompressed(path);
            while (content.Read(buffer) is > 0 and int got)
            {
                length += got;
                if (length > Length) return $"content of more than {Length} bytes";   // also what stops a gzip bomb
                hash.AppendData(buffer, 0, got);
            }
        }
        catch (InvalidDataException)
        {
            return "damaged gzip data";
        }
        if (length != Length) return $"content of {length} bytes where {Length} are expected";
        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return found == Sha256 ? null : $"content with SHA-256 {found[..12]}… where {Sha256[..12]}… is expected";
    }
}
