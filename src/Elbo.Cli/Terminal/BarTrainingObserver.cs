using Elbo.Training;
using Elbo.Workflows;
using Spectre.Console;

namespace Elbo.Cli.Terminal;

/// <summary>Shows a progress bar over all epochs, with a line above it for each completed epoch.</summary>
internal sealed class BarTrainingObserver(IAnsiConsole console, ProgressContext context) : ITrainingObserver
{
    private ProgressTask? _task;
    private int _firstEpoch;
    private int _epochs;

    public IReadOnlyList<EpochMetrics> Last { get; private set; } = [];

    public void Started(TrainingStart start)
    {
        (_firstEpoch, _epochs) = (start.FirstEpoch, start.Config.Epochs);
        Line(TrainingLines.Start(start));
        if (_firstEpoch <= _epochs)
            _task = context.AddTask("starting", maxValue: _epochs - _firstEpoch + 1);
    }

    public void Stepped(StepProgress progress)
    {
        if (_task is null)
            return;
        _task.Value = progress.Epoch - _firstEpoch + (double)progress.Batch / progress.Batches;
        _task.Description = Markup.Escape(
            $"epoch {progress.Epoch}/{_epochs}  loss {progress.Loss:F2}  {progress.ImagesPerSecond:N0} images/s"
        );
    }

    public void EpochEnded(IReadOnlyList<EpochMetrics> metrics)
    {
        Last = metrics;
        Line(TrainingLines.Epoch(metrics, _epochs));
    }

    public void Note(string message) => Line($"elbo: {message}");

    private void Line(string text) => console.WriteLine(text);
}
