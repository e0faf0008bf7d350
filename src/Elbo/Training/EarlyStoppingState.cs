namespace Elbo.Training;

/// <summary>What <see cref="EarlyStopping"/> remembers between epochs.</summary>
public sealed record EarlyStoppingState
{
    /// <summary>The best validation loss so far; null before the first.</summary>
    public float? Best { get; init; }

    /// <summary>Epochs in a row that did not improve on it.</summary>
    public int BadEpochs { get; init; }
}
