using Elbo.Engine.Kernels;

namespace Elbo.Engine.Tests;

/// <summary>Devices for every instruction set that this processor runs.</summary>
internal static class TestDevices
{
    public static IEnumerable<string> InstructionSets =>
        InstructionSet.All.Where(s => s.IsSupported).Select(s => s.Name);

    /// <summary>One row of theory data for each instruction set.</summary>
    public static TheoryData<string> BySet => [.. InstructionSets];

    private static readonly Dictionary<(string?, int), Device> Kept = [];

    /// <summary>
    /// A device that lives as long as the test run. Its buffers come with the leftovers of other tests, so that reading
    /// one too early shows.
    /// </summary>
    public static Device Shared(string? instructionSet = null, int threads = 1) =>
        Kept.TryGetValue((instructionSet, threads), out var device)
            ? device
            : Kept[(instructionSet, threads)] = Create(instructionSet, threads);

    /// <summary>A device of an instruction set, or of the kind of an accelerator.</summary>
    public static Device Create(string? instructionSet = null, int threads = 1) =>
        new(
            instructionSet is "emulated" or "cuda"
                ? new DeviceOptions { Kind = instructionSet }
                : new DeviceOptions { InstructionSet = instructionSet, Threads = threads }
        );
}
