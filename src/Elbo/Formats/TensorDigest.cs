using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Elbo.Engine;

namespace Elbo.Formats;

/// <summary>
/// SHA-256 of a safetensors file: of its metadata, and of name, shape and data of every tensor, in the order of the
/// file.
/// </summary>
/// <remarks>
/// The file carries it in its metadata under <see cref="Key"/>. Values of metadata enter in the order of their keys.
/// Zeros separate the parts, because no name, shape or value contains one.
/// </remarks>
internal sealed class TensorDigest : IDisposable
{
    /// <summary>The key of the digest in the metadata.</summary>
    public const string Key = "sha256";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins a digest with the metadata, other than a digest among them.</summary>
    public TensorDigest(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (key, value) in metadata.OrderBy(note => note.Key, StringComparer.Ordinal))
            if (key != Key)
                _hash.AppendData(Encoding.UTF8.GetBytes($"{value}\0"));
    }

    /// <summary>Adds name and shape of the next tensor, whose data follow.</summary>
    public void Begin(string name, Shape shape) => _hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{shape}\0"));

    /// <summary>Adds data of the current tensor.</summary>
    public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    /// <summary>The digest as 64 hexadecimal digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    /// <summary>The metadata with the digest of a file that has them and these tensors.</summary>
    public static IReadOnlyDictionary<string, string> AddTo(
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<SafetensorsTensor> tensors
    )
    {
        using var digest = new TensorDigest(metadata);
        foreach (var tensor in tensors)
        {
            digest.Begin(tensor.Name, tensor.Shape);
            digest.Append(MemoryMarshal.AsBytes(tensor.Values));
        }
        return new Dictionary<string, string>(metadata) { [Key] = digest.Finish() };
    }
}

/// <summary>Finds weights that are not finite, which must neither be saved nor used.</summary>
internal static class FiniteWeights
{
    /// <summary>Whether all values are finite.</summary>
    public static bool All(ReadOnlySpan<float> values) => Require.IndexOfNonFinite(values) < 0;

    /// <summary>
    /// What is wrong with the first tensor that has a value that is not finite; null if all values are finite.
    /// </summary>
    public static string? Fault(IEnumerable<SafetensorsTensor> tensors)
    {
        foreach (var tensor in tensors)
            if (Fault(tensor.Name, tensor.Values) is { } fault)
                return fault;
        return null;
    }

    /// <summary>What is wrong with the values of a tensor; null if all are finite.</summary>
    public static string? Fault(string name, ReadOnlySpan<float> values) =>
        Require.IndexOfNonFinite(values) is >= 0 and var at
            ? FormattableString.Invariant($"tensor '{name}' has {values[at]} as value {at}")
            : null;
}
