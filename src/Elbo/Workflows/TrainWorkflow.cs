using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;

namespace Elbo.Workflows;

/// <summary>
/// What <c>elbo train</c> and <c>elbo resume</c> do: data, model, epochs, figures, pictures, checkpoints.
/// </summary>
public sealed class TrainWorkflow
{
    private readonly RunFolder _run;
    private readonly RunConfig _config;
    private readonly ITrainingObserver _observer;
    private readonly DatasetSplits _data;
    private readonly IndexSplit _split;
    private readonly HeldOutImages[] _heldOut;
    private readonly GenerativeModel _model;
    private readonly TrainingLoop _loop;
    private readonly CheckpointStore _checkpoints;
    private readonly BestWeights _best;
    private readonly RunPictures _pictures;
    private readonly MetricsTable _metrics = new();
    private RunEvents? _events;

    /// <summary>
    /// Builds everything, and asks for the folder last: what is wrong with the options shows before a file is touched.
    /// </summary>
    private TrainWorkflow(
        Func<RunFolder> folder,
        RunConfig config,
        DatasetSplits data,
        Device device,
        ITrainingObserver observer
    )
    {
        (_config, _data, _observer) = (config, data, observer);
        var rng = new Rng(config.Seed);
        _split = IndexSplit.ByFraction(data.Train.Count, config.ValidationFraction, rng.Fork("validation"));
        HeldOutImages[] validation =
            data.Validation is { } own ? [HeldOutImages.All("validation", own)]
            : _split.Validation.Length > 0 ? [new HeldOutImages("validation", data.Train, _split.Validation)]
            : [];
        _heldOut = [.. validation, HeldOutImages.All("test", data.Test)];
        _model = config.ModelOptions.Create(data.Train.Shape, device, rng.Fork("weights"));
        _loop = new TrainingLoop(_model, config.FitOptions(), data.Train, _split.Train, _heldOut, rng);
        _run = folder();
        _checkpoints = new CheckpointStore(_run.Checkpoints, config.KeepCheckpoints);
        _best = new BestWeights(_run.Best);
        _pictures = new RunPictures(_run, config, _model, data.Test);
    }

    /// <summary>
    /// Test images alone choose an epoch only for early stopping, where they are what there is to watch.
    /// </summary>
    private bool KeepsBest => ValidationImages > 0 || _config.EarlyStopping > 0;

    private int ValidationImages => _heldOut is [var validation, _] ? validation.Indices.Length : 0;

