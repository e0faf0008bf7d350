using System.Runtime.CompilerServices;
using Elbo.Engine.Memory;

namespace Elbo.Engine.Tests.Memory;

public unsafe class BufferPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(4097)]
    [InlineData(1_000_003)]
    public void A_buffer_is_aligned_and_at_most_an_eighth_too_long(int length)
    {
        using var pool = new BufferPool();
        float* data = pool.Rent(length, out int capacity);
        Assert.Equal(0, (nint)data % 64);
        Assert.InRange(capacity, length, Math.Max(256, length + length / 8 + 16));
        data[capacity - 1] = 1;
    }

    [Fact]
    public void A_returned_buffer_serves_the_next_request_of_its_class()
    {
        using var pool = new BufferPool();
        float* data = pool.Rent(1000, out int capacity);
        pool.Return(data, capacity);
        Assert.True(pool.Rent(capacity - 1, out int again) == data);
        Assert.Equal(capacity, again);
        Assert.False(pool.Rent(1000, out _) == data);
    }

    [Fact]
    public void Memory_of_a_tensor_that_nobody_holds_is_used_again()
    {
        using var device = TestDevices.Create();
        MakeAndForget(device);
        long bytes = device.TensorBytes;
        for (int i = 0; i < 20; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            MakeAndForget(device);
        }
        Assert.Equal(bytes, device.TensorBytes);
    }

    [Fact]
    public void A_view_keeps_the_memory_of_the_tensor_it_was_taken_of()
    {
        using var device = TestDevices.Create();
        var view = ViewOfForgotten(device);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (int i = 0; i < 5; i++)
            device.Full([5000], -1);
        Assert.All(view.ToArray(), v => Assert.Equal(3, v));
    }

    [Fact]
    public void A_disposed_device_says_so_and_may_be_disposed_again()
    {
        var device = TestDevices.Create(threads: 2);
        var x = device.Zeros([3]);
        device.Dispose();
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.Zeros([3]));
        Assert.Contains(
            "its device had been disposed",
            Assert.Throws<ObjectDisposedException>(() => x.ToArray()).Message,
            StringComparison.Ordinal
        );
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(Device device) => device.Full([5000], 1).AsSpan()[0] = 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tensor ViewOfForgotten(Device device) => device.Full([5000], 3).View(100, [50]);
}
