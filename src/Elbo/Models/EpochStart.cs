using Elbo.Engine;

namespace Elbo.Models;

/// <summary>What a model learns at the beginning of an epoch.</summary>
/// <param name="Epoch">Counted from 0.</param>
/// <param name="IsFresh">Whether no step of the epoch has been made; otherwise training goes on within it.</param>
/// <param name="Images">At most so many training images, chosen at random: intensities in [0, 1], (N, D), binary where
/// training makes them so.</param>
/// <param name="Rng">Where chance comes from; the same when an epoch is begun again.</param>
public readonly record struct EpochStart(int Epoch, bool IsFresh, Func<int, float[]> Images, Rng Rng);
