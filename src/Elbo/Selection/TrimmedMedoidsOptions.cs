namespace Elbo.Selection;

/// <summary>Options of <see cref="TrimmedMedoids"/>.</summary>
public sealed record TrimmedMedoidsOptions
{
    /// <summary>
    /// The share of its cluster that an image is to be near to, above 0 and at most 1; default one half.
    /// </summary>
    public double Share { get; init; } = 0.5;

    /// <summary>
    /// The share of all images, those in the sparsest places, that are neither chosen nor looked at, from 0 to below 1;
    /// default a tenth.
    /// </summary>
    public double Outliers { get; init; } = 0.1;

    /// <summary>How sparse a place is, is said by the distance to this neighbour; default 10.</summary>
    public int Neighbours { get; init; } = 10;

    /// <summary>How often k-means begins anew; the result of the least inertia is kept. Default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (!(Share is > 0 and <= 1))
            throw new ArgumentException($"share is {Share}; it must be above 0 and at most 1.");
        if (!(Outliers is >= 0 and < 1))
            throw new ArgumentException($"outliers is {Outliers}; it must be at least 0 and below 1.");
        if (Neighbours < 1)
            throw new ArgumentException($"neighbours is {Neighbours}; it must be 1 or more.");
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
    }
}
