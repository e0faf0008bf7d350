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

    private TrainWorkflow(RunFolder run, RunConfig config, DatasetSplits data, Device device, ITrainingObserver observer)
    {
        (_run, _config, _data, _observer) = (run, config, data, observer);
        _rng = new Rng(config.Seed);
        _split = IndexSplit.ByFraction(data.Train.Count, config.ValidationFraction, _rng.Fork("validation"));
        _model = ModelCatalog.Get(config.Model).Create(config.VaeOptions(), data.Train.Shape, device, _rng.Fork("weights"));
        _optimizer = OptimizerCatalog.Get(config.Optimizer).Create(_model.Parameters);
        var schedule = ScheduleCatalog.Get(config.Schedule).Create(config.LearningRate, config.Epochs);
        _trainer = new Trainer(_model, _optimizer, schedule, config.TrainerOptions(), data.Train, _split.Train, _rng.Fork("train"));
        _earlyStopping = config.EarlyStopping > 0 ? new EarlyStopping(new EarlyStoppingOptions { Patience = config.EarlyStopping }) : null;
        _checkpoints = new CheckpointStore(run.Checkpoints);
        _pictures = new RunPictures(run, config, _model, data.Test);
    }

    /// <summary>Trains from the start into a new run folder.</summary>
    /// <param name="config">All options.</param>
    /// <param name="output">The folder above the run folder.</param>
    /// <param name="overwrite">Whether a run of the same name is deleted.</param>
    /// <param name="location">Where datasets are.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="download">Told of downloads.</param>
    /// <param name="cancellation">Ends training after the running step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">Data cannot be had, or the folder cannot be written.</exception>
    /// <exception cref="TrainingFailedException">The loss is not a finite number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the run can be resumed.</exception>
    public static RunFolder Start(RunConfig config, string output, bool overwrite, DataLocation location, ITrainingObserver observer, IProgress<DownloadProgress>? download = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        // Everything that can be wrong is found before the folder is made.
        var data = DatasetCatalog.Get(config.Dataset).Load(location, download, cancellation);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var run = RunFolder.Create(output, config.Name ?? $"{config.Model}-{config.Dataset}-z{config.LatentDim}", overwrite);
        RunSettings.Save(config, run);
        var workflow = new TrainWorkflow(run, config, data, device, observer);
        workflow._pictures.DrawInputs();
        workflow.Train(cancellation);
        return run;
    }

    /// <summary>Goes on from the newest sound checkpoint, to the same bits as if never stopped; without one, from the start.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epochs">How many epochs it is to have in all; null keeps what it was started with.</param>
    /// <param name="location">Where datasets are.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="download">Told of downloads.</param>
    /// <param name="cancellation">Ends training after the running step, with a checkpoint.</param>
    /// <exception cref="InvalidDataException">The run's files are damaged.</exception>
    public static void Resume(RunFolder run, int? epochs, DataLocation location, ITrainingObserver observer, IProgress<DownloadProgress>? download = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(observer);
        var config = RunSettings.Load(run);
        if (epochs is { } wished) config = config with { Epochs = wished };
        config.Validate();
        var data = DatasetCatalog.Get(config.Dataset).Load(location, download, cancellation);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var workflow = new TrainWorkflow(run, config, data, device, observer);
        var checkpoint = workflow._checkpoints.LoadNewestSound(out var complaints);
        foreach (string complaint in complaints) observer.Note($"passed over a damaged checkpoint: {complaint}");
        if (checkpoint is null && complaints.Count > 0)
            throw new InvalidDataException($"no checkpoint in {run.Checkpoints} is sound; nothing was changed. Move that folder away to train this run anew.");
        if (checkpoint is null)
        {
            observer.Note("there is no sound checkpoint yet; training begins anew.");
            workflow._pictures.DrawInputs();
        }
        else workflow.Restore(checkpoint);
        if (epochs is not null) RunSettings.Save(config, run);
        if (workflow._trainer.Epoch >= config.Epochs && checkpoint!.State.BatchInEpoch == 0)
            observer.Note($"all {config.Epochs} epochs are done; --epochs with a higher number trains on.");
        workflow.Train(cancellation);
    }

    private void Restore(Checkpoint checkpoint)
    {
        checkpoint.Restore(_optimizer);
        _trainer.State = checkpoint.State;
        if (_earlyStopping is not null) _earlyStopping.State = checkpoint.State.EarlyStopping;
        if (checkpoint.State.Epoch == 0) return;
        _metrics.Add(MetricsTable.Load(_run.Metrics).Rows);
        _metrics.KeepUntil(checkpoint.State.Epoch);
    }

    private void Train(CancellationToken cancellation)
    {
        _observer.Started(new TrainingStart(_run, _config, _model.Parameters.Count, _split.Train.Length, _split.Validation.Length, _data.Test.Count, _trainer.Epoch + 1, _model.Device.Threads, _model.Device.InstructionSet));
        while (_trainer.Epoch < _config.Epochs && _earlyStopping?.ShouldStop != true)
        {
            if (_trainer.RunEpoch(_observer.Stepped, cancellation) is not { } trained)
            {
                SaveCheckpoint();
                throw new OperationCanceledException($"stopped in epoch {_trainer.Epoch + 1}; 'elbo resume {_run.Path}' goes on.", cancellation);
            }
            EndEpoch(trained);
        }
        ModelFile.Save(_model, _run.Model);
        _pictures.DrawResult(_metrics);
    }

    private void EndEpoch(EpochMetrics trained)
    {
        List<EpochMetrics> rows = [trained];
        if (_split.Validation.Length > 0) rows.Add(Evaluate(_data.Train, _split.Validation, "validation", trained));
        int[] test = [.. Enumerable.Range(0, _data.Test.Count)];
        rows.Add(Evaluate(_data.Test, test, "test", trained));
        _trainer.EpochEnded(trained.Loss);
        _earlyStopping?.EpochEnded((float)rows[1].Loss);
        _metrics.Add(rows);
        _metrics.Save(_run.Metrics);
        bool last = _trainer.Epoch == _config.Epochs || _earlyStopping?.ShouldStop == true;
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
        _checkpoints.Save(Checkpoint.Of(_optimizer, _trainer.State with { EarlyStopping = _earlyStopping?.State ?? new EarlyStoppingState() }));
        ModelFile.Save(_model, _run.Model);
    }
}
