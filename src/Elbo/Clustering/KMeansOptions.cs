namespace Elbo.Clustering;

/// <summary>How <see cref="KMeans"/> looks for clusters.</summary>
/// <remarks>Defaults are those of scikit-learn's KMeans, which until 1.4 also tried 10 times.</remarks>
public sealed record KMeansOptions
{
    /// <summary>How many clusters, from 1 to the number of points; default 10.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>How often it begins anew; the result of the least inertia is kept. Default 10.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>Steps of each attempt at most; default 300.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// An attempt ends when centres move less than this share of the points' spread in a step; 0 goes on until no point
    /// changes its cluster. Default 1e-4.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option for so many points.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate(int points)
    {
        if (Clusters < 1 || Clusters > points)
            throw new ArgumentException(
                $"{Clusters} clusters of {points} points were asked for; it must be from 1 to the number of points."
            );
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
        if (MaxIterations < 1)
            throw new ArgumentException($"{MaxIterations} iterations of k-means were asked for; it must be 1 or more.");
        if (!(Tolerance >= 0 && double.IsFinite(Tolerance)))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be 0 or more.");
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}
