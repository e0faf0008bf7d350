using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Workflows;

/// <summary>What <c>elbo train</c> and <c>elbo resume</c> do: data, model, epochs, figures, pictures, checkpoints.</summary>
public sealed class TrainWorkflow
{
    private readonly RunFolder _run;
    private readonly RunConfig _config;
    private readonly ITrainingObserver _observer;
    private readonly DatasetSplits _data;
    private readonly IndexSplit _split;
    private readonly GenerativeModel _model;
    private readonly Optimizer _optimizer;
    private readonly Trainer _trainer;
    private readonly EarlyStopping? _earlyStopping;
    private readonly CheckpointStore _checkpoints;
    private readonly RunPictures _pictures;
    private readonly MetricsTable _metrics = new();
    private readonly Rng _rng;

    /// <summary>Builds everything, and asks for the folder last: what is wrong with the options shows before a file is touched.</summary>
    private TrainWorkflow(Func<RunFolder> folder, RunConfig config, DatasetSplits data, Device device, ITrainingObserver observer)
    {
        (_config, _data, _observer) = (config, data, observer);
        _rng = new Rng(config.Seed);
        _split = IndexSplit.ByFraction(data.Train.Count, config.ValidationFraction, _rng.Fork("validation"));
        _model = config.ModelOptions.Create(data.Train.Shape, device, _rng.Fork("weights"));
        _optimizer = OptimizerCatalog.Get(config.Optimizer).Create(_model.Parameters);
        var schedule = ScheduleCatalog.Get(config.Schedule).Create(config.LearningRate, config.Epochs, config.ScheduleSettings());
        _trainer = new Trainer(_model, _optimizer, schedule, config.TrainerOptions(), data.Train, _split.Train, _rng.Fork("train"));
        _earlyStopping = config.EarlyStopping > 0 ? new EarlyStopping(new EarlyStoppingOptions { Patience = config.EarlyStopping }) : null;
        _run = folder();
        _checkpoints = new CheckpointStore(_run.Checkpoints, config.KeepCheckpoints);
        _pictures = new RunPictures(_run, config, _model, data.Test);
    }

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
    public static RunFolder Start(RunConfig config, string output, bool overwrite, DataLocation location, ITrainingObserver observer, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        string name = config.Name ?? $"{config.Model}-{DatasetCatalog.Get(config.Dataset).Name}-z{config.ModelOptions.LatentDim}";
        RunFolder.RequirePlace(output, name, overwrite);
        var data = DatasetCatalog.Get(config.Dataset).Load(location, config.DatasetOptions(), progress, cancellation);
        config = config.ResolveImages(data.Train.Shape);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var workflow = new TrainWorkflow(() => RunFolder.Create(output, name, overwrite), config, data, device, observer);
        using var held = RunLock.Take(workflow._run);
        RunSettings.Save(config, workflow._run);
        SkippedFiles.Report(data, workflow._run, observer);
        workflow._pictures.DrawInputs();
        workflow.Train(cancellation);
        return workflow._run;
    }

    /// <summary>Goes on from the newest sound checkpoint, to the same bits as if never stopped; without one, from the start.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epochs">How many epochs it is to have in all; null keeps what it was started with.</param>
    /// <param name="location">Where datasets are.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="progress">Told of downloads and of the reading of image files.</param>
    /// <param name="cancellation">Ends training after the running step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">The run has more epochs than it is to have.</exception>
    /// <exception cref="InvalidDataException">The run's files are damaged, or its checkpoints are gone; nothing has been changed then.</exception>
    public static void Resume(RunFolder run, int? epochs, DataLocation location, ITrainingObserver observer, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(observer);
        using var held = RunLock.Take(run);
        var config = RunSettings.Load(run);
        if (epochs is { } wished) config = config with { Epochs = wished };
        config.Validate();
        var data = DatasetCatalog.Get(config.Dataset).Load(location, config.DatasetOptions(), progress, cancellation);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var workflow = new TrainWorkflow(() => run, config, data, device, observer);
        if (workflow.FindCheckpoint() is { } checkpoint) workflow.Restore(checkpoint);
        else observer.Note("there is no checkpoint yet; training begins anew.");
        run.DeleteStrays();
        SkippedFiles.Report(data, run, observer);
        if (epochs is not null) RunSettings.Save(config, run);
        if (workflow._trainer.State.Step == 0) workflow._pictures.DrawInputs();
        else if (workflow._trainer.Epoch == config.Epochs) observer.Note($"all {config.Epochs} epochs are done; --epochs with a higher number trains on.");
        else if (workflow._earlyStopping?.ShouldStop == true) observer.Note("early stopping has ended this run; there is nothing left to train.");
        workflow.Train(cancellation);
    }

