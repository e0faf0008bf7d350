using Elbo.Engine.Kernels;
using Elbo.Engine.Threading;

namespace Elbo.Engine.Tests.Threading;

public unsafe class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_worker_runs_every_one_of_many_short_regions_once(int threads)
    {
        const int Regions = 20_000;
        using var pool = new WorkerPool(threads);
        long* counts = stackalloc long[threads * 16];
        new Span<long>(counts, threads * 16).Clear();
        for (int i = 0; i < Regions; i++) pool.Run(&Count, counts);
        for (int w = 0; w < threads; w++) Assert.Equal(Regions, counts[w * 16]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Workers_that_have_parked_wake_for_the_next_region(int threads)
    {
        using var pool = new WorkerPool(threads);
        long* counts = stackalloc long[threads * 16];
        new Span<long>(counts, threads * 16).Clear();
        const int Regions = 300;
        for (int i = 0; i < Regions; i++)
        {
            // Around the 200 µs after which a worker parks, so that some regions meet it on its way to sleep.
            long until = System.Diagnostics.Stopwatch.GetTimestamp() + System.Diagnostics.Stopwatch.Frequency / 1_000_000 * (150 + i % 100);
            while (System.Diagnostics.Stopwatch.GetTimestamp() < until) Thread.SpinWait(5);
            pool.Run(&Count, counts);
        }
        for (int w = 0; w < threads; w++) Assert.Equal(Regions, counts[w * 16]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void No_worker_passes_a_barrier_before_all_have_come(int threads)
    {
        using var pool = new WorkerPool(threads);
        long* counts = stackalloc long[threads * 16 + 1];
        new Span<long>(counts, threads * 16 + 1).Clear();
        for (int i = 0; i < 500; i++) pool.Run(&CountAcrossBarriers, counts);
        Assert.Equal(0, counts[threads * 16]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void Workers_end_whether_they_spin_or_sleep(int milliseconds)
    {
        var pool = new WorkerPool(3);
        Thread.Sleep(milliseconds);
        pool.Dispose();
        pool.Dispose();
    }

    [Theory]
    [InlineData(0, 1, 16)]
    [InlineData(1, 4, 16)]
    [InlineData(1000, 3, 16)]
    [InlineData(37, 4, 1)]
    [InlineData(5_000_000_000, 7, 64)]
    public void Shares_cover_everything_once_in_whole_grains(long total, int workers, long grain)
    {
        using var pool = new WorkerPool(1);
        long next = 0;
        for (int i = 0; i < workers; i++)
        {
            var (start, end) = new Worker(i, workers, pool).Share(total, grain);
            Assert.Equal(next, start);
            Assert.True(end == total || end % grain == 0);
            next = end;
        }
        Assert.Equal(total, next);
    }

    private static void Count(void* counts, Worker worker) => ((long*)counts)[worker.Index * 16]++;

    /// <summary>After each barrier everybody's count must be where one's own is; the last element counts the exceptions.</summary>
    private static void CountAcrossBarriers(void* counts, Worker worker)
    {
        long* all = (long*)counts;
        for (int round = 0; round < 5; round++)
        {
            long mine = Interlocked.Increment(ref all[worker.Index * 16]);
            worker.Barrier();
            for (int i = 0; i < worker.Count; i++)
                if (Volatile.Read(ref all[i * 16]) != mine) Interlocked.Increment(ref all[worker.Count * 16]);
            worker.Barrier();
        }
    }
}
