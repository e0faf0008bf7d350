using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Told what a training run does.</summary>
public interface ITrainingObserver
{
    /// <summary>Once, before the first step.</summary>
    void Started(TrainingStart start);

    /// <summary>After every step.</summary>
    void Stepped(StepProgress progress);

    /// <summary>After every epoch, with the figures of each split.</summary>
    void EpochEnded(IReadOnlyList<EpochMetrics> metrics);

    /// <summary>Something worth a line.</summary>
    void Note(string message);
}

/// <summary>What is about to be trained.</summary>
/// <param name="Run">Where its files go.</param>
/// <param name="Config">Its options.</param>
/// <param name="Parameters">Number of trained numbers.</param>
/// <param name="TrainImages">Images trained on.</param>
/// <param name="ValidationImages">Images kept for validation.</param>
/// <param name="TestImages">Images kept for testing.</param>
/// <param name="FirstEpoch">The epoch that runs first, from 1.</param>
/// <param name="Threads">Threads in use.</param>
/// <param name="InstructionSet">Vector instructions in use.</param>
public sealed record TrainingStart(
    RunFolder Run,
    RunConfig Config,
    long Parameters,
    int TrainImages,
    int ValidationImages,
    int TestImages,
    int FirstEpoch,
    int Threads,
    string InstructionSet
);