    /// <summary>The newest sound checkpoint, or null where the run has not come to its first.</summary>
    private Checkpoint? FindCheckpoint()
    {
        var checkpoint = _checkpoints.LoadNewestSound(out var complaints);
        if (checkpoint is null && complaints is [var newest, ..])
            throw new InvalidDataException($"none of the {complaints.Count} checkpoints in {_run.Checkpoints} is sound ({newest.TrimEnd('.')}); nothing was changed. 'elbo train --config {_run.Config}' trains anew, into another folder.");
        // The first checkpoint is written before the first weights.
        if (checkpoint is null && File.Exists(_run.Model))
            throw new InvalidDataException($"{_run.Path} has weights but no checkpoint to go on from; nothing was changed. 'elbo train --config {_run.Config}' trains anew, into another folder.");
        if (checkpoint is not null && checkpoint.State.Epoch + (checkpoint.State.BatchInEpoch > 0 ? 1 : 0) is var begun && begun > _config.Epochs)
            throw new ArgumentException($"epochs is {_config.Epochs}; the run has begun {begun} already, and none is taken back.");
        foreach (string complaint in complaints) _observer.Note($"passed over a damaged checkpoint: {complaint}");
        return checkpoint;
    }

    private void Restore(Checkpoint checkpoint)
    {
        checkpoint.Restore(_optimizer, _model.Buffers);
        _trainer.State = checkpoint.State;
        if (_earlyStopping is not null) _earlyStopping.State = checkpoint.State.EarlyStopping;
        if (checkpoint.State.Epoch == 0) return;
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
            throw new InvalidDataException($"{e.Message} Nothing was changed; move that file away to go on without its figures.", e);
        }
        _metrics.KeepUntil(checkpoint.State.Epoch);
    }

    private void Train(CancellationToken cancellation)
    {
        _observer.Started(new TrainingStart(_run, _config, _model.Parameters.Count, _split.Train.Length, _split.Validation.Length, _data.Test.Count, _trainer.Epoch + 1, _model.Device.Threads, _model.Device.InstructionSet));
        var record = IsDone ? null : BeginSession();
        while (!IsDone)
        {
            if (_trainer.RunEpoch(_observer.Stepped, cancellation) is not { } trained)
            {
                SaveCheckpoint();
                Conclude(record);
                throw new RunStoppedException($"stopped in epoch {_trainer.Epoch + 1}; 'elbo resume {_run.Path}' goes on.", cancellation);
            }
            EndEpoch(trained);
        }
        ModelFile.Save(_model, _run.Model);
        _pictures.DrawResult(_metrics);
        Conclude(record);
    }

    private bool IsDone => _trainer.Epoch >= _config.Epochs || _earlyStopping?.ShouldStop == true;

    /// <summary>Notes who begins to train, and on what. A record that was lost or damaged begins anew: training does not need it.</summary>
    private RunRecord BeginSession()
    {
        IReadOnlyList<TrainingSession> before = [];
        try
        {
            before = RunRecord.Load(_run)?.Sessions ?? [];
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
            ValidationImages = _split.Validation.Length,
            TestImages = _data.Test.Count,
            ClassNames = _data.Test.ClassNames,
            Sessions = [.. before, TrainingSession.Begin(_trainer.Epoch + 1, _model.Device.Threads, _model.Device.InstructionSet)],
        };
        record.Save(_run);
        return record;
    }

    /// <summary>What is for people only, after all that the run needs has been written.</summary>
    private void Conclude(RunRecord? record)
    {
        record?.WithLast(record.Sessions[^1].End(_trainer.Epoch)).Save(_run);
        ReportWorkflow.Run(_run);
    }

    private void EndEpoch(EpochMetrics trained)
    {
        List<EpochMetrics> rows = [trained];
        if (_split.Validation.Length > 0) rows.Add(Evaluate(_data.Train, _split.Validation, "validation", trained));
        int[] test = [.. Enumerable.Range(0, _data.Test.Count)];
        rows.Add(Evaluate(_data.Test, test, "test", trained));
        // A last step that ruined the weights shows here; a checkpoint of them would hide the sound one before.
        if (rows.Find(r => !double.IsFinite(r.Loss)) is { } bad) throw TrainingFailedException.Because($"the {bad.Split} loss became {bad.Loss} after epoch {_trainer.Epoch}");
        _trainer.EpochEnded(trained.Loss);
        _earlyStopping?.EpochEnded((float)rows[1].Loss);
        _metrics.Add(rows);
        _metrics.Save(_run.Metrics);
        bool last = IsDone;
        if (last || (_config.ImageEvery > 0 && _trainer.Epoch % _config.ImageEvery == 0)) _pictures.DrawEpoch(_trainer.Epoch);
        if (last || _trainer.Epoch % _config.CheckpointEvery == 0) SaveCheckpoint();
        _observer.EpochEnded(rows);
        if (_earlyStopping?.ShouldStop == true) _observer.Note($"stopped after epoch {_trainer.Epoch}: {_config.EarlyStopping} epochs without improvement of the {rows[1].Split} loss.");
    }

    private EpochMetrics Evaluate(ImageDataset images, int[] indices, string split, EpochMetrics trained)
        => BoundEvaluator.Evaluate(_model, images, indices, split, _config.TrainerOptions(), _rng.Fork("evaluate").Fork(split)) with { Epoch = trained.Epoch, LearningRate = trained.LearningRate, Seconds = trained.Seconds };

    /// <summary>The checkpoint first: a model file without one could not be continued from.</summary>
    private void SaveCheckpoint()
    {
        _checkpoints.Save(Checkpoint.Of(_optimizer, _trainer.State with { EarlyStopping = _earlyStopping?.State ?? new EarlyStoppingState() }, _model.Buffers));
        ModelFile.Save(_model, _run.Model);
    }
}
