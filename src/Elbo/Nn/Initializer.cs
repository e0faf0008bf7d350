using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>Writes the first values of a parameter.</summary>
/// <param name="value">The parameter.</param>
/// <param name="fans">Of the layer whose weight it is.</param>
/// <param name="rng">Where chance comes from.</param>
public delegate void Initializer(Tensor value, Fans fans, Rng rng);
