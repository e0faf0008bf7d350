namespace Elbo.Selection;

/// <summary>Options of <see cref="TypiClust"/>; defaults are the paper's.</summary>
public sealed record TypiClustOptions
{
    /// <summary>How many of the nearest images of its cluster an image is typical of; default 20.</summary>
    public int Neighbours { get; init; } = 20;

    /// <summary>Clusters at most, however many images are to be chosen; default 500.</summary>
    public int Clusters { get; init; } = 500;

    /// <summary>Clusters of no more images than this are passed over; default 5.</summary>
    public int SmallestCluster { get; init; } = 5;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Neighbours < 1)
            throw new ArgumentException($"neighbours is {Neighbours}; it must be 1 or more.");
        if (Clusters < 1)
            throw new ArgumentException($"clusters is {Clusters}; it must be 1 or more.");
        if (SmallestCluster < 0)
            throw new ArgumentException($"smallest-cluster is {SmallestCluster}; it must be 0 or more.");
    }
}
