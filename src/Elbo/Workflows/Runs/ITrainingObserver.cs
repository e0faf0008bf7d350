using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;

namespace Elbo.Workflows.Runs;

/// <summary>Receives the events of a training run.</summary>
public interface ITrainingObserver
{
    /// <summary>Called once before the first step.</summary>
    void Started(TrainingStart start);

    /// <summary>Called after every step.</summary>
    void Stepped(StepProgress progress);

    /// <summary>Called after every epoch with the metrics of each split.</summary>
    void EpochEnded(IReadOnlyList<EpochMetrics> metrics);

    /// <summary>Called with the result of an evaluation after an epoch.</summary>
    void Evaluated(ModelEvaluation evaluation);

    /// <summary>Called with a message for the user.</summary>
    void Note(string message);
}

/// <summary>Information about a run that is about to train.</summary>
/// <param name="Run">Folder of the run.</param>
/// <param name="Config">Options of the run.</param>
/// <param name="Parameters">Number of trained parameters.</param>
/// <param name="TrainImages">Number of training images.</param>
/// <param name="ValidationImages">Number of validation images.</param>
/// <param name="TestImages">Number of test images.</param>
/// <param name="FirstEpoch">The first epoch to train, from 1.</param>
/// <param name="Threads">Threads in use.</param>
/// <param name="InstructionSet">Vector instructions in use, or the kind of the GPU.</param>
/// <param name="Gpu">The GPU in use; empty for the processor.</param>
public sealed record TrainingStart(
    RunFolder Run,
    RunConfig Config,
    long Parameters,
    int TrainImages,
    int ValidationImages,
    int TestImages,
    int FirstEpoch,
    int Threads,
    string InstructionSet,
    string Gpu
);
