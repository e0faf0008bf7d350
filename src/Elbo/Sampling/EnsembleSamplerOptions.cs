namespace Elbo.Sampling;

/// <summary>How long an <see cref="EnsembleSampler"/> walks.</summary>
public sealed record EnsembleSamplerOptions
{
    /// <summary>Steps that are kept, each of all walkers; default 1000.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Steps before those, which forget where walkers began; default 100.</summary>
    public int BurnIn { get; init; } = 100;

    /// <summary>How far a stretch goes at most, and a shrinking its inverse; more than 1, default 2.</summary>
    public double Stretch { get; init; } = 2;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Steps < 1)
            throw new ArgumentException($"{Steps} steps were asked for; it must be 1 or more.");
        if (BurnIn < 0)
            throw new ArgumentException($"{BurnIn} steps of burn-in were asked for; it must be 0 or more.");
        if (!(Stretch > 1 && double.IsFinite(Stretch)))
            throw new ArgumentException($"stretch is {Stretch}; it must be more than 1.");
    }
}
