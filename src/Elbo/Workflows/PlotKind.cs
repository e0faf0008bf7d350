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
}
