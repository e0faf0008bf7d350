using Elbo.Formats;

namespace Elbo.Data.Download;

/// <summary>An incomplete download (<c>.part</c>) with a note of its origin (<c>.part.origin</c>).</summary>
/// <remarks>
/// Mirrors may compress the same file differently, so a download resumes only from the address that it began with.
/// </remarks>
internal sealed class PartialFile(string target)
{
    private readonly string _origin = target + ".part.origin";

    /// <summary>Path of the bytes until they are complete and verified.</summary>
    public string Path { get; } = target + ".part";

    /// <summary>Locks the download against other processes until the result is disposed.</summary>
    /// <exception cref="DownloadException">Another process is downloading the file.</exception>
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

    /// <summary>Number of bytes that a request to <paramref name="url"/> can skip.</summary>
    public long LengthFrom(Uri url) =>
        File.Exists(Path) && Note() is [var from, ..] && from == url.AbsoluteUri ? new FileInfo(Path).Length : 0;

    /// <summary>The entity tag of the bytes, or null if the server sent none.</summary>
    public string? EntityTag => Note() is [_, { Length: > 0 } tag] ? tag : null;

    /// <summary>Starts a new download from <paramref name="url"/>.</summary>
    public FileStream Create(Uri url, string? entityTag)
    {
        // This order ensures that an interruption never leaves bytes of one address with the note of another.
        Discard();
        AtomicFile.WriteText(_origin, $"{url.AbsoluteUri}\n{entityTag}\n");
        return new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    /// <summary>Opens the file to append to the existing bytes.</summary>
    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.Read);

    /// <summary>Moves the complete file, which is on disk, to its final name, atomically and durably.</summary>
    public void Promote()
    {
        File.Move(Path, target, overwrite: true);
        FolderSync.Flush(System.IO.Path.GetDirectoryName(target)!);
        File.Delete(_origin);
    }

    /// <summary>Deletes the bytes.</summary>
    public void Discard()
    {
        File.Delete(Path);
        File.Delete(_origin);
    }

    private string[] Note() => File.Exists(_origin) ? RegularFile.ReadAllLines(_origin) : [];
}
