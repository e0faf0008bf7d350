using System.Collections.Concurrent;
using Elbo.Engine;

namespace Elbo.Models;

/// <summary>
/// Lets several threads use one model at once. Each gets a <see cref="Device.CreateWorkspace"/> with a view of the model
/// on it, and the views share the weights. There are at most as many workspaces as processors; further threads wait.
/// </summary>
/// <remarks>The weights must not change while a workspace is rented.</remarks>
public sealed class ModelWorkspaces : IDisposable
{
    /// <summary>A request of at most this many rows runs on its calling thread alone.</summary>
    private const int SmallRequest = 4;

    private readonly GenerativeModel _model;
    private readonly ConcurrentStack<GenerativeModel> _free = new();
    private readonly SemaphoreSlim _available;

    /// <summary>Prepares workspaces for a model. They are created when they are needed.</summary>
    /// <param name="model">The model. Its own device is not used.</param>
    public ModelWorkspaces(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, Count) = (model, Environment.ProcessorCount);
        _available = new SemaphoreSlim(Count);
    }

    /// <summary>Maximum number of threads that compute at once.</summary>
    public int Count { get; }

    /// <summary>Waits for a workspace and rents it until the result is disposed.</summary>
    /// <param name="rows">
    /// Number of images or codes of the request. For a few, other threads are not worth waking.
    /// </param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The workspaces have been disposed.</exception>
    public ModelWorkspace Rent(int rows, CancellationToken cancellation = default)
    {
        _available.Wait(cancellation);
        try
        {
            if (!_free.TryPop(out var model))
                model = _model.On(_model.Device.CreateWorkspace());
            model.Device.UsesCallerOnly = rows <= SmallRequest;
            return new ModelWorkspace(this, model);
        }
        catch
        {
            _available.Release();
            throw;
        }
    }

    /// <summary>Releases the memory of all workspaces, none of which may be in use.</summary>
    public void Dispose()
    {
        while (_free.TryPop(out var model))
            model.Device.Dispose();
        _available.Dispose();
    }

    internal void Return(GenerativeModel model)
    {
        _free.Push(model);
        _available.Release();
    }
}

/// <summary>A rented workspace. Disposing it returns it.</summary>
public readonly struct ModelWorkspace : IDisposable
{
    private readonly ModelWorkspaces _owner;

    internal ModelWorkspace(ModelWorkspaces owner, GenerativeModel model) => (_owner, Model) = (owner, model);

    /// <summary>The model, for the thread that rented it.</summary>
    public GenerativeModel Model { get; }

    /// <summary>Returns the workspace.</summary>
    public void Dispose() => _owner.Return(Model);
}
