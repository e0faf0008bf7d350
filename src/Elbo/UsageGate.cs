namespace Elbo;

/// <summary>
/// Lets any number of threads use an object, or one thread change it. The thread that changes it may use it meanwhile;
/// others are refused.
/// </summary>
internal sealed class UsageGate(string name)
{
    private readonly object _monitor = new();
    private int _users;
    private Thread? _changing;
    private bool _closed;

    /// <summary>Begins a use, which ends when the result is disposed.</summary>
    /// <param name="caller">Name of the method, for the message.</param>
    /// <exception cref="InvalidOperationException">Another thread is changing the object.</exception>
    /// <exception cref="ObjectDisposedException">The object has been disposed.</exception>
    public Turn Use(string caller)
    {
        lock (_monitor)
        {
            RequireFree(caller);
            _users++;
            return new Turn(this, changes: false);
        }
    }

    /// <summary>Waits until nobody uses the object and begins a change, which ends when the result is disposed.</summary>
    /// <inheritdoc cref="Use"/>
    public Turn Change(string caller)
    {
        lock (_monitor)
        {
            RequireFree(caller);
            if (_changing is not null)
                throw new InvalidOperationException($"{caller} was called while this thread trains the {name}.");
            _changing = Thread.CurrentThread;
            while (_users > 0)
                Monitor.Wait(_monitor);
            return new Turn(this, changes: true);
        }
    }

    /// <summary>Refuses further uses and waits for those of other threads. False if the gate was closed before.</summary>
    public bool Close()
    {
        lock (_monitor)
        {
            if (_closed)
                return false;
            _closed = true;
            while (_users > 0 || (_changing is not null && _changing != Thread.CurrentThread))
                Monitor.Wait(_monitor);
            return true;
        }
    }

    private void RequireFree(string caller)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(Autoencoder));
        if (_changing is not null && _changing != Thread.CurrentThread)
            throw new InvalidOperationException(
                $"{caller} was called while another thread trains this {name}; await that first."
            );
    }

    private void End(bool changes)
    {
        lock (_monitor)
        {
            if (changes)
                _changing = null;
            else
                _users--;
            Monitor.PulseAll(_monitor);
        }
    }

    /// <summary>A use or a change. Disposing it ends it.</summary>
    public readonly struct Turn(UsageGate gate, bool changes) : IDisposable
    {
        public void Dispose() => gate.End(changes);
    }
}
