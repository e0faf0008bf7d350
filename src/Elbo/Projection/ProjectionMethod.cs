namespace Elbo.Projection;

/// <summary>How codes of many dimensions are brought to a plane.</summary>
public enum ProjectionMethod
{
    /// <summary>The two directions in which codes vary most; linear.</summary>
    Pca,

    /// <summary>Neighbours stay neighbours; not linear, and distances between groups mean little.</summary>
    Tsne,
}
