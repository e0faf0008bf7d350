namespace Elbo.Sampling;

/// <summary>The logarithm of a density at a position, up to a constant; −∞ where it is 0.</summary>
public delegate double LogDensity(ReadOnlySpan<double> position);
