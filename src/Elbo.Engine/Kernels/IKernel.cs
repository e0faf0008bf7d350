using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Elbo.Engine.Kernels.Simd;

// Kernels write their scratch memory before they read it, so zeroing it is wasted time.
[module: SkipLocalsInit]

namespace Elbo.Engine.Kernels;

/// <summary>A loop over memory, written once for every register width and any number of workers.</summary>
/// <remarks>
/// Worker <c>w</c> of <c>n</c> computes a share that depends on (w, n) only. The inputs of an output element, and the
/// order in which they are combined, must not depend on n. This makes results identical for any number of threads.
/// On a GPU a worker is a warp, whose threads all run the kernel with one lane of every register each. So registers are
/// loaded and stored by whole workers (<see cref="ISimd{TSelf}.Load"/>, <see cref="ISimd{TSelf}.StorePartial"/>), loops
/// over single floats are divided among <see cref="ISimd{TSelf}.Threads"/>, and no thread reads what another one wrote.
/// Offsets that may be negative are 64-bit there, because 32-bit ones count as unsigned.
/// </remarks>
/// <typeparam name="TArgs">Pointers and sizes, on the caller's stack while the kernel runs.</typeparam>
internal unsafe interface IKernel<TArgs>
    where TArgs : unmanaged
{
    static abstract void Run<V>(TArgs* args, Worker worker)
        where V : unmanaged, ISimd<V>;
}

/// <summary>One of the workers that run a kernel together.</summary>
internal readonly struct Worker(int index, int count)
{
    public int Index => index;
    public int Count => count;

    /// <summary>
    /// This worker's share of <paramref name="total"/> items, in whole multiples of <paramref name="grain"/>.
    /// </summary>
    /// <remarks>Sixteen floats fill a cache line, so with this grain no two workers write to the same line.</remarks>
    public (long Start, long End) Share(long total, long grain = 16)
    {
        long grains = (total + grain - 1) / grain;
        return (Math.Min(total, grains * index / count * grain), Math.Min(total, grains * (index + 1) / count * grain));
    }
}

/// <summary>A truth value in the arguments of kernels: four bytes, on every device.</summary>
internal readonly struct Flag
{
    private readonly int _value;

    private Flag(int value) => _value = value;

    public static implicit operator bool(Flag flag) => flag._value != 0;

    public static implicit operator Flag(bool value) => new(value ? 1 : 0);
}

/// <summary>A register width for which every kernel is compiled.</summary>
/// <param name="Name">The name, as in <see cref="DeviceOptions.InstructionSet"/>.</param>
/// <param name="IsSupported">Whether this processor supports it.</param>
internal sealed record InstructionSet(string Name, bool IsSupported)
{
    /// <summary>
    /// All instruction sets, fastest first. Device options, tests and benchmarks enumerate this list.
    /// </summary>
    /// <remarks>
    /// <see cref="Vector512.IsHardwareAccelerated"/> is false on processors whose AVX-512 is fast, so the test is for
    /// the instructions themselves.
    /// </remarks>
    public static IReadOnlyList<InstructionSet> All { get; } =
    [
        new("avx512", Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported),
        new("avx2", Avx2.IsSupported && Fma.IsSupported),
        new("vector128", Vector128.IsHardwareAccelerated),
        new("scalar", true),
    ];

    /// <summary>The instruction set called <paramref name="name"/>; for null, the fastest supported one.</summary>
    /// <exception cref="ArgumentException">The name is unknown, or the processor does not support the set.</exception>
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
