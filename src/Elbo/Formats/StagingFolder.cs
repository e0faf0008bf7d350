namespace Elbo.Formats;

/// <summary>
/// A temporary folder in which files wait until they are complete. A lock beside it tells a folder in use from one of a
/// process that was killed.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string Ending = ".tmp",
        LockEnding = ".lock";

    private readonly FileStream _lock;

    private StagingFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Path of the folder.</summary>
    public string Path { get; }

    /// <summary>Creates a folder in <paramref name="parent"/>, which is created if missing.</summary>
    /// <param name="parent">The folder in which the files will have their final names.</param>
    /// <param name="beginning">Beginning of the temporary name.</param>
    public static StagingFolder Create(string parent, string beginning)
    {
        FolderSync.Create(parent);
        string path = System.IO.Path.Combine(parent, $"{beginning}{Guid.NewGuid():N}{Ending}");
        var held = Lock(path);
        try
        {
            Directory.CreateDirectory(path);
            return new StagingFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The folders of this beginning that killed processes left, each locked until it is disposed.</summary>
    public static IEnumerable<StagingFolder> Strays(string parent, string beginning)
    {
        var paths = Directory
            .GetFileSystemEntries(parent, beginning + "*")
            .Select(entry => entry.EndsWith(LockEnding, StringComparison.Ordinal) ? entry[..^LockEnding.Length] : entry)
            .Where(path => IsStaging(System.IO.Path.GetFileName(path), beginning))
            .Distinct();
        foreach (string path in paths)
        {
            FileStream held;
            try
            {
                held = Lock(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // in use, or owned by another user: it does no harm
            }
            yield return new StagingFolder(path, held);
        }
    }

    /// <summary>Releases the folder and leaves it, as if the process had been killed.</summary>
    public void Leave() => _lock.Dispose();

    /// <summary>Deletes the folder with all that is still in it.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
                Directory.Delete(Path, recursive: true);
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private static FileStream Lock(string path) =>
        new(
            path + LockEnding,
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 1,
            FileOptions.DeleteOnClose
        );

    private static bool IsStaging(string name, string beginning) =>
        name.StartsWith(beginning, StringComparison.Ordinal)
        && name.EndsWith(Ending, StringComparison.Ordinal)
        && Guid.TryParseExact(name.AsSpan()[beginning.Length..^Ending.Length], "N", out _);
}
