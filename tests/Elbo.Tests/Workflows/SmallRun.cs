using System.Globalization;
using Elbo.Data;
using Elbo.Data.Digits;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>
/// The network of <see cref="TinyRun"/> on 1,200 of the drawn digits, for tests that would take long with all 12,000.
/// </summary>
public sealed class SmallRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallRun()
    {
        var digits = new DigitsSource(3, trainCount: 1_200, testCount: 300).Generate(threads: 1);
        Write(digits.Train, "train");
        Write(digits.Test, "test");
        Config = TinyRun.Config with
        {
            Dataset = "arrays",
            DatasetOptions = new DatasetOptions { Images = _folder.File("digits") },
            BatchSize = 100,
            ImageEvery = 0,
            Tensorboard = TensorboardDetail.None,
        };
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

    private void Write(ImageDataset images, string split)
    {
        Directory.CreateDirectory(_folder.File("digits"));
        int[] labels = images.LabelIndices();
        File.WriteAllLines(
            _folder.File($"digits/{split}.csv"),
            Enumerable
                .Range(0, images.Count)
                .Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{labels[i]},{string.Join(',', images.Image(i).ToArray())}"
                    )
                )
                .Prepend(
                    "label," + string.Join(',', Enumerable.Range(0, images.Shape.PixelCount).Select(i => $"pixel{i}"))
                )
        );
    }
}

/// <summary>Classes of this collection share one <see cref="SmallRun"/> and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SmallRunTests : ICollectionFixture<SmallRun>
{
    public const string Name = "one small run";
}
