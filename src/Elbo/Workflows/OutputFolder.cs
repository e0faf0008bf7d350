using Elbo.Formats;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>A folder that a command fills. It gets its name when it is complete, or not at all.</summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _mark;
    private readonly bool _overwrite;
    private StagingFolder? _staging;

    private OutputFolder(string path, string mark, bool overwrite) =>
        (Path, _mark, _overwrite) = (path, mark, overwrite);

    /// <summary>Final path of the folder.</summary>
    public string Path { get; }

    /// <summary>Temporary folder for the files until the folder is complete; created on first use.</summary>
    public string Staging
    {
        get
        {
            if (_staging is not null)
                return _staging.Path;
            string beginning = $".{System.IO.Path.GetFileName(System.IO.Path.GetFullPath(Path))}.";
            _staging = StagingFolder.Create(Parent, beginning);
            foreach (var stray in StagingFolder.Strays(Parent, beginning))
                stray.Dispose();
            return _staging.Path;
        }
    }

    /// <summary>Chooses the requested folder, or a free name near the default one. Nothing is written yet.</summary>
    /// <param name="wished">Path from the user; null for the default.</param>
    /// <param name="usual">Default path; if it exists, <c>name-2</c>, <c>name-3</c>, ….</param>
    /// <param name="mark">A file that such folders contain. Folders without it are never replaced.</param>
    /// <param name="overwrite">Whether an existing folder may be replaced.</param>
    /// <exception cref="ArgumentException">The requested path is empty.</exception>
    /// <exception cref="IOException">The requested folder exists or cannot be created.</exception>
    public static OutputFolder Choose(string? wished, string usual, string mark, bool overwrite)
    {
        if (wished is not null && string.IsNullOrWhiteSpace(wished))
            throw new ArgumentException("output is empty; give a folder name.");
        string path = System.IO.Path.TrimEndingDirectorySeparator(wished ?? usual);
        if (wished is null && !overwrite)
            for (int i = 2; System.IO.Path.Exists(path); i++)
                path = $"{usual}-{i}";
        var folder = new OutputFolder(path, mark, overwrite);
        folder.RequireFree();
        RunFolder.RequireFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path);
        return folder;
    }

    /// <summary>Gives the complete folder its name.</summary>
    /// <exception cref="IOException">Another file or folder with that name has appeared meanwhile.</exception>
    public void Complete()
    {
        RequireFree();
        FolderSync.FlushTree(Staging);
        if (Directory.Exists(Path))
            FolderSync.Swap(Path, Staging);
        else
            Directory.Move(Staging, Path);
        FolderSync.Flush(Parent);
        // Deletes the replaced folder.
        Dispose();
    }

    /// <summary>Names of the complete folders within another one, the last changed first.</summary>
    /// <param name="parent">The folder that they are in; it need not exist.</param>
    /// <param name="mark">A file that such folders contain, whose time counts.</param>
    public static IReadOnlyList<string> Names(string parent, string mark)
    {
        var folder = new DirectoryInfo(parent);
        return folder.Exists
            ?
            [
                .. folder
                    .EnumerateDirectories()
                    .Select(each => (each.Name, Mark: new FileInfo(System.IO.Path.Combine(each.FullName, mark))))
                    // A folder that is being written has a hidden name.
                    .Where(each => each.Name[0] != '.' && each.Mark.Exists)
                    .OrderByDescending(each => each.Mark.LastWriteTimeUtc)
                    .Select(each => each.Name),
            ]
            : [];
    }

    /// <summary>Deletes files of which the complete folder has copies.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public static void DeleteMoved(IEnumerable<string> files)
    {
        foreach (string file in files)
            File.Delete(file);
    }

    /// <summary>Deletes an incomplete folder.</summary>
    public void Dispose()
    {
        _staging?.Dispose();
        _staging = null;
    }

    private string Parent => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    private void RequireFree()
    {
        if (File.Exists(Path))
            throw new IOException($"{Path} is a file, not a folder; give another --output.");
        if (!Directory.Exists(Path) || !Directory.EnumerateFileSystemEntries(Path).Any())
            return;
        if (!_overwrite)
            throw new IOException($"{Path} exists; give another --output, or --overwrite to replace it.");
        if (!File.Exists(System.IO.Path.Combine(Path, _mark)))
            throw new IOException($"{Path} has no {_mark}, so --overwrite does not delete it; give another --output.");
    }
}

/// <summary>Writes single files of an <see cref="OutputFolder"/>.</summary>
/// <remarks>
/// They are neither atomic nor flushed one by one, because the folder is flushed as a whole before it gets its name.
/// </remarks>
internal static class StagedFile
{
    /// <summary>Writes a new file.</summary>
    public static void Write(string path, ReadOnlySpan<byte> contents)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(contents);
    }

    /// <summary>Copies a file, byte for byte, under a new name.</summary>
    public static void Copy(string source, string path, CancellationToken cancellation = default)
    {
        using var original = RegularFile.Open(source, cancellation);
        using var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        original.CopyTo(copy);
    }
}

/// <summary>Chooses output files. Existing files are replaced only on request.</summary>
public static class OutputPath
{
    /// <summary>
    /// Chooses the requested path, or a free name near the default one, and deletes temporary files of killed processes
    /// in its folder.
    /// </summary>
    /// <param name="wished">Path from the user; null for the default.</param>
    /// <param name="usual">Default path; if it exists, <c>name-2.png</c>, <c>name-3.png</c>, ….</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="ArgumentException">The requested path is empty.</exception>
    /// <exception cref="IOException">The requested file exists, or its folder cannot be created.</exception>
    public static string Choose(string? wished, string usual, bool overwrite)
    {
        string path = Free(wished, usual, overwrite);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && Directory.Exists(folder))
            AtomicFile.DeleteStrays(folder);
        return path;
    }

    private static string Free(string? wished, string usual, bool overwrite)
    {
        if (wished is not null)
        {
            if (string.IsNullOrWhiteSpace(wished))
                throw new ArgumentException("output is empty; give a file name.");
            if (Directory.Exists(wished) || Path.EndsInDirectorySeparator(wished))
                throw new IOException($"{wished} is a folder; give a file name.");
            if (File.Exists(wished) && !overwrite)
                throw new IOException($"{wished} exists; give another --output, or --overwrite to replace it.");
            if (Path.GetDirectoryName(Path.GetFullPath(wished)) is { } above)
                RunFolder.RequireFolder(above);
            return wished;
        }
        if (overwrite)
            return usual;
        string folder = Path.GetDirectoryName(usual)!,
            name = Path.GetFileNameWithoutExtension(usual),
            ending = Path.GetExtension(usual),
            path = usual;
        for (int i = 2; Path.Exists(path); i++)
            path = Path.Combine(folder, $"{name}-{i}{ending}");
        return path;
    }
}
