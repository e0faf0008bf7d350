using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Which weights of a run are used.</summary>
public enum RunWeights
{
    /// <summary>
    /// Those of <c>model.safetensors</c>: of the last epoch, or of the best one where early stopping was on.
    /// </summary>
    Final,

    /// <summary>Those of the epoch with the lowest validation loss.</summary>
    Best,

    /// <summary>Those of the newest checkpoint.</summary>
    Last,
}

/// <summary>A run opened for use: its options, its model with trained weights, and its data.</summary>
public sealed class LoadedRun : IDisposable
{
    private readonly Device _device;
    private readonly Lazy<DatasetSplits> _data;

    private LoadedRun(
        RunFolder folder,
        RunConfig config,
        GenerativeModel model,
        Lazy<DatasetSplits> data,
        Device device
    ) => (Folder, Config, Model, _data, _device) = (folder, config, model, data, device);

    /// <summary>Where its files are.</summary>
    public RunFolder Folder { get; }

    /// <summary>Its options.</summary>
    public RunConfig Config { get; }

    /// <summary>Its model, trained.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The images it was made for, read when first asked for: drawing from codes needs none.</summary>
    /// <exception cref="ArgumentException">They are of no dataset in the catalog.</exception>
    /// <exception cref="IOException">They cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">They are damaged, or of another size than the model's.</exception>
    public DatasetSplits Data =>
        _data.Value.Train.Shape == Model.ImageShape
            ? _data.Value
            : throw new InvalidDataException(
                $"{Folder.Path} is for images of {Model.ImageShape}; those of {Config.Dataset} are "
                    + $"{_data.Value.Train.Shape}."
            );

    /// <summary>Opens the run in <paramref name="path"/>.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="dataDir">Where its dataset's files are; null looks where the run found them, and in the usual
    /// places.</param>
    /// <param name="threads">Threads to compute with, 0 for one per processor.</param>
    /// <param name="weights">Which of its weights the model gets.</param>
    /// <exception cref="IOException">The run cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">The run is damaged, or has no such weights.</exception>
    public static LoadedRun Open(
        string path,
        string? dataDir = null,
        int threads = 0,
        RunWeights weights = RunWeights.Final
    )
    {
        var folder = RunFolder.Open(path);
        var config = RunSettings.Load(folder);
        if (!File.Exists(folder.Model))
            throw new InvalidDataException($"{path} has no weights yet; 'elbo resume {path}' trains it.");
        var data = new Lazy<DatasetSplits>(() =>
            DatasetCatalog
                .Get(config.Dataset)
                .Load(DataLocation.FromEnvironment(dataDir ?? config.DataDir), config.DatasetOptions)
        );
        var device = new Device(new DeviceOptions { Threads = threads });
        try
        {
            var model = config.ModelOptions.Create(
                ModelFile.ReadShape(folder.Model) ?? data.Value.Train.Shape,
                device,
                new Rng(config.Seed)
            );
            Restore(model, folder, weights);
            return new LoadedRun(folder, config, model, data, device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private static void Restore(GenerativeModel model, RunFolder folder, RunWeights weights)
    {
        if (weights == RunWeights.Final)
            ModelFile.Load(model, folder.Model);
        else if (weights == RunWeights.Best)
        {
            if (!File.Exists(folder.Best))
                throw new InvalidDataException(
                    $"{folder.Path} has no {Path.GetFileName(folder.Best)} among its checkpoints: a run keeps its "
                        + "best weights where it has validation images or early stopping."
                );
            ModelFile.Load(model, folder.Best);
        }
        else
        {
            var newest =
                new CheckpointStore(folder.Checkpoints).LoadNewestSound(out _)
                ?? throw new InvalidDataException($"{folder.Path} has no sound checkpoint.");
            newest.RestoreModel(model.Parameters, model.Buffers);
        }
    }

    /// <summary>
    /// The images of <c>train</c> or <c>test</c>, or of <c>validation</c> where the dataset itself has such, or
    /// <c>all</c> in this order: train, validation, test.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such split.</exception>
    public ImageDataset Split(string name) =>
        name switch
        {
            "train" => Data.Train,
            "test" => Data.Test,
            "validation" when Data.Validation is { } images => images,
            "all" => Data.Train.Concat(Data.Validation is { } images ? [images, Data.Test] : [Data.Test]),
            _ => throw new ArgumentException(
                $"there is no split '{name}'; there are train, "
                    + $"{(Data.Validation is null ? "" : "validation, ")}test and all."
            ),
        };

    /// <summary>Frees the model's memory.</summary>
    public void Dispose() => _device.Dispose();
}
