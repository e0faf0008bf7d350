using System.Runtime.CompilerServices;
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
    public void Every_share_of_many_short_regions_is_done_once(int threads)
    {
        const int Regions = 20_000;
        using var pool = new WorkerPool(threads);
        long* counts = stackalloc long[threads * 16];
        new Span<long>(counts, threads * 16).Clear();
        for (int i = 0; i < Regions; i++)
            pool.Run(&Count, counts);
        for (int w = 0; w < threads; w++)
            Assert.Equal(Regions, counts[w * 16]);
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
            long until =
                System.Diagnostics.Stopwatch.GetTimestamp()
                + System.Diagnostics.Stopwatch.Frequency / 1_000_000 * (150 + i % 100);
            while (System.Diagnostics.Stopwatch.GetTimestamp() < until)
                Thread.SpinWait(5);
            pool.Run(&Count, counts);
        }
        for (int w = 0; w < threads; w++)
            Assert.Equal(Regions, counts[w * 16]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_share_is_done_with_the_arguments_of_its_own_region_whoever_does_it(int threads)
    {
        using var pool = new WorkerPool(threads);
        long* slots = stackalloc long[threads * 16 + 1];
        for (long region = 1; region <= 20_000; region++)
        {
            slots[threads * 16] = region;
            pool.Run(&WriteRegion, slots);
            for (int w = 0; w < threads; w++)
                Assert.Equal(region, slots[w * 16]);
        }
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

    [Fact]
    public void Threads_start_with_the_first_region_and_end_when_nothing_refers_to_the_pool()
    {
        var threads = UseAndForget();
        Assert.Equal(2, threads.Count);
        for (int i = 0; i < 200 && threads.Any(thread => thread.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(5);
        }
        Assert.DoesNotContain(threads, thread => thread.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<Thread> UseAndForget()
    {
        var pool = new WorkerPool(3);
        Assert.Empty(pool.Threads);
        long* counts = stackalloc long[3 * 16];
        pool.Run(&Count, counts);
        return pool.Threads;
    }

    [Fact]
    public void Callers_that_share_a_pool_each_get_all_their_shares()
    {
        const int Regions = 5_000;
        using var pool = new WorkerPool(3);
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(RunRegions))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        void RunRegions()
        {
            long* slots = stackalloc long[3 * 16 + 1];
            for (long region = 1; region <= Regions; region++)
            {
                slots[3 * 16] = region;
                pool.Run(&WriteRegion, slots);
                for (int w = 0; w < 3; w++)
                    Assert.Equal(region, slots[w * 16]);
            }
        }
    }

    [Fact]
    public void A_pool_that_has_ended_runs_regions_on_the_caller()
    {
        var pool = new WorkerPool(2);
        pool.Dispose();
        long* counts = stackalloc long[2 * 16];
        new Span<long>(counts, 2 * 16).Clear();
        pool.Run(&Count, counts);
        Assert.Equal((1, 1), (counts[0], counts[16]));
    }

    [Theory]
    [InlineData(0, 1, 16)]
    [InlineData(1, 4, 16)]
    [InlineData(1000, 3, 16)]
    [InlineData(37, 4, 1)]
    [InlineData(5_000_000_000, 7, 64)]
    public void Shares_cover_everything_once_in_whole_grains(long total, int workers, long grain)
    {
        long next = 0;
        for (int i = 0; i < workers; i++)
        {
            var (start, end) = new Worker(i, workers).Share(total, grain);
            Assert.Equal(next, start);
            Assert.True(end == total || end % grain == 0);
            next = end;
        }
        Assert.Equal(total, next);
    }

    private static void Count(void* counts, Worker worker) => ((long*)counts)[worker.Index * 16]++;

    /// <summary>
    /// Shares take their time at different places, so that sometimes the caller is done first and sometimes the others.
    /// </summary>
    private static void WriteRegion(void* slots, Worker worker)
    {
        long region = ((long*)slots)[worker.Count * 16];
        Thread.SpinWait((int)(region * 7 + worker.Index * 13) % 40);
        ((long*)slots)[worker.Index * 16] = region;
    }
}
