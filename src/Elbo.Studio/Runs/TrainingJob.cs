using System.Diagnostics;
using Elbo.Data;
using Elbo.Studio.Layout;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Studio.Runs;

/// <summary>What a <see cref="TrainingJob"/> is doing.</summary>
public enum JobState
{
    /// <summary>Another training goes first.</summary>
    Waiting,

    /// <summary>It reads the images.</summary>
    Preparing,

    /// <summary>It trains.</summary>
    Training,

    /// <summary>It pauses after the current step.</summary>
    Pausing,

    /// <summary>It keeps its memory and does nothing.</summary>
    Paused,

    /// <summary>It writes a checkpoint after the current step.</summary>
    Stopping,

    /// <summary>All epochs are done, or early stopping has ended it.</summary>
    Finished,

    /// <summary>It was stopped; with a run, that can be resumed.</summary>
    Stopped,

    /// <summary>It ended with an error.</summary>
    Failed,
}

/// <summary>Trains one run, on the thread that calls <see cref="Run"/>, while pages watch and control it.</summary>
public sealed class TrainingJob : IDisposable
{
    /// <summary>Trains with an observer, and returns the folder of the run.</summary>
    internal delegate RunFolder Work(
        ITrainingObserver observer,
        IProgress<DataProgress> data,
        CancellationToken cancellation
    );

    /// <summary>Time between two reports of steps, which may follow each other much faster.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly Work _work;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _go = new(true);
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();
    private readonly object _gate = new();
    private readonly List<string> _notes = [];
    private volatile bool _isTaken;
    private volatile bool _isPaused;
    private volatile object? _step;
    private volatile JobState _end;
    private double _firstDone = double.NaN;

    /// <summary>Creates a job that waits for its turn.</summary>
    /// <param name="name">Name of the run, as far as it is known.</param>
    /// <param name="work">The training.</param>
    internal TrainingJob(string name, Work work) => (Name, _work) = (name, work);

    /// <summary>Called when anything has changed, on any thread, and for steps a few times each second.</summary>
    public event Action? Changed;

    /// <summary>Name of the run: the wanted one until the run has its folder.</summary>
    public string Name { get; private set; }

    /// <summary>The folder; null until it exists.</summary>
    public RunFolder? Folder { get; internal set; }

    /// <summary>Number of epochs of the run; 0 until training begins.</summary>
    public int Epochs { get; private set; }

    /// <summary>The last step; null before the first.</summary>
    public StepProgress? Step => (StepProgress?)_step;

    /// <summary>What it is reading before training begins, such as <c>reading photos, 12 of 100 files</c>.</summary>
    public string Activity { get; private set; } = "";

    /// <summary>Why it ended as it did; null if it has finished or not ended.</summary>
    public string? Message { get; private set; }

