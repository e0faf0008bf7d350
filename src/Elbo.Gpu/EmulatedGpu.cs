using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Elbo.Engine.Kernels;
using Elbo.Gpu.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace Elbo.Gpu;

/// <summary>
/// The GPU's kernels on the processor, with a thread for each lane: for tests on machines without a GPU. It is slow.
/// </summary>
internal sealed unsafe class EmulatedGpu : GpuAccelerator
{
    private readonly Dictionary<Type, Action<KernelConfig, ArgumentBlock>> _kernels = [];
    private readonly CPUAccelerator _emulation;
    private readonly Action<KernelConfig, TiledProduct.Operands> _product;

    private EmulatedGpu(Context context, CPUAccelerator emulation)
        : base(context, emulation)
    {
        _emulation = emulation;
        _product = emulation.LoadStreamKernel<TiledProduct.Operands>(TiledProduct.Run);
    }

    /// <summary>Starts the emulation.</summary>
    public static EmulatedGpu Open()
    {
        var hardware = new CPUDevice(F32x32.Width, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1);
        // The code that ILGPU would optimise is not what runs here.
        var context = Context.Create(builder => builder.CPU(hardware).Optimize(OptimizationLevel.O0));
        return new EmulatedGpu(context, context.CreateCPUAccelerator(0));
    }

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

    /// <inheritdoc/>
    protected override void Start<TKernel, TArgs>(TArgs* args, int groups)
    {
        if (!_kernels.TryGetValue(typeof(TKernel), out var kernel))
            _kernels[typeof(TKernel)] = kernel = _emulation.LoadStreamKernel<ArgumentBlock>(Run<TKernel, TArgs>);
        kernel(new KernelConfig(groups, WarpsPerGroup * F32x32.Width), ArgumentBlock.Of(*args));
    }

    private static void Run<TKernel, TArgs>(ArgumentBlock block)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged => WarpKernel.Run<TKernel, TArgs>(*(TArgs*)&block);

    /// <inheritdoc/>
    protected override void Start(TiledProduct.Operands operands, int groups, int warps) =>
        _product(new KernelConfig(groups, warps * F32x32.Width), operands);

    private void Copy(void* source, void* target, long bytes)
    {
        Synchronize();
        Buffer.MemoryCopy(source, target, bytes, bytes);
    }
}

/// <summary>
/// The arguments of a kernel as words, because ILGPU's launchers take no pointers.
/// </summary>
internal struct ArgumentBlock
{
    private Words _first,
        _second,
        _third,
        _fourth;

    /// <summary>The words of <paramref name="args"/>.</summary>
    public static unsafe ArgumentBlock Of<TArgs>(TArgs args)
        where TArgs : unmanaged
    {
        if (sizeof(TArgs) > sizeof(ArgumentBlock))
            throw new NotSupportedException(
                $"{typeof(TArgs)} has {sizeof(TArgs)} bytes; a kernel on a GPU takes {sizeof(ArgumentBlock)}."
            );
        ArgumentBlock block = default;
        Unsafe.CopyBlock(&block, &args, (uint)sizeof(TArgs));
        return block;
    }

    private struct Words
    {
        private ulong _0,
            _1,
            _2,
            _3,
            _4,
            _5,
            _6,
            _7;
    }
}
