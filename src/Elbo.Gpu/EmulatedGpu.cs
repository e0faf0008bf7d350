using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.CPU;

namespace Elbo.Gpu;

/// <summary>
/// The GPU's kernels on the processor, with a thread for each lane: for tests on machines without a GPU. It is slow.
/// </summary>
internal sealed unsafe class EmulatedGpu : GpuAccelerator
{
    private EmulatedGpu(Context context)
        : base(context, context.CreateCPUAccelerator(0)) { }

    /// <summary>Starts the emulation.</summary>
    public static EmulatedGpu Open() =>
        new(Context.Create(builder => builder.CPU(new CPUDevice(numThreadsPerWarp: 32, 1, 1)).Optimize(OptimizationLevel.O0)));

    /// <inheritdoc/>
    public override string Kind => "emulated";

    /// <inheritdoc/>
    public override string Description => "a GPU emulated on the processor";

    /// <inheritdoc/>
    protected override int WarpsPerGroup => 1;

    /// <inheritdoc/>
    protected override int MostGroups => 2;

    /// <inheritdoc/>
    public override void* Allocate(long bytes) => NativeMemory.AlignedAlloc((nuint)bytes, 64);

    /// <inheritdoc/>
    public override void Free(void* data) => NativeMemory.AlignedFree(data);

    /// <inheritdoc/>
    public override void CopyIn(void* source, void* target, long bytes) => Copy(source, target, bytes);

    /// <inheritdoc/>
    public override void CopyOut(void* source, void* target, long bytes) => Copy(source, target, bytes);

    private void Copy(void* source, void* target, long bytes)
    {
        Synchronize();
        Buffer.MemoryCopy(source, target, bytes, bytes);
    }
}
