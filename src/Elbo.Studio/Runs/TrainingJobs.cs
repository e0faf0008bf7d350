using Elbo.Data;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Studio.Runs;

/// <summary>
/// Trains runs, whether or not a page is open. One trains at a time, because each uses all processors; further ones
/// wait in the order in which they were started.
/// </summary>
/// <param name="index">The runs, told about every epoch.</param>
/// <param name="options">Where new runs are written, and where datasets are.</param>
public sealed class TrainingJobs(RunIndex index, StudioOptions options) : IDisposable
{
    /// <summary>Number of ended jobs that are kept for the pages.</summary>
    private const int Kept = 5;

    private readonly object _gate = new();
    private readonly List<TrainingJob> _jobs = [];
    private Thread? _worker;
    private bool _isClosed;

    /// <summary>Called when a job appears, ends or goes, on any thread.</summary>
    public event Action? Changed;

    /// <summary>The jobs in their order: ended ones, the one that trains, and those that wait.</summary>
    public IReadOnlyList<TrainingJob> Jobs
    {
        get
        {
            lock (_gate)
                return [.. _jobs];
        }
    }

    /// <summary>The newest job of a run; null if this server has not trained it.</summary>
    /// <param name="id">Identifier of the run.</param>
    public TrainingJob? Find(string? id) => Jobs.LastOrDefault(job => id is not null && IdOf(job) == id);

    /// <summary>The identifier of a job's run; null until its folder exists.</summary>
    public string? IdOf(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Folder is { } folder ? index.IdOf(folder) : null;
    }

    /// <summary>Trains a new run.</summary>
    /// <param name="config">Options of the run, which have been checked.</param>
    /// <exception cref="ObjectDisposedException">The server stops.</exception>
    public TrainingJob Start(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var location = DataLocation.FromEnvironment(config.DataDir ?? options.DataDir);
        return Add(
            new TrainingJob(
                RunName.Of(config),
                (observer, data, cancellation) =>
                    TrainWorkflow.Start(config, options.Folder, false, location, observer, data, cancellation)
            )
        );
    }

    /// <summary>Resumes a run.</summary>
    /// <param name="id">Identifier of the run.</param>
    /// <param name="epochs">New total number of epochs; null keeps the original one.</param>
    /// <exception cref="ArgumentException">There is no such run, or a job trains it.</exception>
    /// <exception cref="InvalidDataException">The options of the run are damaged.</exception>
    /// <exception cref="ObjectDisposedException">The server stops.</exception>
    public TrainingJob Resume(string id, int? epochs)
    {
        var run = index.Find(id)?.Folder ?? throw new ArgumentException($"there is no run '{id}'.");
        if (Find(id) is { HasEnded: false })
            throw new ArgumentException($"{id} is being trained already.");
        var config = RunSettings.Load(run);
        // The folder in which the run found its images comes first.
        var location = RunData.Location(config, RunRecord.TryLoad(run), dataDir: null);
        if (options.DataDir is { } more && config.DataDir is null)
            location = location with { Folders = [.. location.Folders, Path.GetFullPath(more)] };
        return Add(
            new TrainingJob(
                run.Name,
                (observer, data, cancellation) =>
                {
                    TrainWorkflow.Resume(run, epochs, location, observer, data, cancellation: cancellation);
                    return run;
                }
            )
            {
                Folder = run,
            }
        );
    }

    /// <summary>Removes a job that has ended from the list. Its run stays.</summary>
    public void Dismiss(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
            if (job.HasEnded)
                Remove(job);
        Changed?.Invoke();
    }

    /// <summary>Stops all jobs, and waits until the one that trains has written its checkpoint.</summary>
    public void Dispose()
    {
        Thread? worker;
        lock (_gate)
            (_isClosed, worker) = (true, _worker);
        foreach (var job in Jobs)
            job.Stop();
        worker?.Join();
        foreach (var job in Jobs)
            job.Dispose();
    }

    private void Remove(TrainingJob job)
    {
        _jobs.Remove(job);
        job.Dispose();
    }

    private TrainingJob Add(TrainingJob job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (IdOf(job) is { } id)
                foreach (var old in Jobs.Where(old => old.HasEnded && IdOf(old) == id))
                    Remove(old);
            _jobs.Add(job);
            if (_worker is null)
            {
                _worker = new Thread(Work) { Name = "training", IsBackground = true };
                _worker.Start();
            }
        }
        Changed?.Invoke();
        return job;
    }

    private void Work()
    {
        while (Next() is { } job)
        {
            string? known = null;
            job.Changed += Tell;
            job.Run(() => Refresh(job));
            job.Changed -= Tell;
            lock (_gate)
            {
                foreach (var old in Jobs.Where(old => old.HasEnded).SkipLast(Kept))
                    Remove(old);
            }
            Changed?.Invoke();

            void Tell()
            {
                // The pages know a new run by its folder.
                if (IdOf(job) is not { } id || id == known)
                    return;
                known = id;
                Refresh(job);
                Changed?.Invoke();
            }
        }
    }

    private TrainingJob? Next()
    {
        lock (_gate)
        {
            var next = _jobs.FirstOrDefault(job => !job.HasEnded);
            if (next is null)
                _worker = null;
            return next;
        }
    }

    private void Refresh(TrainingJob job)
    {
        if (IdOf(job) is { } id)
            index.Refresh(id);
    }
}
