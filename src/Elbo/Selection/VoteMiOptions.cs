using Elbo.Clustering;

namespace Elbo.Selection;

/// <summary>Options of <see cref="VoteMi"/>.</summary>
/// <remarks>
/// The original program has an eps of 0.18 and a bandwidth of 0.1, which suit its codes of two dimensions; by default,
/// both follow from the codes.
/// </remarks>
public sealed record VoteMiOptions
{
    /// <summary>
    /// How far apart neighbours in a cluster are at most, in units of the codes; null takes the knee of their
    /// distances. Default null.
    /// </summary>
    public double? Eps { get; init; }

    /// <summary>
    /// How many images lie within <see cref="Eps"/> of one in the midst of a cluster, itself among them; default 25.
    /// </summary>
    public int MinSamples { get; init; } = 25;

    /// <summary>
    /// Of the kernel density that anchors are drawn from, in units of the codes; null takes Scott's rule in each
    /// cluster. Default null.
    /// </summary>
    public double? Bandwidth { get; init; }

    /// <summary>
    /// Anchors of each cluster, and walkers that draw them, or as many as the dimensions need; default 10.
    /// </summary>
    public int Walkers { get; init; } = 10;

    /// <summary>Steps of the walkers before anchors are drawn; default 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>
    /// The share in (0, 1] of each cluster that the first round keeps; more where the budget needs it. Default 0.1.
    /// </summary>
    public double ClusterShare { get; init; } = 0.1;

    /// <summary>The share in (0, 1] of the budget that are anchors of the second round; default 0.1.</summary>
    public double AnchorShare { get; init; } = 0.1;

    /// <summary>Bins of intensity for mutual information, from 2 to 256; default 32.</summary>
    public int Bins { get; init; } = MutualInformation.DefaultBins;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        new DbscanOptions { Eps = Eps, MinSamples = MinSamples }.Validate();
        if (Bandwidth is { } bandwidth && !(bandwidth > 0 && double.IsFinite(bandwidth)))
            throw new ArgumentException($"bandwidth is {bandwidth}; it must be more than 0.");
        if (Walkers < 2)
            throw new ArgumentException($"walkers is {Walkers}; it must be 2 or more.");
        if (Steps < 1)
            throw new ArgumentException($"steps is {Steps}; it must be 1 or more.");
        if (!(ClusterShare is > 0 and <= 1))
            throw new ArgumentException($"cluster-share is {ClusterShare}; it must be more than 0 and at most 1.");
        if (!(AnchorShare is > 0 and <= 1))
            throw new ArgumentException($"anchor-share is {AnchorShare}; it must be more than 0 and at most 1.");
        if (Bins is < 2 or > 256)
            throw new ArgumentException($"bins is {Bins}; it must be from 2 to 256.");
    }
}
