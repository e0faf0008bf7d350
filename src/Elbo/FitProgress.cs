using Elbo.Training;

namespace Elbo;

/// <summary>
/// Progress of <see cref="Autoencoder.Fit"/>, reported after every step and at the end of every epoch.
/// </summary>
/// <param name="Epoch">Number of the current epoch, from 1.</param>
/// <param name="Epochs">Total number of epochs.</param>
/// <param name="Batch">Completed steps of the epoch.</param>
/// <param name="Batches">Total steps of the epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far, in nats per image.</param>
/// <param name="ImagesPerSecond">Throughput of the epoch so far, in images per second.</param>
/// <param name="Figures">
/// At the end of an epoch, the metrics of the training images and of the validation images if any; else empty.
/// </param>
public sealed record FitProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double ImagesPerSecond,
    IReadOnlyList<EpochMetrics> Figures
)
{
    /// <summary>The progress after <paramref name="step"/>, with the metrics of a completed epoch if any.</summary>
    internal static FitProgress Of(StepProgress step, int epochs, IReadOnlyList<EpochMetrics> figures) =>
        new(step.Epoch, epochs, step.Batch, step.Batches, step.Loss, step.ImagesPerSecond, figures);
}
