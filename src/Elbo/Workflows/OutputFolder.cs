using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>A folder that a command fills. It gets its name when it is complete, or not at all.</summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _mark;
    private readonly bool _overwrite;
    private string? _staging;

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
                return _staging;
            string full = System.IO.Path.GetFullPath(Path),
                parent = System.IO.Path.GetDirectoryName(full)!;
            string staging = System.IO.Path.Combine(
                parent,
                $".{System.IO.Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp"
            );
            Directory.CreateDirectory(staging);
            return _staging = staging;
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
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
        Directory.Move(Staging, Path);
        _staging = null;
    }

    /// <summary>Deletes an incomplete folder.</summary>
    public void Dispose()
    {
        if (_staging is not null)
            Directory.Delete(_staging, recursive: true);
        _staging = null;
    }

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
