namespace Elbo.Clustering;

/// <summary>What <see cref="KMeans"/> found.</summary>
/// <param name="Centers">(K, dimensions), row by row.</param>
/// <param name="Labels">The cluster of each point, that of its nearest centre, from 0.</param>
/// <param name="Inertia">The sum of squared distances of points from their centres.</param>
/// <param name="Iterations">Steps of the attempt that was kept.</param>
public sealed record KMeansResult(double[] Centers, int[] Labels, double Inertia, int Iterations);
