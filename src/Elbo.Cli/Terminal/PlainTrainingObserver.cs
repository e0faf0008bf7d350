using System.Diagnostics;
using Elbo.Training;
using Elbo.Workflows;

namespace Elbo.Cli.Terminal;

/// <summary>Prints one line per epoch, for pipes and logs.</summary>
internal sealed class PlainTrainingObserver(TextWriter output) : ITrainingObserver
{
    private bool _timesFirstStep = Report.IsDebugging;
    private int _epochs;

    public IReadOnlyList<EpochMetrics> Last { get; private set; } = [];

    public void Started(TrainingStart start)
    {
        _epochs = start.Config.Epochs;
        output.WriteLine(TrainingLines.Start(start));
    }

    public void Stepped(StepProgress progress)
    {
        if (!_timesFirstStep)
            return;
        _timesFirstStep = false;
        using var process = Process.GetCurrentProcess();
        Note($"first step {(DateTime.Now - process.StartTime).TotalMilliseconds:F0} ms after the start of the process");
    }

    public void EpochEnded(IReadOnlyList<EpochMetrics> metrics)
    {
        Last = metrics;
        output.WriteLine(TrainingLines.Epoch(metrics, _epochs));
    }

    public void Note(string message) => output.WriteLine($"elbo: {message}");
}
