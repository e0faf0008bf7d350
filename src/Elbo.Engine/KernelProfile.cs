using System.Diagnostics;

namespace Elbo.Engine;

/// <summary>What a kernel is run for, in a <see cref="KernelProfile"/>.</summary>
public enum KernelCategory
{
    /// <summary>Products of the forward pass, with the bias and activation fused into them.</summary>
    MatrixForward,

    /// <summary>Products that give the gradient with respect to a layer's input.</summary>
    InputGradient,

    /// <summary>Products that give the gradient with respect to a layer's weights.</summary>
    WeightGradient,

    /// <summary>Everything done element by element or row by row: activations, losses, reductions, copies.</summary>
    Elementwise,

    /// <summary>The optimiser's pass over the parameters.</summary>
    Optimizer,

    /// <summary>Random numbers.</summary>
    Random,

    /// <summary>Images gathered from bytes.</summary>
    Batch,
}

/// <summary>What one kernel has cost.</summary>
/// <param name="Kernel">The kernel family and its operator.</param>
/// <param name="Category">What it was run for.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Seconds">How long the calling thread spent on it.</param>
public readonly record struct KernelTime(string Kernel, KernelCategory Category, long Calls, double Seconds);

/// <summary>Where a device's time goes: calls and seconds per kernel, as the calling thread sees them.</summary>
public sealed class KernelProfile
{
    private readonly Dictionary<(Type Kernel, KernelCategory Category), (long Calls, long Ticks)> _kernels = [];

    /// <summary>
    /// Floating-point operations of matrix products, a multiplication and an addition counted as two.
    /// </summary>
    public double MatrixOperations { get; private set; }

    /// <summary>
    /// Every kernel that ran, the most expensive first. The name is that of the kernel family and its operator.
    /// </summary>
    public IReadOnlyList<KernelTime> Kernels =>
        [
            .. _kernels
                .Select(k => new KernelTime(
                    Name(k.Key.Kernel),
                    k.Key.Category,
                    k.Value.Calls,
                    (double)k.Value.Ticks / Stopwatch.Frequency
                ))
                .GroupBy(
                    k => (k.Kernel, k.Category),
                    (key, group) =>
                        new KernelTime(key.Kernel, key.Category, group.Sum(g => g.Calls), group.Sum(g => g.Seconds))
                )
                .OrderByDescending(k => k.Seconds),
        ];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _kernels.Clear();
        MatrixOperations = 0;
    }

    internal void Add(Type kernel, KernelCategory category, long ticks)
    {
        var (calls, before) = _kernels.GetValueOrDefault((kernel, category));
        _kernels[(kernel, category)] = (calls + 1, before + ticks);
    }

    internal void AddMatrixOperations(double operations) => MatrixOperations += operations;

    /// <summary>MapKernels.Forward of Elu: the outer class, the loop, and what the loop is over.</summary>
    private static string Name(Type kernel)
    {
        string loop = $"{kernel.DeclaringType?.Name}.{kernel.Name.Split('`')[0]}";
        var operators = kernel
            .GetGenericArguments()
            .Select(a =>
                a.Name.Split('`')[0]
                + (a.IsGenericType ? $"<{string.Join(", ", a.GetGenericArguments().Select(g => g.Name))}>" : "")
            );
        return kernel.IsGenericType ? $"{loop} of {string.Join(", ", operators)}" : loop;
    }
}
