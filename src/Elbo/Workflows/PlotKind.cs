namespace Elbo.Workflows;

/// <summary>Kinds of plots of a run.</summary>
public enum PlotKind
{
    /// <summary>Codes coloured by label.</summary>
    Latent,

    /// <summary>Images decoded from a grid over the latent plane.</summary>
    Manifold,

    /// <summary>The loss and its terms over the epochs.</summary>
    Curves,

    /// <summary>Images generated from each cluster.</summary>
    Clusters,

    /// <summary>Images, their reconstructions, and their cluster probabilities.</summary>
    Assignments,

    /// <summary>Codes z coloured by label and, beside it, by cluster.</summary>
    LatentClusters,

    /// <summary>Codes w coloured by label and, beside it, by cluster.</summary>
    StyleClusters,
}
