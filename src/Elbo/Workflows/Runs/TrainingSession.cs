using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;

namespace Elbo.Workflows.Runs;

/// <summary>
/// Reads and writes the files of a run while a process trains it: metrics, checkpoints, best weights, figures,
/// TensorBoard events, and the record of the process.
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

    /// <summary>Creates a session for <paramref name="run"/>. Nothing is written yet.</summary>
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

    /// <summary>Draws the training inputs.</summary>
    public void DrawInputs() => _pictures.DrawInputs();

    /// <summary>
    /// Restores the training loop and the metrics from the newest undamaged checkpoint. False if the run has no
    /// checkpoint yet.
    /// </summary>
    /// <exception cref="ArgumentException">The run has already started more epochs than requested.</exception>
    /// <exception cref="InvalidDataException">
    /// All checkpoints or the metrics are damaged. No file has been changed.
    /// </exception>
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

    /// <summary>Notes if the images are not those that the run was last trained with.</summary>
    public void CompareImages()
    {
        if (RunRecord.TryLoad(_run) is { } before && RunData.Change(before, Describe([])) is { } change)
            _observer.Note($"{change}; the result will differ from that of a new run.");
    }

    /// <summary>Records the start of training, after <see cref="Restore"/> if that is called.</summary>
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
                Model.Device.InstructionSet,
                Model.Device.IsProcessor ? "" : Model.Device.Description
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

    /// <summary>Writes the results of an epoch.</summary>
    /// <param name="figures">The metrics of each split.</param>
    public void EndEpoch(IReadOnlyList<EpochMetrics> figures)
    {
        _run.RequirePresent();
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

    /// <summary>
    /// Whether an evaluation after the last completed epoch is due and has not been written: after the end of such an
    /// epoch, and if a process ended between its checkpoint and its evaluation.
    /// </summary>
    public bool OwesEvaluation =>
        Config.Evaluation.IsDue(Loop.Epoch)
        && Loop.State.BatchInEpoch == 0
        && !File.Exists(_run.EpochEvaluation(Loop.Epoch));

    /// <summary>
    /// Evaluates the model on test images. It uses no random numbers of the training, and the seed that is the default
    /// of <c>elbo evaluate</c>.
    /// </summary>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled. Nothing is written then.</exception>
    public void Evaluate(CancellationToken cancellation)
    {
        var (test, wanted) = (_setup.Test, Config.Evaluation);
        if (wanted.Count > 0 && wanted.Count < test.Count)
            test = test.Slice(0, wanted.Count);
        var options = new EvaluateOptions
        {
            ImportanceSamples = wanted.Samples,
            Count = wanted.Count,
            Threads = Config.Threads,
        };
        var figures = new ImageFigures(Model, Config, test, options, null, cancellation);
        var evaluation = figures.ToEvaluation(options, [], []) with { Epoch = Loop.Epoch };
        _events?.Evaluated(evaluation, Loop.Epoch);
        evaluation.Save(_run.EpochEvaluation(Loop.Epoch));
        _observer.Evaluated(evaluation);
    }

    /// <summary>Saves the state of a cancelled run within an epoch, or in the evaluation after one.</summary>
    /// <returns>The exception to throw. It says how to resume.</returns>
    public RunStoppedException Stop(CancellationToken cancellation)
    {
        SaveCheckpoint();
        Conclude();
        string place = OwesEvaluation ? $"the evaluation after epoch {Loop.Epoch}" : $"epoch {Loop.Epoch + 1}";
        return new RunStoppedException($"stopped in {place}; 'elbo resume {_run.Path}' resumes it.", cancellation);
    }

    /// <summary>Writes the results after the last epoch: weights, plots, and the report.</summary>
    public void Finish()
    {
        _events?.End();
        CloseEvents();
        SaveResult();
        // With the digits that the file has: a resumed run knows no others, and draws the same curves.
        _pictures.DrawResult(File.Exists(_run.Metrics) ? MetricsTable.Load(_run.Metrics) : _metrics);
        Conclude();
    }

    /// <summary>Closes open files.</summary>
    public void Dispose() => CloseEvents();

    /// <summary>The newest undamaged checkpoint, or null if the run has none yet.</summary>
    private Checkpoint? FindCheckpoint()
    {
        var checkpoint = _checkpoints.LoadNewestSound(out var complaints);
        if (checkpoint is null && complaints is [var newest, ..])
            throw new InvalidDataException(
                $"none of the {complaints.Count} checkpoints in {_run.Checkpoints} is intact "
                    + $"({newest.TrimEnd('.')}); nothing was changed. 'elbo train --config {_run.Config}' starts "
                    + "a new run in another folder."
            );
        // The first checkpoint is written before the first model file.
        if (checkpoint is null && File.Exists(_run.Model))
            throw new InvalidDataException(
                $"{_run.Path} has weights but no checkpoint to resume from; nothing was changed. 'elbo train "
                    + $"--config {_run.Config}' starts a new run in another folder."
            );
        if (
            checkpoint is not null
            && checkpoint.State.Epoch + (checkpoint.State.BatchInEpoch > 0 ? 1 : 0) is var begun
            && begun > Config.Epochs
        )
            throw new ArgumentException(
                $"epochs is {Config.Epochs}; it must be {begun} or more, since the run has started epoch {begun}."
            );
        foreach (string complaint in complaints)
            _observer.Note($"skipped a damaged checkpoint: {complaint}");
        return checkpoint;
    }

    private void RestoreMetrics(int epochs)
    {
        if (!File.Exists(_run.Metrics))
        {
            _observer.Note($"{_run.Metrics} is missing; the metrics of {epochs} epochs are lost.");
            return;
        }
        try
        {
            _metrics.Add(MetricsTable.Load(_run.Metrics).Rows);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"{e.Message} Nothing was changed; move that file away to resume without its metrics.",
                e
            );
        }
        _metrics.KeepUntil(epochs);
    }

    /// <summary>
    /// Reads the best epoch. Training does not depend on it, so a missing or damaged file is not an error.
    /// </summary>
    private void RestoreBest(int epochs)
    {
        string lost;
        try
        {
            Loop.Best = _best.Read();
            if (Loop.Best is not null)
                return;
            lost = $"{_run.Best} is missing";
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            lost = e.Message.TrimEnd('.');
        }
        _observer.Note($"{lost}; the {epochs} epochs before can no longer be the best one.");
    }

    /// <summary>
    /// Records the process and its machine. A lost or damaged record is replaced by a new one, because training does
    /// not need it.
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
            _observer.Note($"{e.Message} A new one is started.");
        }
        var record = Describe([.. before?.Sessions ?? [], RunSession.Begin(Loop.Epoch + 1, Model.Device)]);
        record.Save(_run);
        return record;
    }

    private RunRecord Describe(IReadOnlyList<RunSession> sessions) =>
        new()
        {
            Parameters = Model.Parameters.Count,
            ImageShape = Model.ImageShape.ToString(),
            TrainImages = _setup.TrainImages,
            ValidationImages = _setup.ValidationImages,
            TestImages = _setup.Test.Count,
            ClassNames = _setup.Test.ClassNames,
            Data = _setup.Data,
            Sessions = sessions,
        };

    /// <summary>
    /// Writes the checkpoint first, because a run with a model file but no checkpoint could not be resumed.
    /// </summary>
    private void SaveCheckpoint()
    {
        _checkpoints.Save(Checkpoint.Of(Loop.Optimizer, Loop.State, Model.Buffers));
        ModelFile.Save(Model, _run.Model);
    }

    /// <summary>
    /// Writes the final weights: those of the best epoch if early stopping trained beyond it, else those of the last
    /// epoch.
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

    /// <summary>Writes what is for people only, after all files that the run needs.</summary>
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
