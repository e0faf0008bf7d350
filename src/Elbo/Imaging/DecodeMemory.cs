namespace Elbo.Imaging;

/// <summary>
/// Keeps what all decoders that run at one time hold within a bound, whatever the number of threads: a decoder waits
/// until there is room for it. One that needs more than the bound runs alone.
/// </summary>
internal sealed class DecodeMemory(long bound)
{
    private readonly object _gate = new();
    private long _used;

    /// <summary>The one that all decoders share: 1 GiB.</summary>
    public static DecodeMemory Shared { get; } = new(1L << 30);

    /// <summary>Runs <paramref name="decode"/> when there is room for the bytes that it will hold.</summary>
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
