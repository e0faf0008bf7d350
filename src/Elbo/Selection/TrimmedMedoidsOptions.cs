namespace Elbo.Selection;

/// <summary>Options of <see cref="TrimmedMedoids"/>.</summary>
public sealed record TrimmedMedoidsOptions
{
    /// <summary>The share of its cluster that an image is to be near to, above 0 and at most 1; default one half.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>How often k-means begins anew; the result of the least inertia is kept. Default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (!(Share is > 0 and <= 1)) throw new ArgumentException($"share is {Share}; it must be above 0 and at most 1.");
        if (Restarts < 1) throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
    }
}
