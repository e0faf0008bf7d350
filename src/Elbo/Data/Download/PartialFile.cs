namespace Elbo.Data.Download;

/// <summary>
/// The beginning of a download (<c>.part</c>) with a note of where it came from (<c>.part.origin</c>).
/// </summary>
/// <remarks>
/// Mirrors may hold differently compressed copies, so bytes are only ever continued from the address they came from.
/// </remarks>
internal sealed class PartialFile(string target)
{
    private readonly string _origin = target + ".part.origin";

    /// <summary>Where the bytes are kept until they are complete and checked.</summary>
    public string Path { get; } = target + ".part";

    /// <summary>Keeps other processes from downloading the same file until the result is disposed.</summary>
    /// <exception cref="DownloadException">Another download of it is going on.</exception>
    public IDisposable Claim()
    {
        try
        {
            return new FileStream(
                Path + ".lock",
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new DownloadException(
                $"{target} is being downloaded by another process; wait for it to end, then try again "
                    + $"({e.Message.ReplaceLineEndings(" ")})"
            );
        }
    }

    /// <summary>Bytes that a request to <paramref name="url"/> need not fetch again.</summary>
    public long LengthFrom(Uri url) =>
        File.Exists(Path) && Note() is [var from, ..] && from == url.AbsoluteUri ? new FileInfo(Path).Length : 0;

    /// <summary>The entity tag under which the bytes came, or null where the server gave none.</summary>
    public string? EntityTag => Note() is [_, { Length: > 0 } tag] ? tag : null;

    /// <summary>Starts over with bytes of <paramref name="url"/>.</summary>
    public FileStream Create(Uri url, string? entityTag)
    {
        // In this order no interruption leaves bytes of one address under the name of another.
        Discard();
        File.WriteAllLines(_origin, [url.AbsoluteUri, entityTag ?? ""]);
        return new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    /// <summary>Goes on behind the bytes that are there.</summary>
    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.Read);

    /// <summary>Gives the complete file its final name, atomically.</summary>
    public void Promote()
    {
        File.Move(Path, target, overwrite: true);
        File.Delete(_origin);
    }

    /// <summary>Forgets the bytes.</summary>
    public void Discard()
    {
        File.Delete(Path);
        File.Delete(_origin);
    }

    private string[] Note() => File.Exists(_origin) ? File.ReadAllLines(_origin) : [];
}
