using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>The network of <see cref="TinyRun"/> on <see cref="SmallDigits"/>.</summary>
public sealed class SmallRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallRun()
    {
        Config = SmallDigits.Config with { Tensorboard = TensorboardDetail.None };
        using var observer = new RecordingObserver();
        Loaded = LoadedRun.Open(
            TrainWorkflow.Start(Config, _folder.Path, overwrite: false, TinyRun.Location, observer).Path
        );
    }

    /// <summary>Two epochs of 12 steps.</summary>
    public RunConfig Config { get; }

    public LoadedRun Loaded { get; }

    public void Dispose()
    {
        Loaded.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Classes of this collection share one <see cref="SmallRun"/> and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SmallRunTests : ICollectionFixture<SmallRun>
{
    public const string Name = "one small run";
}
