using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Runs;

/// <summary>The <c>elbo train</c> and <c>elbo resume</c> commands.</summary>
public static class TrainWorkflow
{
    /// <summary>Number of bytes that a model may take without comparing it with anything.</summary>
    private const long Harmless = 1 << 26;

    /// <summary>Trains a new run.</summary>
    /// <param name="config">Options of the run.</param>
    /// <param name="output">Parent folder of the run folder.</param>
    /// <param name="overwrite">Whether to delete an existing run of the same name.</param>
    /// <param name="location">Where to search for datasets.</param>
    /// <param name="observer">Receives the events of the run.</param>
    /// <param name="progress">Receives the progress of downloads and of reading image files.</param>
    /// <param name="cancellation">Stops training after the current step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the machine has no such device.</exception>
    /// <exception cref="IOException">The data cannot be found, or the folder cannot be written.</exception>
    /// <exception cref="TrainingFailedException">The loss is not finite.</exception>
    /// <exception cref="RunStoppedException">Training was cancelled. The run can be resumed.</exception>
    /// <exception cref="OperationCanceledException">
    /// The operation was cancelled before training. There is no run.
    /// </exception>
    public static RunFolder Start(
        RunConfig config,
        string output,
        bool overwrite,
        DataLocation location,
        ITrainingObserver observer,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(observer);
        config.Validate();
        RunFolder.RequirePlace(output, RunName.Of(config), overwrite);
        // Before the images, whose download would be in vain.
        using var device = new Device(config.DeviceOptions);
        var (data, record) = RunData.Load(config, location, progress, cancellation);
        config = config.ResolveImages(data).ResolveClasses(data).ShortenStages(out string? shortened);
        // The model is created before the folder, so that invalid options are reported before any file is written.
        var setup = new TrainingSetup(config, data, record, device);
        config.RequireFor(config.ModelOptions, setup.TrainImages);
        RunPictures.RequirePixels(config, data.Test);
        config.Evaluation.RequireImages(data.Test.Count);
        using var held = RunFolder.CreateLocked(output, RunName.Of(config), overwrite, out var run);
        RunSettings.Save(config, run);
        SkippedFiles.Report(data, run, observer);
        foreach (string remark in ImageChecks.Remarks(data))
            observer.Note(remark);
        if (shortened is not null)
            observer.Note(shortened);
        using var session = new TrainingSession(run, setup, observer);
        session.DrawInputs();
        Train(setup.Loop, session, observer, cancellation);
        return run;
    }

    /// <summary>
    /// Resumes training from the newest undamaged checkpoint, to the same bits as an uninterrupted run. Without a
    /// checkpoint, it starts from the beginning.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="epochs">New total number of epochs; null keeps the original one.</param>
    /// <param name="location">
    /// Where to search for datasets; null searches where the run found its images, and the default places.
    /// </param>
    /// <param name="observer">Receives the events of the run.</param>
    /// <param name="progress">Receives the progress of downloads and of reading image files.</param>
    /// <param name="device">The device that trains; null for that of the run. The options of the run keep theirs.</param>
    /// <param name="tensorFloat32">
    /// Whether a GPU rounds the factors of matrix products; null for what the run does.
    /// </param>
    /// <param name="cancellation">Stops training after the current step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">
    /// The run already has more epochs than requested, early stopping has ended it, or the machine has no such device.
    /// Nothing has been changed.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// Files of the run are damaged, or its checkpoints are missing. Nothing has been changed.
    /// </exception>
    public static void Resume(
        RunFolder run,
        int? epochs,
        DataLocation? location,
        ITrainingObserver observer,
        IProgress<DataProgress>? progress = null,
        string? device = null,
        bool? tensorFloat32 = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(observer);
        using var held = RunLock.Take(run);
        var config = RunSettings.Load(run);
        if (epochs is { } wished)
            config = config with { Epochs = wished };
        config.Validate();
        config.RequireStages(config.ModelOptions);
        location ??= RunData.Location(config, RunRecord.TryLoad(run), dataDir: null);
        using var computing = new Device(
            config.DeviceOptions with
            {
                Kind = device ?? config.Device,
                TensorFloat32 = tensorFloat32 ?? config.TensorFloat32,
            }
        );
        var (data, record) = RunData.Load(config, location, progress, cancellation);
        var setup = new TrainingSetup(config, data, record, computing, tensors => CheckSize(run, tensors));
        using var session = new TrainingSession(run, setup, observer);
        if (!session.Restore())
            observer.Note("there is no checkpoint yet; training starts from the beginning.");
        session.CompareImages();
        if (epochs is not null && setup.Loop.StoppedEarly)
            throw new ArgumentException(
                $"early stopping ended {run.Path} after epoch {setup.Loop.Epoch}, so a higher --epochs would train "
                    + $"nothing. 'elbo train --config {run.Config} --early-stopping 0' trains a new run without it."
            );
        run.DeleteStrays();
        SkippedFiles.Report(data, run, observer);
        if (epochs is not null)
            RunSettings.Save(config, run);
        if (setup.Loop.State.Step == 0)
            session.DrawInputs();
        else if (setup.Loop.Epoch == config.Epochs)
            observer.Note($"all {config.Epochs} epochs are done; give a higher --epochs to continue.");
        else if (setup.Loop.StoppedEarly)
            observer.Note("early stopping has ended this run; nothing is left to train.");
        Train(setup.Loop, session, observer, cancellation);
    }

