namespace Elbo.Clustering;

/// <summary>How a <see cref="GaussianMixture"/> is fitted.</summary>
/// <remarks>Defaults are those of scikit-learn's GaussianMixture, except for the number of components.</remarks>
public sealed record GaussianMixtureOptions
{
    /// <summary>How many Gaussians, from 1 to the number of points; default 10.</summary>
    public int Components { get; init; } = 10;

    /// <summary>
    /// Added to the variances of every component, in squared units of the points, so that none collapses onto a point;
    /// more than 0. Default 1e-6.
    /// </summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>
    /// How often it begins anew, each time from clusters of k-means; the mixture of the greatest likelihood is kept.
    /// Default 1.
    /// </summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Steps of each attempt at most; default 100.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>
    /// An attempt ends when a step raises the mean log-likelihood by less than this, in nats per point; default 1e-3.
    /// </summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>
    /// Whether all components keep the weight 1/K instead of their share of the points; default false.
    /// </summary>
    public bool UniformWeights { get; init; }

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option for so many points.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate(int points)
    {
        if (Components < 1 || Components > points)
            throw new ArgumentException(
                $"{Components} components for {points} points were asked for; it must be from 1 to the number of "
                    + "points."
            );
        if (!(Regularization > 0 && double.IsFinite(Regularization)))
            throw new ArgumentException($"regularization is {Regularization}; it must be more than 0.");
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
        if (MaxIterations < 1)
            throw new ArgumentException(
                $"{MaxIterations} iterations of the mixture were asked for; it must be 1 or more."
            );
        if (!(Tolerance >= 0 && double.IsFinite(Tolerance)))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be 0 or more.");
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}
