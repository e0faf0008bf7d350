using Elbo.Workflows;

namespace Elbo.Studio.Runs;

/// <summary>Opened models, shared by the pages. Those that were used last stay open.</summary>
/// <param name="index">The runs.</param>
/// <param name="options">Where to find datasets, and the number of threads.</param>
public sealed class ModelPool(RunIndex index, StudioOptions options) : IDisposable
{
    /// <summary>Number of models that stay open while no page uses them.</summary>
    private const int Idle = 2;

    private readonly object _gate = new();
    private readonly List<Opened> _opened = [];

    /// <summary>Opens a run; dispose the lease when the page no longer needs it.</summary>
    /// <param name="id">Identifier of the run.</param>
    /// <exception cref="ArgumentException">There is no such run.</exception>
    /// <exception cref="IOException">The run cannot be read.</exception>
    /// <exception cref="InvalidDataException">The run is damaged, or has no weights yet.</exception>
    public async Task<ModelLease> OpenAsync(string id)
    {
        var run = index.Find(id) ?? throw new ArgumentException($"there is no run '{id}'.");
        // Training replaces the weights of a run.
        var written = File.GetLastWriteTimeUtc(run.Folder.Model);
        Opened entry;
        lock (_gate)
        {
            entry =
                _opened.Find(o => o.Id == id && o.Written == written && !o.Loading.IsFaulted)
                ?? new Opened(
                    id,
                    written,
                    Task.Run(() =>
                        LoadedRun.Open(run.Folder.Path, options.DataDir, options.DeviceOptions, notes: new Notes())
                    )
                );
            _opened.Remove(entry);
            _opened.Add(entry);
            entry.Users++;
        }
        try
        {
            return new ModelLease((await entry.Loading).OnWorkspace(), () => Release(entry));
        }
        catch
        {
            Release(entry);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _opened)
                Close(entry);
            _opened.Clear();
        }
    }

    private void Release(Opened entry)
    {
        lock (_gate)
        {
            entry.Users--;
            var idle = _opened.Where(o => o.Users == 0).ToArray();
            foreach (var old in idle.Where((o, i) => i < idle.Length - Idle || o.Loading.IsFaulted))
            {
                _opened.Remove(old);
                Close(old);
            }
        }
    }

    private static void Close(Opened entry)
    {
        if (entry.Loading.IsCompletedSuccessfully)
            entry.Loading.Result.Dispose();
    }

    private sealed record Opened(string Id, DateTime Written, Task<LoadedRun> Loading)
    {
        public int Users { get; set; }
    }

    private sealed class Notes : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"elbo: {value}");
    }
}

/// <summary>
/// A model in use by a page. It shares the weights with other pages and computes in memory of its own, for one thread
/// at a time.
/// </summary>
/// <param name="run">The run, which is disposed with the lease.</param>
/// <param name="release">Called once at the end.</param>
public sealed class ModelLease(LoadedRun run, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The run, open until the lease is disposed.</summary>
    public LoadedRun Run { get; } = run;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _release, null) is not { } end)
            return;
        Run.Dispose();
        end();
    }
}
