namespace Elbo.Imaging;

/// <summary>
/// Limits the total memory of all running decoders, whatever the number of threads. A decoder waits until its memory is
/// available; one that needs more than the limit runs alone.
/// </summary>
internal sealed class DecodeMemory(long bound)
{
    private readonly object _gate = new();
    private long _used;

    /// <summary>The limit shared by all decoders: 1 GiB.</summary>
    public static DecodeMemory Shared { get; } = new(1L << 30);

    /// <summary>Runs <paramref name="decode"/> when the number of bytes it needs is available.</summary>
    public T Use<T>(long bytes, Func<T> decode)
    {
        lock (_gate)
        {
            while (_used > 0 && _used + bytes > bound)
                Monitor.Wait(_gate);
            _used += bytes;
        }
        try
        {
            return decode();
        }
        finally
        {
            lock (_gate)
            {
                _used -= bytes;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
