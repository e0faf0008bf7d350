using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>Remembers what a training run tells, and can stop it.</summary>
internal sealed class RecordingObserver : ITrainingObserver, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _steps;

    /// <summary>Steps after which the run is cancelled; 0 never does.</summary>
    public int StopAfter { get; init; }

    /// <summary>Epoch at whose end the run is cancelled; 0 never does.</summary>
    public int StopAfterEpoch { get; init; }

    /// <summary>Called at the end of every epoch.</summary>
    public Action? AtEpoch { get; init; }

    public CancellationToken Token => _stop.Token;

    public TrainingStart? Start { get; private set; }

    public List<IReadOnlyList<EpochMetrics>> Epochs { get; } = [];

    public List<ModelEvaluation> Evaluations { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Trains a run in <paramref name="folder"/>, which this observer watches and may stop.</summary>
    public RunFolder Train(RunConfig config, TemporaryFolder folder) =>
        TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, this, cancellation: Token);

    public void Started(TrainingStart start) => Start = start;

    public void Stepped(StepProgress progress)
    {
        if (++_steps == StopAfter)
            _stop.Cancel();
    }

    public void EpochEnded(IReadOnlyList<EpochMetrics> metrics)
    {
        AtEpoch?.Invoke();
        Epochs.Add(metrics);
        if (metrics[0].Epoch == StopAfterEpoch)
            _stop.Cancel();
    }

    public void Evaluated(ModelEvaluation evaluation) => Evaluations.Add(evaluation);

    public void Note(string message) => Notes.Add(message);

    public void Dispose() => _stop.Dispose();
}
