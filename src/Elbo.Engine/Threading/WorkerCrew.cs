using System.Diagnostics;
using System.Runtime.InteropServices;
using Elbo.Engine.Kernels;

namespace Elbo.Engine.Threading;

/// <summary>The threads of a <see cref="WorkerPool"/> and what they share.</summary>
/// <remarks>
/// <para>
/// The caller is worker 0. When it has finished its own share, it also takes the shares of workers that have not
/// started, because they are parked or another program occupies their core.
/// </para>
/// <para>
/// Whoever waits spins for a while, because the next event usually follows within microseconds, and then sleeps. A
/// thread that only spun would take the core from the thread that it waits for, as soon as there are more threads than
/// cores. Every flag has its own cache line.
/// </para>
/// </remarks>
internal sealed unsafe class WorkerCrew(int count) : IDisposable
{
    /// <summary>How long a worker spins for the next region.</summary>
    private static readonly long WorkerSpin = Microseconds(50);

    /// <summary>How long the caller spins for the share of a worker.</summary>
    private static readonly long CallerSpin = Microseconds(20);

    /// <summary>Time in regions after which the waiting is judged.</summary>
    private static readonly long Window = Microseconds(5_000);

    /// <summary>How long callers compute alone after too much waiting.</summary>
    private static readonly long Retreat = Microseconds(50_000);

    private readonly SemaphoreSlim[] _wake = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(0))];
    private readonly SemaphoreSlim _done = new(0);
    private readonly Flag[] _claimed = new Flag[count];
    private readonly Flag[] _finished = new Flag[count];
    private readonly Flag[] _parked = new Flag[count];
    private delegate* <void*, Worker, void> _body;
    private void* _args;
    private Flag _region;
    private Flag _awaited;
    private int _busy;
    private long _computed;
    private long _waited;
    private long _aloneUntil;
    private volatile bool _stop;

    public int Count => count;

    /// <summary>The threads beside the caller's; none before the first region.</summary>
    public Thread[] Threads { get; private set; } = [];

    /// <summary>Runs a region on all threads. False, without running it, if the threads are in use or have ended.</summary>
    public bool TryRun(delegate* <void*, Worker, void> body, void* args)
    {
        if (count == 1 || Volatile.Read(ref _busy) != 0 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
            return false;
        bool runs = !_stop && Stopwatch.GetTimestamp() >= _aloneUntil;
        if (runs)
            Run(body, args);
        Volatile.Write(ref _busy, 0);
        return runs;
    }

    private void Run(delegate* <void*, Worker, void> body, void* args)
    {
        if (Threads.Length == 0)
            Start();
        _body = body;
        _args = args;
        int region = _region.Value + 1;
        Volatile.Write(ref _region.Value, region);
        // A worker that parks after this barrier sees the region; one that parked before it is found below.
        Interlocked.MemoryBarrier();
        for (int i = 1; i < count; i++)
            if (Volatile.Read(ref _parked[i].Value) != 0 && Interlocked.Exchange(ref _parked[i].Value, 0) != 0)
                _wake[i].Release();
        long start = Stopwatch.GetTimestamp();
        body(args, new Worker(0, count));
        for (int i = 1; i < count; i++)
            if (TryClaim(i, region))
                RunShare(i, region);
        long computed = Stopwatch.GetTimestamp();
        for (int i = 1; i < count; i++)
            AwaitShare(i, region);
        Judge(computed - start, Stopwatch.GetTimestamp() - computed);
    }

    /// <summary>
    /// Counts how long the caller has computed and then waited. Without other programs it waits for a fraction of its
    /// own time at most. If it waits half as long as the shares of the workers would take it, other programs occupy the
    /// cores, and callers compute alone for a while.
    /// </summary>
    private void Judge(long computed, long waited)
    {
        _computed += computed;
        _waited += waited;
        if (_computed + _waited < Window)
            return;
        if (2 * _waited > (count - 1) * _computed)
            _aloneUntil = Stopwatch.GetTimestamp() + Retreat;
        (_computed, _waited) = (0, 0);
    }

    /// <summary>Tells the threads to end after their shares, without waiting for them.</summary>
    public void Stop()
    {
        if (_stop)
            return;
        _stop = true;
        foreach (var semaphore in _wake)
            semaphore.Release();
    }

    /// <summary>Ends the threads and waits for a running region and for them.</summary>
    public void Dispose()
    {
        Stop();
        while (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
            Thread.Yield();
        foreach (var thread in Threads)
            thread.Join();
        Threads = [];
        foreach (var semaphore in _wake)
            semaphore.Dispose();
        _done.Dispose();
        Volatile.Write(ref _busy, 0);
    }

    private void Start()
    {
        Threads =
        [
            .. Enumerable
                .Range(1, count - 1)
                .Select(i => new Thread(() => Loop(i)) { IsBackground = true, Name = $"elbo worker {i}" }),
        ];
        foreach (var thread in Threads)
            thread.Start();
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
        _body(_args, new Worker(index, count));
        Volatile.Write(ref _finished[index].Value, region);
        // Either this thread sees that the caller sleeps, or the caller sees that the share is finished.
        Interlocked.MemoryBarrier();
        if (
            Volatile.Read(ref _awaited.Value) == index
            && Interlocked.CompareExchange(ref _awaited.Value, 0, index) == index
        )
            _done.Release();
    }

    private bool AwaitRegion(int index, ref int seen)
    {
        while (!SpinUntilNot(ref _region.Value, seen, WorkerSpin))
        {
            Volatile.Write(ref _parked[index].Value, 1);
            Interlocked.MemoryBarrier();
            // Whoever clears the flag wins: either the caller has released the semaphore, or this thread never slept.
            if (Volatile.Read(ref _region.Value) == seen || Interlocked.Exchange(ref _parked[index].Value, 0) == 0)
                _wake[index].Wait();
            if (_stop)
                return false;
        }
        seen = Volatile.Read(ref _region.Value);
        return true;
    }

    private void AwaitShare(int index, int region)
    {
        if (SpinUntilNot(ref _finished[index].Value, region - 1, CallerSpin))
            return;
        Volatile.Write(ref _awaited.Value, index);
        Interlocked.MemoryBarrier();
        // As above: either the worker has released the semaphore, or this thread never slept.
        if (
            Volatile.Read(ref _finished[index].Value) != region
            || Interlocked.CompareExchange(ref _awaited.Value, 0, index) != index
        )
            _done.Wait();
    }

    /// <summary>Spins until <paramref name="value"/> changes. False after the given time, or at the end.</summary>
    private bool SpinUntilNot(ref int value, int old, long ticks)
    {
        long start = Stopwatch.GetTimestamp();
        for (int spins = 1; Volatile.Read(ref value) == old; spins++)
        {
            Thread.SpinWait(1);
            if ((spins & 63) == 0 && (_stop || Stopwatch.GetTimestamp() - start >= ticks))
                return false;
        }
        return true;
    }

    private static long Microseconds(long count) => count * Stopwatch.Frequency / 1_000_000;

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Flag
    {
        public int Value;
    }
}
