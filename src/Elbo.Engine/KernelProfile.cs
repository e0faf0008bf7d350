using System.Diagnostics;

namespace Elbo.Engine;

/// <summary>The purpose of a kernel, in a <see cref="KernelProfile"/>.</summary>
public enum KernelCategory
{
    /// <summary>Matrix products of the forward pass, with bias and activation fused.</summary>
    MatrixForward,

    /// <summary>Matrix products for the gradient with respect to a layer's input.</summary>
    InputGradient,

    /// <summary>Matrix products for the gradient with respect to a layer's weights.</summary>
    WeightGradient,

    /// <summary>Elementwise and row-wise work: activations, losses, reductions, copies.</summary>
    Elementwise,

    /// <summary>Parameter updates of the optimiser.</summary>
    Optimizer,

    /// <summary>Random number generation.</summary>
    Random,

    /// <summary>Conversion of image bytes into batches.</summary>
    Batch,
}

/// <summary>Time spent in one kernel.</summary>
/// <param name="Kernel">The kernel family and its operator, such as <c>MapKernels.Forward of Elu</c>.</param>
/// <param name="Category">What the kernel was used for.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="Seconds">Time of the calling thread, in seconds.</param>
public readonly record struct KernelTime(string Kernel, KernelCategory Category, long Calls, double Seconds);

/// <summary>Calls and seconds per kernel on a device, as seen by the calling thread.</summary>
public sealed class KernelProfile
{
    private readonly Dictionary<(Type Kernel, KernelCategory Category), (long Calls, long Ticks)> _kernels = [];

    /// <summary>Floating-point operations of matrix products. A multiplication and an addition count as two.</summary>
    public double MatrixOperations { get; private set; }

    /// <summary>Every kernel that ran, in descending order of time.</summary>
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

    /// <summary>Resets all counts.</summary>
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

    /// <summary>
    /// For example <c>MapKernels.Forward of Elu</c>: the outer class, the loop, and its type argument.
    /// </summary>
    private static string Name(Type kernel)
    {
        string own = kernel.Name.Split('`')[0],
            loop = kernel.DeclaringType is { } family ? $"{family.Name}.{own}" : own;
        var operators = kernel
            .GetGenericArguments()
            .Select(a =>
                a.Name.Split('`')[0]
                + (a.IsGenericType ? $"<{string.Join(", ", a.GetGenericArguments().Select(g => g.Name))}>" : "")
            );
        return kernel.IsGenericType ? $"{loop} of {string.Join(", ", operators)}" : loop;
    }
}
