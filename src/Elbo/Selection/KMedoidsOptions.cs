namespace Elbo.Selection;

/// <summary>Options of <see cref="KMedoids"/>.</summary>
public sealed record KMedoidsOptions
{
    /// <summary>How often all images are tried as medoids, at most; default 100.</summary>
    public int Passes { get; init; } = 100;

    /// <summary>
    /// The search ends after a pass that shortens the sum of distances by no more than this share; default 10⁻⁴.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Passes < 0)
            throw new ArgumentException($"passes is {Passes}; it must be 0 or more.");
        if (!(Tolerance is >= 0 and < 1))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be at least 0 and below 1.");
    }
}
