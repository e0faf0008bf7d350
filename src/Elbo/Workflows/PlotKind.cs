namespace Elbo.Workflows;

/// <summary>A plot of a run.</summary>
public enum PlotKind
{
    /// <summary>Codes coloured by label.</summary>
    Latent,

    /// <summary>Decoded images over the latent plane.</summary>
    Manifold,

    /// <summary>Loss and its terms over the epochs.</summary>
    Curves,

    /// <summary>Images generated from each cluster.</summary>
    Clusters,

    /// <summary>Images, their reconstructions, and the probabilities of clusters.</summary>
    Assignments,

    /// <summary>Codes z coloured by label, and beside it by cluster.</summary>
    LatentClusters,

    /// <summary>Codes w coloured by label, and beside it by cluster.</summary>
    StyleClusters,
}
