using Elbo.Data;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>Two epochs of a small network on the drawn digits, trained once for all tests that need a run.</summary>
public sealed class TinyRun : IDisposable
{
    /// <summary>One hidden layer of 12 units on either side.</summary>
    public static readonly VaeOptions Network = VaeOptions.WithLayers([12], [12], latentDim: 2);

    /// <summary>12,000 images in 12 steps, so that an epoch takes a fraction of a second.</summary>
    public static readonly RunConfig Config = new()
    {
        ModelOptions = Network,
        Epochs = 2,
        BatchSize = 1000,
        LearningRate = 5e-3f,
        Seed = 7,
    };

    /// <summary>No test needs files, and none may download any.</summary>
    public static readonly DataLocation Location = new([], Path.GetTempPath(), Offline: true);

    private readonly TemporaryFolder _folder = new();

    public TinyRun()
    {
        using var observer = new RecordingObserver();
        Folder = TrainWorkflow.Start(Config, _folder.Path, overwrite: false, Location, observer);
        Loaded = LoadedRun.Open(Folder.Path);
        (Start, Epochs, Notes) = (observer.Start!, observer.Epochs, observer.Notes);
    }

    public RunFolder Folder { get; }

    public LoadedRun Loaded { get; }

    public TrainingStart Start { get; }

    public IReadOnlyList<IReadOnlyList<Elbo.Training.EpochMetrics>> Epochs { get; }

    public IReadOnlyList<string> Notes { get; }

    /// <summary>A run of another latent size or other images, one step old.</summary>
    public static LoadedRun Untrained(string parent, int latentDim, Elbo.Training.Binarization binarize = default)
    {
        using var observer = new RecordingObserver { StopAfter = 1 };
        var config = Config with
        {
            ModelOptions = Network with { LatentDim = latentDim },
            Binarize = binarize,
            Name = $"z{latentDim}-{binarize}",
        };
        Assert.Throws<RunStoppedException>(() =>
            TrainWorkflow.Start(config, parent, overwrite: false, Location, observer, cancellation: observer.Token)
        );
        return LoadedRun.Open(Path.Combine(parent, config.Name));
    }

    public void Dispose()
    {
        Loaded.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Classes of this collection share one <see cref="TinyRun"/> and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class TinyRunTests : ICollectionFixture<TinyRun>
{
    public const string Name = "one tiny run";
}
