namespace Elbo.Models;

/// <summary>What p(x|z) is.</summary>
public enum DecoderKind
{
    /// <summary>Pixels are on with a probability; cross-entropy for grey ones.</summary>
    Bernoulli,

    /// <summary>Gaussian around a mean image, with one fixed variance.</summary>
    Gaussian,

    /// <summary>Gaussian around a mean image, with a standard deviation of its own for every pixel.</summary>
    GaussianSigma,
}
