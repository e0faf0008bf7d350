namespace Elbo.Training;

/// <summary>Options of <see cref="EarlyStopping"/>.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Epochs in a row without improvement after which training ends.</summary>
    public int Patience { get; init; } = 15;

    /// <summary>By how much, in nats per image, a loss has to be below the best to count as an improvement.</summary>
    public float MinimumDelta { get; init; } = 0.1f;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequirePositive(Patience);
        HyperParameter.RequireNotNegative(MinimumDelta);
    }
}
