using Elbo.Training;
using Elbo.Workflows;

namespace Elbo.Cli.Terminal;

/// <summary>One line per epoch, for pipes and logs.</summary>
internal sealed class PlainTrainingObserver(TextWriter output) : ITrainingObserver
{
    private int _epochs;

    public IReadOnlyList<EpochMetrics> Last { get; private set; } = [];

    public void Started(TrainingStart start)
    {
        _epochs = start.Config.Epochs;
        output.WriteLine(TrainingLines.Start(start));
    }

    public void Stepped(StepProgress progress)
    {
    }

    public void EpochEnded(IReadOnlyList<EpochMetrics> metrics)
    {
        Last = metrics;
        output.WriteLine(TrainingLines.Epoch(metrics, _epochs));
    }

    public void Note(string message) => output.WriteLine($"elbo: {message}");
}
