using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>Writes the first values of a parameter.</summary>
/// <param name="value">The parameter; a weight has shape (out, in).</param>
/// <param name="rng">Where chance comes from.</param>
public delegate void Initializer(Tensor value, Rng rng);
