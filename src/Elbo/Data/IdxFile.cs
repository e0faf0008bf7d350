namespace Elbo.Data;

/// <summary>One file of a dataset in IDX format.</summary>
/// <param name="Name">Its name without <c>.gz</c>, such as <c>train-images-idx3-ubyte</c>.</param>
/// <param name="Length">Bytes after decompression.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256 after decompression.</param>
internal sealed record IdxFile(string Name, long Length, string Sha256)
{
    /// <summary>Its path in <paramref name="folder"/> under any of the names in use, or null.</summary>
    public string? FindIn(string folder)
    {
        string dotted = Name.Replace("-idx", ".idx", StringComparison.Ordinal); // as some archives unpack it
        string[] names = [Name, Name + ".gz", dotted, dotted + ".gz"];
        return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The compressed file below each of the <paramref name="mirrors"/>.</summary>
    public RemoteFile At(IReadOnlyList<Uri> mirrors) =>
        new(
            Name + ".gz",
            [.. mirrors.Select(mirror => new Uri(mirror, Name + ".gz"))],
            Length,
            ContentDigest.Sha256(Sha256)
        );
}
