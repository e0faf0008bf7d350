namespace Elbo.Selection;

/// <summary>Options of <see cref="ProbCover"/>.</summary>
public sealed record ProbCoverOptions
{
    /// <summary>Radius of the balls, in units of the codes; null finds it by purity.</summary>
    public double? Radius { get; init; }

    /// <summary>For finding the radius: the share of balls that must be pure; default 0.95, the paper's.</summary>
    public double Purity { get; init; } = 0.95;

    /// <summary>For finding the radius: how many k-means clusters, which stand in for classes; default 10.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Radius is { } radius && !(radius > 0 && double.IsFinite(radius)))
            throw new ArgumentException($"radius is {radius}; it must be a positive number.");
        if (!(Purity is > 0 and < 1))
            throw new ArgumentException($"purity is {Purity}; it must be above 0 and below 1.");
        if (Clusters < 1)
            throw new ArgumentException($"clusters is {Clusters}; it must be 1 or more.");
    }
}
