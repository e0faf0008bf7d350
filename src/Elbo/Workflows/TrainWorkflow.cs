using Elbo.Data;
using Elbo.Engine;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>What <c>elbo train</c> and <c>elbo resume</c> do: data, model, epochs, result.</summary>
public static class TrainWorkflow
{
    /// <summary>Trains from the start into a new run folder.</summary>
    /// <param name="config">All options.</param>
    /// <param name="output">The folder above the run folder.</param>
    /// <param name="overwrite">Whether a run of the same name is deleted.</param>
    /// <param name="location">Where datasets are.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="progress">Told of downloads and of the reading of image files.</param>
    /// <param name="cancellation">Ends training after the running step, with a checkpoint.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">Data cannot be found, or the folder cannot be written.</exception>
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
        ArgumentNullException.ThrowIfNull(observer);
        config.Validate();
        string name = config.RunName;
        RunFolder.RequirePlace(output, name, overwrite);
        var data = DatasetCatalog.Get(config.Dataset).Load(location, config.DatasetOptions, progress, cancellation);
        config = config.ResolveImages(data.Train.Shape, data.Background);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        // The model comes before the folder: what is wrong with the options shows before a file is touched.
        var setup = new TrainingSetup(config, data, device);
        var run = RunFolder.Create(output, name, overwrite);
        using var held = RunLock.Take(run);
        RunSettings.Save(config, run);
        SkippedFiles.Report(data, run, observer);
        using var session = new TrainingSession(run, setup, observer);
        session.DrawInputs();
        Train(setup.Loop, session, observer, cancellation);
        return run;
    }

    /// <summary>
    /// Continues from the newest sound checkpoint, to the same bits as if never stopped; without one, from the start.
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
        var data = DatasetCatalog.Get(config.Dataset).Load(location, config.DatasetOptions, progress, cancellation);
        using var device = new Device(new DeviceOptions { Threads = config.Threads });
        var setup = new TrainingSetup(config, data, device);
        using var session = new TrainingSession(run, setup, observer);
        if (!session.Restore())
            observer.Note("there is no checkpoint yet; training begins anew.");
        run.DeleteStrays();
        SkippedFiles.Report(data, run, observer);
        if (epochs is not null)
            RunSettings.Save(config, run);
        if (setup.Loop.State.Step == 0)
            session.DrawInputs();
        else if (setup.Loop.Epoch == config.Epochs)
            observer.Note($"all {config.Epochs} epochs are done; --epochs with a higher number trains on.");
        else if (setup.Loop.StoppedEarly)
            observer.Note("early stopping has ended this run; there is nothing left to train.");
        Train(setup.Loop, session, observer, cancellation);
    }

    private static void Train(
        TrainingLoop loop,
        TrainingSession session,
        ITrainingObserver observer,
        CancellationToken cancellation
    )
    {
        if (!loop.Ended)
            session.Begin();
        while (!loop.Ended)
        {
            if (loop.RunEpoch(observer.Stepped, cancellation) is { } figures)
                session.EndEpoch(figures);
            else
                throw session.Stop(cancellation);
        }
        session.Finish();
    }
}

/// <summary>Training was cancelled and has left a checkpoint; the message says how to continue.</summary>
public sealed class RunStoppedException : OperationCanceledException
{
    /// <summary>With a message for the person who stopped the run.</summary>
    public RunStoppedException(string message, CancellationToken token)
        : base(message, token) { }

    /// <summary>With a message for the person who stopped the run.</summary>
    public RunStoppedException(string message)
        : base(message) { }

    /// <summary>With a message and what caused it.</summary>
    public RunStoppedException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>With a general message.</summary>
    public RunStoppedException()
        : base("training was stopped.") { }
}
