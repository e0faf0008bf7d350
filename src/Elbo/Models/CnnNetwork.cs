namespace Elbo.Models;

/// <summary>Which layers a convolutional VAE has.</summary>
public enum CnnNetwork
{
    /// <summary>With batch normalisation: <see cref="CnnVae"/>.</summary>
    BatchNorm,

    /// <summary>
    /// Without, smaller, with networks of their own for mean and variance: <see cref="PlainCnnVae"/>.
    /// </summary>
    Plain,
}