    /// <summary>Messages for the user, the newest last.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_gate)
                return [.. _notes];
        }
    }

    /// <summary>What it is doing.</summary>
    public JobState State =>
        HasEnded ? _end
        : !_isTaken ? JobState.Waiting
        : _stop.IsCancellationRequested ? JobState.Stopping
        : !_go.IsSet ? (_isPaused ? JobState.Paused : JobState.Pausing)
        : Epochs == 0 ? JobState.Preparing
        : JobState.Training;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _end != JobState.Waiting;

    /// <summary>Completed epochs, with the fraction of the current one.</summary>
    public double Done => Step is { } step ? step.Epoch - 1 + ((double)step.Batch / step.Batches) : 0;

    /// <summary>Training time that is left, at the speed so far; null until that can be told.</summary>
    public TimeSpan? Left =>
        Done - _firstDone is > 0 and var trained ? _clock.Elapsed * ((Epochs - Done) / trained) : null;

    /// <summary>Pauses after the current step. The model stays in memory.</summary>
    public void Pause()
    {
        if (HasEnded)
            return;
        _go.Reset();
        Changed?.Invoke();
    }

    /// <summary>Continues after <see cref="Pause"/>.</summary>
    public void Continue()
    {
        if (HasEnded)
            return;
        _go.Set();
        Changed?.Invoke();
    }

    /// <summary>Stops after the current step, with a checkpoint. A job that waits ends at once.</summary>
    public void Stop()
    {
        if (HasEnded)
            return;
        _stop.Cancel();
        lock (_gate)
            if (!_isTaken)
                End(JobState.Stopped, "removed from the queue; nothing was written.");
        Changed?.Invoke();
    }

    /// <summary>Releases a job that has ended.</summary>
    public void Dispose()
    {
        _stop.Dispose();
        _go.Dispose();
    }

    /// <summary>Trains until the end, unless the job has ended already. No error leaves this method.</summary>
    /// <param name="ending">Called when training has ended, before the job tells so.</param>
    internal void Run(Action ending)
    {
        lock (_gate)
        {
            if (HasEnded)
                return;
            _isTaken = true;
        }
        Changed?.Invoke();
        var (state, message) = Train();
        ending();
        End(state, message);
        Changed?.Invoke();
    }

    private (JobState State, string? Message) Train()
    {
        var observer = new Observer(this);
        try
        {
            Folder = _work(observer, observer, _stop.Token);
            return (JobState.Finished, null);
        }
        catch (RunStoppedException)
        {
            return (JobState.Stopped, "stopped with a checkpoint; it can be resumed to the same result.");
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return (JobState.Stopped, "cancelled before training began; there is no run.");
        }
        catch (OutOfMemoryException e)
        {
            return (JobState.Failed, ErrorMessage.OutOfMemory(e));
        }
#pragma warning disable CA1031 // An error in training must not end the server.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (JobState.Failed, Problems.Text(e));
        }
    }

    private void End(JobState state, string? message)
    {
        _clock.Stop();
        Message = message;
        _end = state;
    }

    private void Report(bool always = false)
    {
        if (!always && _sinceReport.Elapsed < Interval)
            return;
        _sinceReport.Restart();
        Changed?.Invoke();
    }

    private void WaitWhilePaused()
    {
        if (_go.IsSet || _stop.IsCancellationRequested)
            return;
        _clock.Stop();
        _isPaused = true;
        Report(always: true);
        WaitHandle.WaitAny([_go.WaitHandle, _stop.Token.WaitHandle]);
        _isPaused = false;
        _clock.Start();
        Report(always: true);
    }

    private sealed class Observer(TrainingJob job) : ITrainingObserver, IProgress<DataProgress>
    {
        public void Started(TrainingStart start)
        {
            (job.Folder, job.Name, job.Epochs, job.Activity) = (start.Run, start.Run.Name, start.Config.Epochs, "");
            job._clock.Start();
            job.Report(always: true);
        }

        public void Stepped(StepProgress progress)
        {
            job._step = progress;
            if (double.IsNaN(job._firstDone))
            {
                // The first step includes what is done only once, such as compiling.
                job._firstDone = job.Done;
                job._clock.Restart();
            }
            job.Report();
            job.WaitWhilePaused();
        }

        public void EpochEnded(IReadOnlyList<EpochMetrics> metrics) => job.Report(always: true);

        public void Evaluated(ModelEvaluation evaluation) => Note(evaluation.Verdict);

        public void Note(string message)
        {
            lock (job._gate)
                job._notes.Add(message);
            job.Report(always: true);
        }

        public void Report(DataProgress value)
        {
            string total = value.Total is { } all ? $" of {Amount(value, all)}" : "";
            job.Activity =
                $"{value.Activity.ToString().ToLowerInvariant()} {value.Name}: {Amount(value, value.Done)}{total} "
                + (value.Activity == DataActivity.Downloading ? "MB" : "files");
            job.Report();
        }

        private static string Amount(DataProgress progress, long amount) =>
            progress.Activity == DataActivity.Downloading ? $"{amount / 1e6:F1}" : $"{amount:N0}";
    }
}
