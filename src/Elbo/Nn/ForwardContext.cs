using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>What a pass through a network depends on besides its input.</summary>
/// <param name="Rng">Where latent samples and dropout come from.</param>
/// <param name="Training">Whether dropout is active, and batches are normalised by their own statistics.</param>
/// <param name="KlWeight">β, the weight of the KL divergence in the loss.</param>
public readonly record struct ForwardContext(Rng Rng, bool Training, float KlWeight = 1);
