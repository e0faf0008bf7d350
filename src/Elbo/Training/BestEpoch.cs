namespace Elbo.Training;

/// <summary>The epoch after which the loss of images held out was lowest.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Split">Whose loss: <c>validation</c>, or <c>test</c> where no images are kept for validation.</param>
/// <param name="Loss">Nats per image.</param>
internal sealed record BestEpoch(int Epoch, string Split, double Loss);
