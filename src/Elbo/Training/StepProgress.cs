namespace Elbo.Training;

/// <summary>How far an epoch has come.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Batch">Steps done in it.</param>
/// <param name="Batches">Steps it has.</param>
/// <param name="Loss">Mean loss so far, nats per image.</param>
/// <param name="ImagesPerSecond">Throughput so far.</param>
public readonly record struct StepProgress(int Epoch, int Batch, int Batches, double Loss, double ImagesPerSecond);
