using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Elbo.Engine.Memory;

/// <summary>
/// Reuses float buffers: of unmanaged memory, aligned to 64 bytes, or of an accelerator's.
/// </summary>
/// <remarks>
/// Memory returns to the system only when the pool is disposed. This makes finalizers safe: if a tensor is collected
/// while a kernel still runs on its buffer, the buffer is only queued. A later <see cref="Rent"/> reuses it; Rent runs
/// on the device's thread, so never during a kernel.
/// </remarks>
internal sealed unsafe class BufferPool(Accelerator? accelerator = null) : IDisposable
{
    private const nuint Alignment = 64;
    private const int SmallestClass = 256;

    private readonly Dictionary<int, Stack<nint>> _free = [];
    private readonly List<nint> _all = [];
    private readonly ConcurrentQueue<(nint Data, int Capacity)> _abandoned = new();

    /// <summary>Bytes allocated from the system so far. Constant once every size in use has occurred.</summary>
    public long BytesAllocated { get; private set; }

    /// <summary>Whether all buffers have been returned to the system.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Rents a buffer of at least <paramref name="length"/> floats with arbitrary contents.</summary>
    /// <exception cref="ObjectDisposedException">The pool has been disposed.</exception>
    public float* Rent(int length, out int capacity)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(Device));
        while (_abandoned.TryDequeue(out var abandoned))
            Return((float*)abandoned.Data, abandoned.Capacity);
        capacity = CapacityFor(length);
        if (_free.TryGetValue(capacity, out var stack) && stack.Count > 0)
            return (float*)stack.Pop();
        long bytes = (long)capacity * sizeof(float);
        void* data = accelerator is null ? LargePages.Allocate((nuint)bytes, Alignment) : accelerator.Allocate(bytes);
        _all.Add((nint)data);
        BytesAllocated += bytes;
        return (float*)data;
    }

    public void Return(float* data, int capacity)
    {
        if (!_free.TryGetValue(capacity, out var stack))
            _free[capacity] = stack = new Stack<nint>();
        stack.Push((nint)data);
    }

    /// <summary>As <see cref="Return"/>, callable from any thread.</summary>
    public void Abandon(float* data, int capacity) => _abandoned.Enqueue(((nint)data, capacity));

    public void Dispose()
    {
        IsDisposed = true;
        foreach (nint data in _all)
            if (accelerator is null)
                NativeMemory.AlignedFree((void*)data);
            else
                accelerator.Free((void*)data);
        _all.Clear();
        _free.Clear();
        _abandoned.Clear();
        GC.SuppressFinalize(this);
    }

    ~BufferPool() => Dispose();

    /// <summary>
    /// Eight size classes per power of two: at most an eighth is wasted, and similar sizes share buffers.
    /// </summary>
    private static int CapacityFor(int length)
    {
        if (length <= SmallestClass)
            return SmallestClass;
        int step = Math.Max(16, 1 << (BitOperations.Log2((uint)length - 1) - 3));
        long capacity = ((long)length + step - 1) / step * step;
        return capacity <= int.MaxValue
            ? (int)capacity
            : throw new ArgumentException(
                $"{length} elements were asked for; a tensor holds fewer. Use a smaller shape."
            );
    }
}

/// <summary>
/// A buffer that outlives steps. It returns to its pool when the last tensor that uses it is collected.
/// </summary>
internal sealed unsafe class OwnedBuffer(BufferPool pool, float* data, int capacity)
{
    ~OwnedBuffer() => pool.Abandon(data, capacity);
}

/// <summary>
/// Values of the processor's memory where the kernels of a device can read them: in place on the processor, a copy on
/// an accelerator. Valid until disposed.
/// </summary>
internal readonly unsafe ref struct Staged<T>
    where T : unmanaged
{
    private readonly BufferPool? _pool;
    private readonly int _capacity;

    /// <param name="device">The device whose kernels read the values.</param>
    /// <param name="values">Pinned values.</param>
    /// <param name="count">The number of values.</param>
    public Staged(Device device, T* values, int count)
    {
        if (device.Accelerator is null)
        {
            Data = values;
            return;
        }
        long bytes = (long)count * sizeof(T);
        _pool = device.Buffers;
        Data = (T*)_pool.Rent(checked((int)((bytes + sizeof(float) - 1) / sizeof(float))), out _capacity);
        device.Accelerator.CopyIn(values, Data, bytes);
    }

    /// <summary>The first value.</summary>
    public T* Data { get; }

    /// <summary>Ends the use of the copy by kernels that are launched later.</summary>
    public void Dispose() => _pool?.Return((float*)Data, _capacity);
}

/// <summary>
/// Allocates memory that the system is advised to map in pages of 2 MB. A weight matrix then needs a few entries of the
/// translation buffer instead of hundreds.
/// </summary>
internal static unsafe partial class LargePages
{
    private const nuint PageSize = 2 * 1024 * 1024;
    private const int HugePage = 14; // MADV_HUGEPAGE in Linux' sys/mman.h

    /// <summary>Allocates memory, to be freed with <see cref="NativeMemory.AlignedFree"/>.</summary>
    public static void* Allocate(nuint bytes, nuint alignment)
    {
        if (!OperatingSystem.IsLinux() || bytes < PageSize)
            return NativeMemory.AlignedAlloc(bytes, alignment);
        void* memory = NativeMemory.AlignedAlloc(bytes, PageSize);
        // Whole pages only, so that no more memory is used than requested. The caller does not depend on whether the
        // system follows the advice.
        _ = Advise(memory, bytes / PageSize * PageSize, HugePage);
        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
