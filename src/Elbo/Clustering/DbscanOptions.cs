namespace Elbo.Clustering;

/// <summary>How <see cref="Dbscan"/> tells clusters from noise.</summary>
public sealed record DbscanOptions
{
    /// <summary>
    /// How far apart neighbours are at most, in units of the points; null derives it from the points, see
    /// <see cref="NeighbourDistances.Knee"/>. Default null.
    /// </summary>
    public double? Eps { get; init; }

    /// <summary>How many points, itself among them, lie within <see cref="Eps"/> of a core point; default 25.</summary>
    public int MinSamples { get; init; } = 25;

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Eps is { } eps && !(eps > 0 && double.IsFinite(eps)))
            throw new ArgumentException($"eps is {eps}; it must be more than 0.");
        if (MinSamples < 1)
            throw new ArgumentException($"min-samples is {MinSamples}; it must be 1 or more.");
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}
