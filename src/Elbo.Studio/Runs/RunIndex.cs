using Elbo.Training.Runs;

namespace Elbo.Studio.Runs;

/// <summary>
/// All runs below the folder of the studio. The file system reports changes, of whichever process, and the index tells
/// its listeners.
/// </summary>
public sealed class RunIndex : IDisposable
{
    /// <summary>Deepest folder of a run, in levels below the folder of the studio.</summary>
    private const int Depth = 5;

    /// <summary>Changes within this time become one event, such as those of the files of an epoch.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between scans where the file system reports no changes.</summary>
    private static readonly TimeSpan ScanEvery = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly object _reading = new();
    private readonly string _root;
    private readonly Dictionary<string, RunEntry> _runs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dirty = new(StringComparer.Ordinal);
    private readonly FileSystemWatcher? _watcher;
    private readonly Timer _timer;
    private bool _rescan = true;
    private bool _isScanned;
    private bool _isArmed;

    /// <summary>Creates an index of the runs below the folder in <paramref name="options"/>.</summary>
    public RunIndex(StudioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _root = Path.GetFullPath(options.Folder);
        _timer = new Timer(_ => Update());
        _watcher = Watch();
        if (_watcher is null)
            _timer.Change(ScanEvery, ScanEvery);
    }

    /// <summary>
    /// Called after runs have appeared, changed or gone, with their identifiers. It is called on any thread.
    /// </summary>
    public event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>Absolute path of the folder.</summary>
    public string Root => _root;

    /// <summary>All runs, in the order of their identifiers.</summary>
    public IReadOnlyList<RunEntry> Runs
    {
        get
        {
            Scan();
            lock (_gate)
                return [.. _runs.Values.OrderBy(run => run.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>The run with an identifier; null if there is none.</summary>
    public RunEntry? Find(string? id)
    {
        Scan();
        lock (_gate)
            return id is null ? null : _runs.GetValueOrDefault(id);
    }

    /// <summary>Reads a run again at once, before the file system reports a change.</summary>
    public void Refresh(string id)
    {
        lock (_gate)
        {
            _dirty.Add(id);
            _rescan = true;
        }
        Update();
    }

    /// <summary>The identifier of a run folder.</summary>
    public string IdOf(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.GetRelativePath(_root, Path.GetFullPath(run.Path)).Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher?.Dispose();
        _timer.Dispose();
    }

    private void Scan()
    {
        if (!Volatile.Read(ref _isScanned))
            Update();
    }

    private FileSystemWatcher? Watch()
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(_root)
            {
                IncludeSubdirectories = true,
                NotifyFilter =
                    NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
                InternalBufferSize = 64 << 10,
            };
            watcher.Created += (_, e) => Note(e.FullPath);
            watcher.Changed += (_, e) => Note(e.FullPath);
            watcher.Deleted += (_, e) => Note(e.FullPath);
            watcher.Renamed += (_, e) =>
            {
                Note(e.OldFullPath);
                Note(e.FullPath);
            };
            watcher.Error += (_, _) => Note(_root);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException)
        {
            // The system's limit of watched folders is reached.
            watcher?.Dispose();
            return null;
        }
    }

    private void Note(string path)
    {
        lock (_gate)
        {
            if (RunOf(path) is { } id)
                _dirty.Add(id);
            else
                _rescan = true;
            // Changes that follow each other fast must not put the event off for ever.
            if (_isArmed)
                return;
            _isArmed = true;
        }
        try
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The last events of the file system may come after the end.
        }
    }

    /// <summary>The known run in whose folder a file is; null if there is none.</summary>
    private string? RunOf(string path)
    {
        string below = Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');
        for (int end = below.IndexOf('/'); end > 0; end = below.IndexOf('/', end + 1))
            if (_runs.ContainsKey(below[..end]))
                return below[..end];
        return null;
    }

    private void Update()
    {
        List<string> changed = [];
        lock (_reading)
        {
            string[] ids;
            lock (_gate)
            {
                _isArmed = false;
                if (_watcher is null)
                {
                    _rescan = true;
                    _dirty.UnionWith(_runs.Keys);
                }
                HashSet<string> found = _rescan ? [.. Folders()] : [.. _runs.Keys];
                ids =
                [
                    .. found.Where(id => _dirty.Contains(id) || !_runs.ContainsKey(id)),
                    .. _runs.Keys.Except(found),
                ];
                _dirty.Clear();
                _rescan = false;
            }
            var read = ids.AsParallel().AsOrdered().Select(id => (Id: id, Entry: TryRead(id))).ToArray();
            lock (_gate)
                foreach (var (id, entry) in read)
                {
                    bool same = _runs.TryGetValue(id, out var before) && entry is not null && before.Equals(entry);
                    if (entry is null)
                        _runs.Remove(id);
                    else
                        _runs[id] = entry;
                    if (!same)
                        changed.Add(id);
                }
            Volatile.Write(ref _isScanned, true);
        }
        if (changed.Count > 0)
            Changed?.Invoke(changed);
    }

    private RunEntry? TryRead(string id)
    {
        try
        {
            return RunEntry.Read(id, RunFolder.Open(Path.Combine(_root, id)));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Identifiers of all folders with options and anything that training writes.</summary>
    private IEnumerable<string> Folders()
    {
        var pending = new Stack<(string Path, int Level)>([(_root, 0)]);
        while (pending.TryPop(out var folder))
        {
            if (folder.Level > 0 && IsRun(folder.Path))
            {
                yield return Path.GetRelativePath(_root, folder.Path).Replace(Path.DirectorySeparatorChar, '/');
                continue;
            }
            if (folder.Level == Depth)
                continue;
            foreach (
                var inner in new DirectoryInfo(folder.Path).EnumerateDirectories(
                    "*",
                    new EnumerationOptions
                    {
                        IgnoreInaccessible = true,
                        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
                    }
                )
            )
                pending.Push((inner.FullName, folder.Level + 1));
        }
    }

    private static bool IsRun(string path) =>
        File.Exists(Path.Combine(path, "config.json"))
        && ((string[])["run.json", "metrics.csv", "model.safetensors", ".lock"]).Any(name =>
            File.Exists(Path.Combine(path, name))
        );
}
