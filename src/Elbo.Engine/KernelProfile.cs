using System.Diagnostics;

namespace Elbo.Engine;

/// <summary>Where a device's time goes: calls and seconds per kernel, as the calling thread sees them.</summary>
public sealed class KernelProfile
{
    private readonly Dictionary<Type, (long Calls, long Ticks)> _kernels = [];

    /// <summary>Every kernel that ran, the most expensive first. The name is that of the kernel family and its operator.</summary>
    public IReadOnlyList<(string Kernel, long Calls, double Seconds)> Kernels =>
    [
        .. _kernels.Select(k => (Name(k.Key), k.Value.Calls, (double)k.Value.Ticks / Stopwatch.Frequency))
            .GroupBy(k => k.Item1, (name, group) => (name, group.Sum(g => g.Calls), group.Sum(g => g.Item3)))
            .OrderByDescending(k => k.Item3),
    ];

    /// <summary>Forgets everything.</summary>
    public void Clear() => _kernels.Clear();

    internal void Add(Type kernel, long ticks)
    {
        var (calls, before) = _kernels.GetValueOrDefault(kernel);
        _kernels[kernel] = (calls + 1, before + ticks);
    }

    /// <summary>MapKernels.Forward of Elu: the outer class, the loop, and what the loop is over.</summary>
    private static string Name(Type kernel)
    {
        string loop = $"{kernel.DeclaringType?.Name}.{kernel.Name.Split('`')[0]}";
        var operators = kernel.GetGenericArguments().Select(a => a.Name.Split('`')[0] + (a.IsGenericType ? $"<{string.Join(", ", a.GetGenericArguments().Select(g => g.Name))}>" : ""));
        return kernel.IsGenericType ? $"{loop} of {string.Join(", ", operators)}" : loop;
    }
}
