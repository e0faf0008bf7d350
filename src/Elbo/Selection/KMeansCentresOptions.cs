namespace Elbo.Selection;

/// <summary>Options of <see cref="KMeansCentres"/>.</summary>
public sealed record KMeansCentresOptions
{
    /// <summary>How often k-means begins anew; the result of the least inertia is kept. Default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Checks the range.</summary>
    /// <exception cref="ArgumentException">It is out of range.</exception>
    public void Validate()
    {
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
    }
}
