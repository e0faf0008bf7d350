using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Engine;

/// <summary>
/// What a <see cref="Device"/> needs of hardware other than the processor: memory, copies, launches of kernels, and
/// matrix products. Everything else is written once, above this class.
/// </summary>
/// <remarks>
/// Calls may come from any thread. Work is done in the order of the calls. Only <see cref="CopyOut"/> and
/// <see cref="Synchronize"/> wait for it.
/// </remarks>
internal abstract unsafe class Accelerator : IDisposable
{
    /// <summary>The name under which <see cref="DeviceOptions.Kind"/> selects it, such as <c>cuda:0</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The name and the compute capability of the hardware.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Floats of image windows that a convolution copies at once; more would take memory and make nothing faster.
    /// </summary>
    public virtual long MostUnfolded => 64 * 1024 * 1024;

    /// <summary>Allocates memory, aligned to 64 bytes at least.</summary>
    /// <exception cref="InsufficientMemoryException">There is not so much memory left.</exception>
    public abstract void* Allocate(long bytes);

    /// <summary>Frees memory of <see cref="Allocate"/>.</summary>
    public abstract void Free(void* data);

    /// <summary>Copies from the processor's memory. The source may be reused when the call returns.</summary>
    public abstract void CopyIn(void* source, void* target, long bytes);

    /// <summary>Copies to the processor's memory, after all work before it.</summary>
    public abstract void CopyOut(void* source, void* target, long bytes);

    /// <summary>Runs a kernel. Pointers in its arguments are to memory of this accelerator.</summary>
    /// <param name="args">The kernel's arguments, copied before the call returns.</param>
    /// <param name="work">Approximate number of simple operations.</param>
    public abstract void Launch<TKernel, TArgs>(TArgs* args, long work)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged;

    /// <summary>C (+)= A·B with A (m, k), B (k, n) and a contiguous C (m, n).</summary>
    public abstract void Multiply(int m, int n, int k, MatrixView a, MatrixView b, float* c, bool adds);

    /// <summary>Waits until all work is done.</summary>
    public abstract void Synchronize();

    /// <summary>Ends the use of the hardware and frees its memory.</summary>
    public abstract void Dispose();
}

/// <summary>The accelerators of a package that is found at run time.</summary>
internal interface IAcceleratorFactory
{
    /// <summary>What this machine has.</summary>
    IReadOnlyList<DeviceInfo> List();

    /// <summary>Opens one of <see cref="List"/>.</summary>
    /// <exception cref="ArgumentException">There is none of that kind.</exception>
    Accelerator Open(string kind, bool tensorFloat32);
}

/// <summary>A device that this machine has.</summary>
/// <param name="Kind">The name under which <see cref="DeviceOptions.Kind"/> selects it.</param>
/// <param name="Name">The name of the hardware.</param>
/// <param name="MemoryBytes">Its memory, in bytes.</param>
/// <param name="Details">Instruction set, or compute capability and driver.</param>
public sealed record DeviceInfo(string Kind, string Name, long MemoryBytes, string Details)
{
    private const string Package = "Elbo.Gpu";

    private static readonly Lazy<IReadOnlyList<DeviceInfo>> Found = new(() =>
        [Processor(), .. Factory()?.List() ?? []]
    );

    /// <summary>The processor, and every GPU that the package Elbo.Gpu finds, if it is there.</summary>
    public static IReadOnlyList<DeviceInfo> All => Found.Value;

    /// <summary>The accelerator that <paramref name="options"/> select; null for the processor.</summary>
    /// <exception cref="ArgumentException">There is no such device, or no package for it.</exception>
    internal static Accelerator? Open(DeviceOptions options)
    {
        string kind = options.Kind;
        if (kind == "auto")
            kind = All.Select(each => each.Kind).FirstOrDefault(each => each != "cpu") ?? "cpu";
        if (kind == "cpu")
            return null;
        var factory =
            Factory()
            ?? throw new ArgumentException(
                $"the device '{kind}' needs the package {Package}; add it, or compute on the device 'cpu'.",
                nameof(options)
            );
        return factory.Open(kind, options.TensorFloat32);
    }

    private static IAcceleratorFactory? Factory() =>
        Type.GetType("Elbo.Gpu.GpuFactory, Elbo.Gpu") is { } type
            ? (IAcceleratorFactory?)Activator.CreateInstance(type)
            : null;

    private static DeviceInfo Processor() =>
        new(
            "cpu",
            $"{Environment.ProcessorCount} processors",
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            InstructionSet.Select(null).Name
        );
}
