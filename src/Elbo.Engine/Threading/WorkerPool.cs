using System.Diagnostics;
using System.Runtime.InteropServices;
using Elbo.Engine.Kernels;

namespace Elbo.Engine.Threading;

/// <summary>Threads that live as long as the device and run parallel regions, one at a time.</summary>
/// <remarks>
/// Between regions a thread spins for a while, because the next region usually follows within microseconds, and then
/// parks. The caller is worker 0. When it has finished its own share, it also takes the shares of workers that have not
/// started, because they are parked or another process occupies their core. Every flag has its own cache line.
/// </remarks>
internal sealed unsafe class WorkerPool : IDisposable
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000; // 100 µs

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly Flag[] _claimed;
    private readonly Flag[] _finished;
    private readonly Flag[] _parked;
    private delegate* <void*, Worker, void> _body;
    private void* _args;
    private Flag _region;
    private volatile bool _stop;

    public WorkerPool(int count)
    {
        Count = count;
        _claimed = new Flag[count];
        _finished = new Flag[count];
        _parked = new Flag[count];
        _wake = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(0))];
        _threads =
        [
            .. Enumerable
                .Range(1, count - 1)
                .Select(i => new Thread(() => Loop(i)) { IsBackground = true, Name = $"elbo worker {i}" }),
        ];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>The number of workers, including the caller.</summary>
    public int Count { get; }

    /// <summary>Runs <paramref name="body"/> on every worker and returns when all have finished.</summary>
    public void Run(delegate* <void*, Worker, void> body, void* args)
    {
        _body = body;
        _args = args;
        int region = _region.Value + 1;
        Volatile.Write(ref _region.Value, region);
        // A worker that parks after this barrier sees the region; one that parked before it is found below.
        Interlocked.MemoryBarrier();
        for (int i = 1; i < Count; i++)
            if (Volatile.Read(ref _parked[i].Value) != 0 && Interlocked.Exchange(ref _parked[i].Value, 0) != 0)
                _wake[i].Release();
        body(args, new Worker(0, Count));
        for (int i = 1; i < Count; i++)
            if (TryClaim(i, region))
                RunShare(i, region);
        for (int i = 1; i < Count; i++)
            SpinUntil(ref _finished[i], region);
    }

    public void Dispose()
    {
        if (_stop)
            return;
        _stop = true;
        for (int i = 1; i < Count; i++)
            _wake[i].Release();
        foreach (var thread in _threads)
            thread.Join();
        foreach (var semaphore in _wake)
            semaphore.Dispose();
    }

    private void Loop(int index)
    {
        int seen = 0;
        while (AwaitRegion(index, ref seen))
            if (TryClaim(index, seen))
                RunShare(index, seen);
    }

    /// <summary>
    /// Claims the share of a worker in a region. Whoever advances the counter first, worker or caller, runs the share.
    /// </summary>
    private bool TryClaim(int index, int region) =>
        Interlocked.CompareExchange(ref _claimed[index].Value, region, region - 1) == region - 1;

    private void RunShare(int index, int region)
    {
        _body(_args, new Worker(index, Count));
        Volatile.Write(ref _finished[index].Value, region);
    }

    private bool AwaitRegion(int index, ref int seen)
    {
        long start = Stopwatch.GetTimestamp();
        for (int spins = 1; Volatile.Read(ref _region.Value) == seen; spins++)
        {
            if (_stop)
                return false;
            Thread.SpinWait(1);
            if ((spins & 63) != 0 || Stopwatch.GetTimestamp() - start < SpinTicks)
                continue;
            Volatile.Write(ref _parked[index].Value, 1);
            Interlocked.MemoryBarrier();
            // Whoever clears the flag wins: either the caller has released the semaphore, or this thread never slept.
            if (Volatile.Read(ref _region.Value) == seen || Interlocked.Exchange(ref _parked[index].Value, 0) == 0)
                _wake[index].Wait();
            if (_stop)
                return false;
            start = Stopwatch.GetTimestamp();
        }
        seen = Volatile.Read(ref _region.Value);
        return true;
    }

    private static void SpinUntil(ref Flag flag, int value)
    {
        // After a while the thread yields: on an overloaded machine the awaited thread may need the core.
        for (int spins = 1; Volatile.Read(ref flag.Value) != value; spins++)
        {
            Thread.SpinWait(1);
            if ((spins & 1023) == 0)
                Thread.Yield();
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Flag
    {
        public int Value;
    }
}
