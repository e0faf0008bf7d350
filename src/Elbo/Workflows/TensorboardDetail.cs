namespace Elbo.Workflows;

/// <summary>How much a run writes for TensorBoard.</summary>
public enum TensorboardDetail
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Curves and hyper-parameters.</summary>
    Scalars,

    /// <summary>Also histograms and pictures, and codes for the embedding projector.</summary>
    All,
}
