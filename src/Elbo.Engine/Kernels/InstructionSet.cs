using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Elbo.Engine.Kernels;

/// <summary>A register width that every kernel is compiled for.</summary>
/// <param name="Name">As in <see cref="DeviceOptions.InstructionSet"/>.</param>
/// <param name="IsSupported">Whether this processor can run it.</param>
internal sealed record InstructionSet(string Name, bool IsSupported)
{
    /// <summary>
    /// Every instruction set, the fastest first. Device options, tests and benchmarks enumerate this list.
    /// </summary>
    /// <remarks>
    /// <see cref="Vector512.IsHardwareAccelerated"/> is false on processors whose AVX-512 works well, so the
    /// instructions themselves are asked for.
    /// </remarks>
    public static IReadOnlyList<InstructionSet> All { get; } =
    [
        new("avx512", Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported),
        new("avx2", Avx2.IsSupported && Fma.IsSupported),
        new("vector128", Vector128.IsHardwareAccelerated),
        new("scalar", true),
    ];

    /// <summary>The instruction set called <paramref name="name"/>, or the fastest that runs here for null.</summary>
    /// <exception cref="ArgumentException">There is no such set, or this processor lacks it.</exception>
    public static InstructionSet Select(string? name)
    {
        if (name is null)
            return All.First(s => s.IsSupported);
        var found =
            All.FirstOrDefault(s => s.Name == name)
            ?? throw new ArgumentException(
                $"'{name}' is not an instruction set; known are {string.Join(", ", All.Select(s => s.Name))}.",
                nameof(name)
            );
        return found.IsSupported
            ? found
            : throw new ArgumentException(
                $"this processor cannot run '{name}'; it can run "
                    + $"{string.Join(", ", All.Where(s => s.IsSupported).Select(s => s.Name))}.",
                nameof(name)
            );
    }
}
