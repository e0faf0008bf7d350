namespace Elbo.Models;

/// <summary>What p(y|w, z) of a Gaussian-mixture VAE is: which cluster a code belongs to.</summary>
public enum ClusterPosterior
{
    /// <summary>
    /// By Bayes' rule from the clusters' densities, p(z|w, y) / Σ p(z|w, y′): exact, and without parameters
    /// (Dilokthanakul et al. 2016).
    /// </summary>
    Bayes,

    /// <summary>A network with a softmax, which learns to give the same.</summary>
    Network,
}
