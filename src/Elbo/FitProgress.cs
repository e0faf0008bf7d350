using Elbo.Training;

namespace Elbo;

/// <summary>
/// How far <see cref="Autoencoder.Fit"/> has come: told after every step, and once more at the end of every epoch.
/// </summary>
/// <param name="Epoch">The epoch that runs, from 1.</param>
/// <param name="Epochs">How many there are to be.</param>
/// <param name="Batch">Steps done in it.</param>
/// <param name="Batches">Steps it has.</param>
/// <param name="Loss">Mean loss of the epoch so far, nats per image.</param>
/// <param name="ImagesPerSecond">Throughput of the epoch so far.</param>
/// <param name="Figures">At the end of an epoch, those of the training images and of the validation images where there
/// are any; else none.</param>
public sealed record FitProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double ImagesPerSecond,
    IReadOnlyList<EpochMetrics> Figures
);
