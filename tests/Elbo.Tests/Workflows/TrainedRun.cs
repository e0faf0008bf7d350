using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>A run that the tests of a class share, trained once.</summary>
public abstract class TrainedRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected TrainedRun(RunConfig config)
    {
        using var observer = new RecordingObserver();
        Folder = TrainWorkflow.Start(config, _folder.Path, overwrite: false, TinyRun.Location, observer);
        Notes = observer.Notes;
    }

    public RunFolder Folder { get; }

    public IReadOnlyList<string> Notes { get; }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
