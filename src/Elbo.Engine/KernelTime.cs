namespace Elbo.Engine;

/// <summary>What one kernel has cost.</summary>
/// <param name="Kernel">The kernel family and its operator.</param>
/// <param name="Category">What it was run for.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Seconds">How long the calling thread spent on it.</param>
public readonly record struct KernelTime(string Kernel, KernelCategory Category, long Calls, double Seconds);
