using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>The weights of a run to use.</summary>
public enum RunWeights
{
    /// <summary>
    /// The weights in <c>model.safetensors</c>: those of the last epoch, or of the best one with early stopping.
    /// </summary>
    Final,

    /// <summary>The weights of the epoch with the lowest validation loss.</summary>
    Best,

    /// <summary>The weights of the newest checkpoint.</summary>
    Last,
}

/// <summary>An opened run: its options, its trained model, and its data.</summary>
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

    /// <summary>Folder of the run.</summary>
    public RunFolder Folder { get; }

    /// <summary>Options of the run.</summary>
    public RunConfig Config { get; }

    /// <summary>The trained model.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The dataset of the run, read on first use; decoding does not need it.</summary>
    /// <exception cref="ArgumentException">The dataset is not in the catalog.</exception>
    /// <exception cref="IOException">The dataset cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">
    /// The dataset is damaged, or its images have another shape than the model's.
    /// </exception>
    public DatasetSplits Data =>
        _data.Value.Train.Shape == Model.ImageShape
            ? _data.Value
            : throw new InvalidDataException(
                $"{Folder.Path} is for images of {Model.ImageShape}; those of {Config.Dataset} are "
                    + $"{_data.Value.Train.Shape}."
            );

    /// <summary>Opens the run in <paramref name="path"/>.</summary>
    /// <param name="path">Folder of the run.</param>
    /// <param name="dataDir">
    /// Folder of the dataset's files; null searches where the run found them, and the default places.
    /// </param>
    /// <param name="threads">Number of threads; 0 means one per processor.</param>
    /// <param name="weights">The weights to load.</param>
    /// <exception cref="IOException">The run cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">The run is damaged, or does not have these weights.</exception>
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
                        + "best weights only with validation images or early stopping."
                );
            ModelFile.Load(model, folder.Best);
        }
        else
        {
            var newest =
                new CheckpointStore(folder.Checkpoints).LoadNewestSound(out _)
                ?? throw new InvalidDataException($"{folder.Path} has no intact checkpoint.");
            newest.RestoreModel(model.Parameters, model.Buffers);
        }
    }

    /// <summary>
    /// The images of <c>train</c> or <c>test</c>; of <c>validation</c> if the dataset has its own; or of <c>all</c>, in
    /// the order train, validation, test.
    /// </summary>
    /// <exception cref="ArgumentException">The split does not exist.</exception>
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

    /// <summary>Releases the model's memory.</summary>
    public void Dispose() => _device.Dispose();
}