    /// <summary>
    /// Refuses options of a model with far more weights than the checkpoints have, before memory is allocated. A run
    /// may come from somebody else. Reading the checkpoints tells a smaller difference better.
    /// </summary>
    private static void CheckSize(RunFolder run, IEnumerable<(string Name, Shape Shape)> tensors)
    {
        long largest =
                new CheckpointStore(run.Checkpoints).Files.Max(file => (long?)new FileInfo(file).Length)
                ?? long.MaxValue,
            needed = ModelFile.SizeOf(tensors);
        if (needed > largest && needed > Harmless)
            throw new InvalidDataException(
                $"{run.Config} describes a model whose weights take {needed:N0} bytes; the largest "
                    + $"checkpoint of the run has {largest:N0}. Nothing was changed; restore the options that the run "
                    + "was trained with, or the checkpoints if they are cut off."
            );
    }

    private static void Train(
        TrainingLoop loop,
        TrainingSession session,
        ITrainingObserver observer,
        CancellationToken cancellation
    )
    {
        if (!loop.Ended || session.OwesEvaluation)
            session.Begin();
        Evaluate(session, cancellation);
        while (!loop.Ended)
        {
            if (loop.RunEpoch(observer.Stepped, cancellation) is not { } figures)
                throw session.Stop(cancellation);
            session.EndEpoch(figures);
            Evaluate(session, cancellation);
        }
        session.Finish();
    }

    private static void Evaluate(TrainingSession session, CancellationToken cancellation)
    {
        if (!session.OwesEvaluation)
            return;
        try
        {
            session.Evaluate(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw session.Stop(cancellation);
        }
    }
}

/// <summary>Training was cancelled and a checkpoint was written. The message says how to resume.</summary>
public sealed class RunStoppedException : OperationCanceledException
{
    /// <summary>Creates the exception with a message and the cancellation token.</summary>
    public RunStoppedException(string message, CancellationToken token)
        : base(message, token) { }

    /// <summary>Creates the exception with a message.</summary>
    public RunStoppedException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public RunStoppedException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>Creates the exception with a general message.</summary>
    public RunStoppedException()
        : base("training was stopped.") { }
}

/// <summary>The model, the image splits and the training loop of a run, created from its options and data.</summary>
internal sealed class TrainingSetup
{
    private readonly HeldOutImages[] _heldOut;

    /// <summary>Creates the model with its initial weights, and the loop at its start. Accesses no file.</summary>
    /// <param name="config">Options of the run.</param>
    /// <param name="data">The images.</param>
    /// <param name="record">Where the images are, and their digests.</param>
    /// <param name="device">Where to create the model.</param>
    /// <param name="check">
    /// Receives the names and shapes of the weights before memory is allocated; null for none.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range, or does not suit the images.</exception>
    public TrainingSetup(
        RunConfig config,
        DatasetSplits data,
        DataRecord record,
        Device device,
        Action<IEnumerable<(string Name, Shape Shape)>>? check = null
    )
    {
        if (config.ValidationFraction > 0 && data.Validation is { } given)
            throw new ArgumentException(
                $"validation-fraction is {config.ValidationFraction}; {given.Name} has {given.Count:N0} validation "
                    + "images of its own, so it must be 0."
            );
        (Config, Test, Data) = (config, data.Test, record);
        var rng = new Rng(config.Seed);
        var split = IndexSplit.ByFraction(data.Train.Count, config.ValidationFraction, rng.Fork("validation"));
        HeldOutImages[] validation =
            data.Validation is { } own ? [HeldOutImages.All("validation", own)]
            : split.Validation.Length > 0 ? [new HeldOutImages("validation", data.Train, split.Validation)]
            : [];
        _heldOut = [.. validation, HeldOutImages.All("test", data.Test)];
        TrainImages = split.Train.Length;
        Model = new GenerativeModel(
            config.ModelOptions,
            data.Train.Shape,
            device,
            rng.Fork("weights"),
            check ?? (_ => { })
        );
        Loop = new TrainingLoop(Model, config, data.Train, split.Train, _heldOut, rng);
    }

    /// <summary>Options of the run.</summary>
    public RunConfig Config { get; }

    /// <summary>Where the images are, and their digests.</summary>
    public DataRecord Data { get; }

    /// <summary>The model to train.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The training loop.</summary>
    public TrainingLoop Loop { get; }

    /// <summary>Number of training images.</summary>
    public int TrainImages { get; }

    /// <summary>Number of validation images.</summary>
    public int ValidationImages => _heldOut is [var validation, _] ? validation.Indices.Length : 0;

    /// <summary>The test images.</summary>
    public ImageDataset Test { get; }

    /// <summary>
    /// Whether the weights of the best epoch are kept. Test images decide on the best epoch only for early stopping
    /// without validation images.
    /// </summary>
    public bool KeepsBest => ValidationImages > 0 || Config.EarlyStopping > 0;
}
