namespace Elbo.Engine;

/// <summary>How a <see cref="Device"/> computes.</summary>
public sealed record DeviceOptions
{
    /// <summary>
    /// Threads to compute with, the caller's among them; 0 takes one per processor. Results do not depend on it.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// <c>avx512</c>, <c>avx2</c>, <c>vector128</c> or <c>scalar</c>; null takes the fastest that the processor has.
    /// </summary>
    /// <remarks>Results agree between instruction sets within rounding, not to the bit.</remarks>
    public string? InstructionSet { get; init; }
}
