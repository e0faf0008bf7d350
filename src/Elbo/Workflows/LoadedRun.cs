using System.Globalization;
using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows;

/// <summary>The weights of a run to use.</summary>
public readonly record struct RunWeights
{
    private const string EpochPrefix = "epoch-";

    private readonly string? _name;

    private RunWeights(string name, int? epoch = null) => (_name, Epoch) = (name, epoch);

    /// <summary>
    /// The weights in <c>model.safetensors</c>: those of the last epoch, or of the best one with early stopping. This
    /// is the default.
    /// </summary>
    public static RunWeights Final { get; } = new("final");

    /// <summary>The weights of the epoch with the lowest validation loss.</summary>
    public static RunWeights Best { get; } = new("best");

    /// <summary>The weights of the newest checkpoint.</summary>
    public static RunWeights Last { get; } = new("last");

    /// <summary>The number of the epoch whose checkpoint is used, from 1; null for weights with another name.</summary>
    public int? Epoch { get; }

    /// <summary>The weights after an epoch, from 1, if its checkpoint is kept.</summary>
    public static RunWeights AfterEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epoch);
        return new RunWeights(FormattableString.Invariant($"{EpochPrefix}{epoch}"), epoch);
    }

    /// <summary>Parses <c>final</c>, <c>best</c>, <c>last</c> or <c>epoch-N</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static RunWeights Parse(string text)
    {
        foreach (var weights in (RunWeights[])[Final, Best, Last])
            if (weights.ToString() == text)
                return weights;
        return
            text is not null
            && text.StartsWith(EpochPrefix, StringComparison.Ordinal)
            && int.TryParse(text[EpochPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
            && epoch > 0
            ? AfterEpoch(epoch)
            : throw new FormatException(
                $"'{text}' is not final, best, last or {EpochPrefix}N, such as {EpochPrefix}10."
            );
    }

    /// <summary>The name, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => _name ?? "final";

    /// <summary>Whether two values name the same weights.</summary>
    public bool Equals(RunWeights other) => ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}

/// <summary>An opened run: its options, its trained model, and its data.</summary>
public sealed class LoadedRun : IDisposable
{
    private readonly Device _device;
    private readonly Lazy<DatasetSplits> _data;
    private readonly IProgress<string>? _notes;

    private LoadedRun(
        RunFolder folder,
        RunConfig config,
        GenerativeModel model,
        RunWeights weights,
        Lazy<DatasetSplits> data,
        Device device,
        IProgress<string>? notes,
        CancellationToken cancellation
    ) =>
        (Folder, Config, Model, Weights, _data, _device, _notes, Cancellation) = (
            folder,
            config,
            model,
            weights,
            data,
            device,
            notes,
            cancellation
        );

    /// <summary>Folder of the run.</summary>
    public RunFolder Folder { get; }

    /// <summary>Options of the run.</summary>
    public RunConfig Config { get; }

    /// <summary>The trained model.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The weights that the model has.</summary>
    public RunWeights Weights { get; }

    /// <summary>Cancels what is done with the run.</summary>
    internal CancellationToken Cancellation { get; }

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
    /// <param name="device">The device that computes; null for the processor with all threads.</param>
    /// <param name="weights">The weights to load.</param>
    /// <param name="notes">Receives remarks for the user on the images that are read, one line each.</param>
    /// <param name="className">
    /// For a conditional model: the class, by name or number, that it is given; null for none.
    /// </param>
    /// <param name="cancellation">
    /// Cancels reading the images of the run, and encoding them for a table or a plot.
    /// </param>
    /// <exception cref="ArgumentException">The model is not conditional, or has no such class.</exception>
    /// <exception cref="IOException">The run cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">The run is damaged, or does not have these weights.</exception>
    public static LoadedRun Open(
        string path,
        string? dataDir = null,
        DeviceOptions? device = null,
        RunWeights weights = default,
        IProgress<string>? notes = null,
        string? className = null,
        CancellationToken cancellation = default
    )
    {
        var folder = RunFolder.Open(path);
        var config = RunSettings.Load(folder);
        int? label = className is null ? null : Class(config, path, className);
        if (!File.Exists(folder.Model))
            throw new InvalidDataException($"{path} has no weights yet; 'elbo resume {path}' trains it.");
        // An error is not kept: files that were missing may be there at the next attempt.
        var data = new Lazy<DatasetSplits>(
            () => ReadData(folder, config, dataDir, notes, cancellation),
            LazyThreadSafetyMode.PublicationOnly
        );
        var computing = new Device(device);
        try
        {
            var model = ModelFile.Create(
                folder.Model,
                config.ModelOptions,
                ModelFile.ReadShape(folder.Model) ?? data.Value.Train.Shape,
                computing,
                new Rng(config.Seed)
            );
            Restore(model, folder, weights);
            if (label is { } given)
                model = model.Given(given);
            return new LoadedRun(folder, config, model, weights, data, computing, notes, cancellation);
        }
        catch
        {
            computing.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The same run for another thread: with the same weights and images, and memory of its own. Dispose it before this
    /// one.
    /// </summary>
    internal LoadedRun OnWorkspace()
    {
        var device = _device.CreateWorkspace();
        return new LoadedRun(Folder, Config, Model.On(device), Weights, _data, device, _notes, Cancellation);
    }

    /// <summary>The same run, of a conditional model that is given a class. It needs no disposal of its own.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentException">The model is not conditional, or has no such class.</exception>
    internal LoadedRun Given(int label) =>
        new(Folder, Config, Model.Given(label), Weights, _data, _device, _notes, Cancellation);

    private static int Class(RunConfig config, string path, string name) =>
        config.ModelOptions.Condition is { } classes
            ? ClassFilter.Find("class", [name], classes).Single()
            : throw new ArgumentException(
                $"class is {name}; the model of {path} is not conditional on classes. 'elbo train --condition labels' "
                    + "trains one that is."
            );

    private static DatasetSplits ReadData(
        RunFolder folder,
        RunConfig config,
        string? dataDir,
        IProgress<string>? notes,
        CancellationToken cancellation
    )
    {
        var record = RunRecord.TryLoad(folder);
        var (images, found) = RunData.Load(
            config,
            RunData.Location(config, record, dataDir),
            cancellation: cancellation
        );
        if (record?.Data is { } trained && trained.Differences(found) is { Length: > 0 } splits)
            notes?.Report(
                $"the {splits} images of {config.Dataset} are not those that {folder.Path} was trained with"
                    + (found.Folder is null ? "." : $"; read from {found.Folder}.")
            );
        foreach (string remark in images.Remarks)
            notes?.Report(remark);
        return images;
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
        else if (weights.Epoch is { } epoch)
        {
            var store = new CheckpointStore(folder.Checkpoints);
            var kept =
                store.LoadEpoch(epoch)
                ?? throw new InvalidDataException(
                    $"{folder.Path} has no checkpoint of the end of epoch {epoch}; it has those of "
                        + $"{string.Join(", ", store.Epochs())}. --keep-checkpoints keeps more of them."
                );
            kept.RestoreModel(model.Parameters, model.Buffers);
        }
        else
        {
            var newest =
                new CheckpointStore(folder.Checkpoints).LoadNewestSound(out _)
                ?? throw new InvalidDataException($"{folder.Path} has no intact checkpoint.");
            newest.RestoreModel(model.Parameters, model.Buffers);
        }
    }

    /// <summary>The images that a command is to use.</summary>
    /// <exception cref="ArgumentException">
    /// The split does not exist; or a conditional model does not know the classes of the images, or is given a class
    /// for images that have labels.
    /// </exception>
    /// <exception cref="IOException">The images cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    public ImageDataset Images(ImageChoice choice, CancellationToken cancellation = default)
    {
        var images = ImagesToDecode(choice, cancellation);
        return Model.Class is { } label && !ClassCondition.Labels(Model, images).IsEmpty
            ? throw new ArgumentException(
                $"class is {Model.Options.Condition![label]}; the {choice.Subject} have labels, and are encoded by "
                    + "these."
            )
            : images;
    }

    /// <summary>
    /// As <see cref="Images"/>, for a command that also decodes, or has other images without labels: if a conditional
    /// model is given a class, images with labels are encoded by these and decoded as that class.
    /// </summary>
    internal ImageDataset ImagesToDecode(ImageChoice choice, CancellationToken cancellation = default)
    {
        var images = Read(choice, cancellation);
        ClassCondition.Labels(Model, images);
        return images;
    }

    private ImageDataset Read(ImageChoice choice, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(choice);
        choice.Validate();
        if (choice.Images is not { } path)
            return Split(choice.SplitName);
        var found = ImagesByPath.Load(
            path,
            Model.ImageShape,
            Config.DatasetOptions,
            Config.Threads,
            cancellation: cancellation.CanBeCanceled ? cancellation : Cancellation
        );
        foreach (string remark in found.Remarks)
            _notes?.Report(remark);
        foreach (var file in found.Unreadable)
            _notes?.Report($"skipped {file.Path}: {file.Reason}");
        return found.Images;
    }

    /// <summary>The images of a split, named as in <see cref="ImageChoice.Split"/>.</summary>
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
