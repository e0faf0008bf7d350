using System.Security.Cryptography;

namespace Elbo.Data;

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
