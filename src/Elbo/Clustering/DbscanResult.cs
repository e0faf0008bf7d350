namespace Elbo.Clustering;

/// <summary>What <see cref="Dbscan"/> found.</summary>
/// <param name="Labels">The cluster of each point, from 0 in the order of their first core points; −1 for noise, which
/// is no cluster.</param>
/// <param name="Clusters">How many clusters there are; 0 where all is noise.</param>
/// <param name="Eps">How far apart neighbours were allowed to be.</param>
public sealed record DbscanResult(int[] Labels, int Clusters, double Eps);
