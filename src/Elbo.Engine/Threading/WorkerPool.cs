using Elbo.Engine.Kernels;

namespace Elbo.Engine.Threading;

/// <summary>
/// Threads that run parallel regions, one region at a time. They start with the first region. They end when the pool is
/// disposed, or when nothing refers to it any more.
/// </summary>
/// <remarks>
/// Several devices may share a pool and use it from different threads. A caller that finds the pool in use runs its
/// whole region itself.
/// </remarks>
internal sealed unsafe class WorkerPool : IDisposable
{
    private readonly WorkerCrew _crew;

    /// <summary>Creates a pool of <paramref name="count"/> workers, including the caller of <see cref="Run"/>.</summary>
    public WorkerPool(int count) => _crew = new WorkerCrew(count);

    /// <summary>The number of workers, including the caller.</summary>
    public int Count => _crew.Count;

    /// <summary>The threads beside the caller's; none before the first region.</summary>
    internal IReadOnlyList<Thread> Threads => _crew.Threads;

    /// <summary>Runs <paramref name="body"/> once for every worker and returns when all have finished.</summary>
    public void Run(delegate* <void*, Worker, void> body, void* args)
    {
        if (!_crew.TryRun(body, args))
            for (int i = 0; i < Count; i++)
                body(args, new Worker(i, Count));
        GC.KeepAlive(this);
    }

    /// <summary>Ends the threads and waits for them. Later regions run on their callers.</summary>
    public void Dispose()
    {
        _crew.Dispose();
        GC.SuppressFinalize(this);
    }

    // The threads refer to the crew, not to the pool, so the pool can be collected while they sleep.
    ~WorkerPool() => _crew.Stop();
}
