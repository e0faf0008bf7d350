namespace Elbo.Engine.Memory;

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