    /// <summary>Trains from the start into a new run folder.</summary>
    /// <param name="config">All options.</param>
    /// <param name="output">The folder above the run folder.</param>
    /// <param name="overwrite">Whether a run of the same name is deleted.</param>
    /// <param name="location">Where datasets are.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="progress">Told of downloads and of the reading of image files.</param>
    /// <param name="cancellation">Ends training after the running step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">Data cannot be had, or the folder cannot be written.</exception>
    /// <exception cref="TrainingFailedException">The loss is not a finite number.</exception>
    /// <exception cref="RunStoppedException">It was cancelled while it trained; the run can be resumed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before; there is no run.</exception>
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
        config.Validate();
        string name = config.RunName;
        RunFolder.RequirePlace(output, name, overwrite);
        var data = DatasetCatalog.Get(config.Dataset).Load(location, config.DatasetOptions(), progress, cancellation);
        config = config.ResolveImages(data.Train.Shape, data.Background);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var workflow = new TrainWorkflow(
            () => RunFolder.Create(output, name, overwrite),
            config,
            data,
            device,
            observer
        );
        using var held = RunLock.Take(workflow._run);
        RunSettings.Save(config, workflow._run);
        SkippedFiles.Report(data, workflow._run, observer);
        workflow._pictures.DrawInputs();
        workflow.Train(cancellation);
        return workflow._run;
    }

    /// <summary>
    /// Goes on from the newest sound checkpoint, to the same bits as if never stopped; without one, from the start.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="epochs">How many epochs it is to have in all; null keeps what it was started with.</param>
    /// <param name="location">Where datasets are.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="progress">Told of downloads and of the reading of image files.</param>
    /// <param name="cancellation">Ends training after the running step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">The run has more epochs than it is to have.</exception>
    /// <exception cref="InvalidDataException">The run's files are damaged, or its checkpoints are gone; nothing has
    /// been changed then.</exception>
    public static void Resume(
        RunFolder run,
        int? epochs,
        DataLocation location,
        ITrainingObserver observer,
        IProgress<DataProgress>? progress = null,
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
        var data = DatasetCatalog.Get(config.Dataset).Load(location, config.DatasetOptions(), progress, cancellation);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var workflow = new TrainWorkflow(() => run, config, data, device, observer);
        if (workflow.FindCheckpoint() is { } checkpoint)
            workflow.Restore(checkpoint);
        else
            observer.Note("there is no checkpoint yet; training begins anew.");
        run.DeleteStrays();
        SkippedFiles.Report(data, run, observer);
        if (epochs is not null)
            RunSettings.Save(config, run);
        if (workflow._loop.State.Step == 0)
            workflow._pictures.DrawInputs();
        else if (workflow._loop.Epoch == config.Epochs)
            observer.Note($"all {config.Epochs} epochs are done; --epochs with a higher number trains on.");
        else if (workflow._loop.StoppedEarly)
            observer.Note("early stopping has ended this run; there is nothing left to train.");
        workflow.Train(cancellation);
    }

    /// <summary>The newest sound checkpoint, or null where the run has not come to its first.</summary>
    private Checkpoint? FindCheckpoint()
    {
        var checkpoint = _checkpoints.LoadNewestSound(out var complaints);
        if (checkpoint is null && complaints is [var newest, ..])
            throw new InvalidDataException(
                $"none of the {complaints.Count} checkpoints in {_run.Checkpoints} is sound "
                    + $"({newest.TrimEnd('.')}); nothing was changed. 'elbo train --config {_run.Config}' trains "
                    + "anew, into another folder."
            );
        // The first checkpoint is written before the first weights.
        if (checkpoint is null && File.Exists(_run.Model))
            throw new InvalidDataException(
                $"{_run.Path} has weights but no checkpoint to go on from; nothing was changed. 'elbo train "
                    + $"--config {_run.Config}' trains anew, into another folder."
            );
        if (
            checkpoint is not null
            && checkpoint.State.Epoch + (checkpoint.State.BatchInEpoch > 0 ? 1 : 0) is var begun
            && begun > _config.Epochs
        )
            throw new ArgumentException(
                $"epochs is {_config.Epochs}; the run has begun {begun} already, and none is taken back."
            );
        foreach (string complaint in complaints)
            _observer.Note($"passed over a damaged checkpoint: {complaint}");
        return checkpoint;
    }

    private void Restore(Checkpoint checkpoint)
    {
        checkpoint.Restore(_loop.Optimizer, _model.Buffers);
        _loop.State = checkpoint.State;
        if (checkpoint.State.Epoch == 0)
            return;
        if (KeepsBest)
            RestoreBest(checkpoint.State.Epoch);
        if (!File.Exists(_run.Metrics))
        {
            _observer.Note($"{_run.Metrics} is gone, and with it the figures of {checkpoint.State.Epoch} epochs.");
            return;
        }
        try
        {
            _metrics.Add(MetricsTable.Load(_run.Metrics).Rows);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"{e.Message} Nothing was changed; move that file away to go on without its figures.",
                e
            );
        }
        _metrics.KeepUntil(checkpoint.State.Epoch);
    }

    /// <summary>
    /// Learns which epoch was best. Training does not depend on it, so that a loss of that file ends nothing.
    /// </summary>
    private void RestoreBest(int epochs)
    {
        string lost;
        try
        {
            _loop.Best = _best.Read();
            if (_loop.Best is not null)
                return;
            lost = $"{_run.Best} is gone";
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            lost = e.Message.TrimEnd('.');
        }
        _observer.Note($"{lost}; of the {epochs} epochs before, none can be the best one now.");
    }

    private void Train(CancellationToken cancellation)
    {
        if (!_loop.Ended)
            _observer.Started(
                new TrainingStart(
                    _run,
                    _config,
                    _model.Parameters.Count,
                    _split.Train.Length,
                    ValidationImages,
                    _data.Test.Count,
                    _loop.Epoch + 1,
                    _model.Device.Threads,
                    _model.Device.InstructionSet
                )
            );
        var record = _loop.Ended ? null : BeginSession();
        using (
            _events =
                record is null || _config.Tensorboard == TensorboardDetail.None
                    ? null
                    : new RunEvents(
                        _run,
                        _config,
                        _model,
                        _data.Test,
                        _pictures,
                        _loop.Epoch,
                        record.Sessions[0].Started
                    )
        )
            RunEpochs(record, cancellation);
        SaveResult();
        _pictures.DrawResult(_metrics);
        Conclude(record);
    }

    private void RunEpochs(RunRecord? record, CancellationToken cancellation)
    {
        while (!_loop.Ended)
        {
            if (_loop.RunEpoch(_observer.Stepped, cancellation) is not { } figures)
            {
                SaveCheckpoint();
                Conclude(record);
                throw new RunStoppedException(
                    $"stopped in epoch {_loop.Epoch + 1}; 'elbo resume {_run.Path}' goes on.",
                    cancellation
                );
            }
            EndEpoch(figures);
        }
        _events?.End();
    }

    /// <summary>
    /// The weights that the run is to be known by: where training may have gone on beyond the best epoch to see whether
    /// it was, those of that epoch.
    /// </summary>
    private void SaveResult()
    {
        if (_config.EarlyStopping == 0 || _loop.Best is not { } best)
        {
            ModelFile.Save(_model, _run.Model);
            return;
        }
        if (!_loop.IsBest)
            _best.Restore(_model);
        ModelFile.Save(_model, _run.Model, BestWeights.Notes(best));
        _observer.Note(
            $"{Path.GetFileName(_run.Model)} has the weights of epoch {best.Epoch}, whose {best.Split} loss of "
                + $"{best.Loss:F2} is the lowest."
        );
    }

    /// <summary>
    /// Notes who begins to train, and on what. A record that was lost or damaged begins anew: training does not need
    /// it.
    /// </summary>
    private RunRecord BeginSession()
    {
        RunRecord? before = null;
        try
        {
            before = RunRecord.Load(_run);
        }
        catch (InvalidDataException e)
        {
            _observer.Note($"{e.Message} It begins anew.");
        }
        var record = new RunRecord
        {
            Parameters = _model.Parameters.Count,
            ImageShape = _model.ImageShape.ToString(),
            TrainImages = _split.Train.Length,
            ValidationImages = ValidationImages,
            TestImages = _data.Test.Count,
            ClassNames = _data.Test.ClassNames,
            Sessions =
            [
                .. before?.Sessions ?? [],
                TrainingSession.Begin(_loop.Epoch + 1, _model.Device.Threads, _model.Device.InstructionSet),
            ],
        };
        if (before is not null && before.Images != record.Images)
            _observer.Note(
                $"the images have changed since the run was last trained, from {before.Images} to {record.Images} "
                    + "(training, validation, test); it ends as no run from the start would."
            );
        record.Save(_run);
        return record;
    }

    /// <summary>What is for people only, after all that the run needs has been written.</summary>
    private void Conclude(RunRecord? record)
    {
        record?.WithLast(record.Sessions[^1].End(_loop.Epoch)).Save(_run);
        ReportWorkflow.Run(_run);
    }

    private void EndEpoch(IReadOnlyList<EpochMetrics> figures)
    {
        _metrics.Add(figures);
        _metrics.Save(_run.Metrics);
        bool draws = _loop.Ended || (_config.ImageEvery > 0 && _loop.Epoch % _config.ImageEvery == 0);
        var pictures = draws ? _pictures.DrawEpoch(_loop.Epoch) : null;
        _events?.EndEpoch(figures, pictures);
        if (KeepsBest && _loop.IsBest)
            _best.Save(_model, _loop.Best!);
        if (_loop.Ended || _loop.Epoch % _config.CheckpointEvery == 0)
            SaveCheckpoint();
        _observer.EpochEnded(figures);
        if (_loop.StoppedEarly)
            _observer.Note(
                $"stopped after epoch {_loop.Epoch}: {_config.EarlyStopping} epochs without improvement of the "
                    + $"{figures[1].Split} loss."
            );
    }

    /// <summary>The checkpoint first: a model file without one could not be continued from.</summary>
    private void SaveCheckpoint()
    {
        _checkpoints.Save(Checkpoint.Of(_loop.Optimizer, _loop.State, _model.Buffers));
        ModelFile.Save(_model, _run.Model);
    }
}
