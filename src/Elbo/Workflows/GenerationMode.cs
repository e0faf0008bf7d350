namespace Elbo.Workflows;

/// <summary>Where codes to decode come from.</summary>
public enum GenerationMode
{
    /// <summary>The prior N(0, I).</summary>
    Random,

    /// <summary>A regular grid over two latent dimensions, or points along one.</summary>
    Uniform,
}
