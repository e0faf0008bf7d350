using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// What a process writes while it trains a run, and reads to continue it: metrics, checkpoints, best weights,
/// pictures, events for TensorBoard, and the record of who trained it.
/// </summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly RunFolder _run;
    private readonly TrainingSetup _setup;
    private readonly ITrainingObserver _observer;
    private readonly CheckpointStore _checkpoints;
    private readonly BestWeights _best;
    private readonly RunPictures _pictures;
    private readonly MetricsTable _metrics = new();
    private RunRecord? _record;
    private RunEvents? _events;

    /// <summary>For <paramref name="run"/>; nothing is written yet.</summary>
    public TrainingSession(RunFolder run, TrainingSetup setup, ITrainingObserver observer)
    {
        (_run, _setup, _observer) = (run, setup, observer);
        _checkpoints = new CheckpointStore(run.Checkpoints, setup.Config.KeepCheckpoints);
        _best = new BestWeights(run.Best);
        _pictures = new RunPictures(run, setup.Config, setup.Model, setup.Test);
    }

    private RunConfig Config => _setup.Config;

    private GenerativeModel Model => _setup.Model;

    private TrainingLoop Loop => _setup.Loop;

    /// <summary>Draws what the model is to learn.</summary>
    public void DrawInputs() => _pictures.DrawInputs();

    /// <summary>
    /// Brings the loop to where the newest sound checkpoint has it, with the figures until then; false where the run
    /// has not come to its first checkpoint.
    /// </summary>
    /// <exception cref="ArgumentException">The run has begun more epochs than it is to have.</exception>
    /// <exception cref="InvalidDataException">No checkpoint is sound, or the figures are damaged; no file has been
    /// changed.</exception>
    public bool Restore()
    {
        if (FindCheckpoint() is not { } checkpoint)
            return false;
        checkpoint.Restore(Loop.Optimizer, Model.Buffers);
        Loop.State = checkpoint.State;
        if (checkpoint.State.Epoch == 0)
            return true;
        if (_setup.KeepsBest)
            RestoreBest(checkpoint.State.Epoch);
        RestoreMetrics(checkpoint.State.Epoch);
        return true;
    }

    /// <summary>Notes that training begins, after <see cref="Restore"/> where that is called.</summary>
    public void Begin()
    {
        _observer.Started(
            new TrainingStart(
                _run,
                Config,
                Model.Parameters.Count,
                _setup.TrainImages,
                _setup.ValidationImages,
                _setup.Test.Count,
                Loop.Epoch + 1,
                Model.Device.Threads,
                Model.Device.InstructionSet
            )
        );
        _record = BeginRecord();
        if (Config.Tensorboard != TensorboardDetail.None)
            _events = new RunEvents(
                _run,
                Config,
                Model,
                _setup.Test,
                _pictures,
                Loop.Epoch,
                _record.Sessions[0].Started
            );
    }

    /// <summary>Writes what an epoch has given.</summary>
    /// <param name="figures">Of each split.</param>
    public void EndEpoch(IReadOnlyList<EpochMetrics> figures)
    {
        _metrics.Add(figures);
        _metrics.Save(_run.Metrics);
        bool draws = Loop.Ended || (Config.ImageEvery > 0 && Loop.Epoch % Config.ImageEvery == 0);
        var pictures = draws ? _pictures.DrawEpoch(Loop.Epoch) : null;
        _events?.EndEpoch(figures, pictures);
        if (_setup.KeepsBest && Loop.IsBest)
            _best.Save(Model, Loop.Best!);
        if (Loop.Ended || Loop.Epoch % Config.CheckpointEvery == 0)
            SaveCheckpoint();
        _observer.EpochEnded(figures);
        if (Loop.StoppedEarly)
            _observer.Note(
                $"stopped after epoch {Loop.Epoch}: {Config.EarlyStopping} epochs without improvement of the "
                    + $"{figures[1].Split} loss."
            );
    }

    /// <summary>Keeps what a cancelled run has come to, within an epoch.</summary>
    /// <returns>What to throw: it says how to continue.</returns>
    public RunStoppedException Stop(CancellationToken cancellation)
    {
        SaveCheckpoint();
        Conclude();
        return new RunStoppedException(
            $"stopped in epoch {Loop.Epoch + 1}; 'elbo resume {_run.Path}' goes on.",
            cancellation
        );
    }

    /// <summary>Writes the result once no epoch is left: weights, plots, and the page that shows the run.</summary>
    public void Finish()
    {
        _events?.End();
        CloseEvents();
        SaveResult();
        _pictures.DrawResult(_metrics);
        Conclude();
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose() => CloseEvents();

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
            && begun > Config.Epochs
        )
            throw new ArgumentException(
                $"epochs is {Config.Epochs}; the run has begun {begun} already, and none is taken back."
            );
        foreach (string complaint in complaints)
            _observer.Note($"passed over a damaged checkpoint: {complaint}");
        return checkpoint;
    }

    private void RestoreMetrics(int epochs)
    {
        if (!File.Exists(_run.Metrics))
        {
            _observer.Note($"{_run.Metrics} is gone, and with it the figures of {epochs} epochs.");
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
        _metrics.KeepUntil(epochs);
    }

    /// <summary>
    /// Learns which epoch was best. Training does not depend on it, so that a loss of that file ends nothing.
    /// </summary>
    private void RestoreBest(int epochs)
    {
        string lost;
        try
        {
            Loop.Best = _best.Read();
            if (Loop.Best is not null)
                return;
            lost = $"{_run.Best} is gone";
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            lost = e.Message.TrimEnd('.');
        }
        _observer.Note($"{lost}; of the {epochs} epochs before, none can be the best one now.");
    }

    /// <summary>
    /// Notes who begins to train, and on what. A record that is lost or damaged starts again: training does not need
    /// it.
    /// </summary>
    private RunRecord BeginRecord()
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
            Parameters = Model.Parameters.Count,
            ImageShape = Model.ImageShape.ToString(),
            TrainImages = _setup.TrainImages,
            ValidationImages = _setup.ValidationImages,
            TestImages = _setup.Test.Count,
            ClassNames = _setup.Test.ClassNames,
            Sessions =
            [
                .. before?.Sessions ?? [],
                RunSession.Begin(Loop.Epoch + 1, Model.Device.Threads, Model.Device.InstructionSet),
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

    /// <summary>The checkpoint first: a model file without one could not be continued from.</summary>
    private void SaveCheckpoint()
    {
        _checkpoints.Save(Checkpoint.Of(Loop.Optimizer, Loop.State, Model.Buffers));
        ModelFile.Save(Model, _run.Model);
    }

    /// <summary>
    /// The weights that the run is to be known by: those of the best epoch where early stopping let training go on
    /// beyond it, else the last ones.
    /// </summary>
    private void SaveResult()
    {
        if (Config.EarlyStopping == 0 || Loop.Best is not { } best)
        {
            ModelFile.Save(Model, _run.Model);
            return;
        }
        if (!Loop.IsBest)
            _best.Restore(Model);
        ModelFile.Save(Model, _run.Model, BestWeights.Notes(best));
        _observer.Note(
            $"{Path.GetFileName(_run.Model)} has the weights of epoch {best.Epoch}, whose {best.Split} loss of "
                + $"{best.Loss:F2} is the lowest."
        );
    }

    /// <summary>What is for people only, after all that the run needs has been written.</summary>
    private void Conclude()
    {
        _record?.WithLast(_record.Sessions[^1].End(Loop.Epoch)).Save(_run);
        ReportWorkflow.Run(_run);
    }

    private void CloseEvents()
    {
        _events?.Dispose();
        _events = null;
    }
}
