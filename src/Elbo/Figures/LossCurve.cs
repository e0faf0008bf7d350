namespace Elbo.Figures;

/// <summary>How one term of the loss went on one split of the data.</summary>
/// <param name="Split">Which images: train, validation, test.</param>
/// <param name="Term">Which term: ELBO, reconstruction, KL.</param>
/// <param name="Values">Nats per image, one for each epoch; NaN where it was not measured.</param>
/// <param name="Epochs">The epochs of the values; null numbers them from 1.</param>
public sealed record LossCurve(
    string Split,
    string Term,
    IReadOnlyList<double> Values,
    IReadOnlyList<double>? Epochs = null
);
