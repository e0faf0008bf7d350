namespace Elbo.Models;

/// <summary>Whether the mean and the deviation of q(z|x) have hidden layers in common.</summary>
public enum EncoderNetworks
{
    /// <summary>The same hidden layers; the deviation is 1e-6 + softplus.</summary>
    Shared,

    /// <summary>A network each; the variance is a softplus.</summary>
    Separate,
}
