using Elbo.Workflows;

namespace Elbo.Studio.Layout;

/// <summary>
/// A computation of a page that takes long. It runs beside the page, tells what it is at, can be cancelled, and keeps
/// its error. There is one at a time: a new one cancels the last.
/// </summary>
public sealed class Job : IDisposable
{
    private CancellationTokenSource? _source;

    /// <summary>Called when <see cref="Message"/> or <see cref="IsRunning"/> changes, on any thread.</summary>
    public event Action? Changed;

    /// <summary>Whether a computation is running.</summary>
    public bool IsRunning => _source is not null;

    /// <summary>What it is doing, such as <c>Encoding 1,797 images</c>.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Why the last computation failed; null if it did not, or was cancelled.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Runs a computation on another thread.</summary>
    /// <param name="message">What it does.</param>
    /// <param name="work">
    /// The computation. It reports changes of the message, and stops when the token is cancelled.
    /// </param>
    /// <returns>
    /// Whether it succeeded. Expected errors, such as those of files, are in <see cref="Error"/>.
    /// </returns>
    public async Task<bool> RunAsync(string message, Func<IProgress<string>, CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Cancel();
        using var source = new CancellationTokenSource();
        (_source, Message, Error) = (source, message, null);
        Changed?.Invoke();
        try
        {
            await Task.Run(() => work(new Teller(this, source), source.Token), source.Token);
            return _source == source;
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            if (_source == source)
                Error = e;
            return false;
        }
        finally
        {
            if (_source == source)
            {
                (_source, Message) = (null, "");
                Changed?.Invoke();
            }
        }
    }

    /// <summary>Runs a computation without asynchronous parts.</summary>
    public Task<bool> RunAsync(string message, Action<IProgress<string>, CancellationToken> work) =>
        RunAsync(
            message,
            (progress, cancellation) =>
            {
                work(progress, cancellation);
                return Task.CompletedTask;
            }
        );

    /// <summary>Shows an error of something else than a computation.</summary>
    public void Fail(Exception error)
    {
        Error = error;
        Changed?.Invoke();
    }

    /// <summary>Cancels the computation, if there is one.</summary>
    public void Cancel()
    {
        var source = _source;
        _source = null;
        source?.Cancel();
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Changed = null;
        Cancel();
    }

    private sealed class Teller(Job job, CancellationTokenSource source) : IProgress<string>
    {
        public void Report(string value)
        {
            if (job._source != source)
                return;
            job.Message = value;
            job.Changed?.Invoke();
        }
    }
}

/// <summary>The progress of a workflow as messages of a job, such as <c>Encoding 10,000 images, 40 %</c>.</summary>
internal sealed class StageMessages(IProgress<string> job) : IProgress<WorkflowProgress>
{
    private string _last = "";

    /// <inheritdoc/>
    public void Report(WorkflowProgress value)
    {
        string stage = value.Stage.Length == 0 ? "" : char.ToUpperInvariant(value.Stage[0]) + value.Stage[1..],
            text = value.Share > 0 ? FormattableString.Invariant($"{stage}, {100 * value.Share:0} %") : stage;
        // Most reports change nothing that can be seen.
        if (text != _last)
            job.Report(_last = text);
    }
}
