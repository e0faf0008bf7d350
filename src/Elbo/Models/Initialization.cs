using Elbo.Nn;

namespace Elbo.Models;

/// <summary>First values of weights, by name.</summary>
public enum Initialization
{
    /// <summary><see cref="Initializers.GlorotNormal"/></summary>
    GlorotNormal,

    /// <summary><see cref="Initializers.GlorotUniform"/></summary>
    GlorotUniform,

    /// <summary><see cref="Initializers.KaimingNormal"/></summary>
    KaimingNormal,
}
