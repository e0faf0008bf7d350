using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Gpu.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace Elbo.Gpu;

/// <summary>
/// Kernels of the engine, compiled by ILGPU: what a worker is on the processor, a warp is here, and a register has a lane
/// for each of its threads.
/// </summary>
internal abstract unsafe class GpuAccelerator : Engine.Accelerator
{
    /// <summary>Simple operations for which a warp is started.</summary>
    private const int WorkPerWarp = 4 * 32;

    private readonly Dictionary<Type, Action<KernelConfig, ArgumentBlock>> _kernels = [];
    private readonly Lock _gate = new();
    private readonly Context _context;
    private readonly ILGPU.Runtime.Accelerator _accelerator;
    private Action<KernelConfig, TiledProduct.Operands>? _product;

    /// <param name="context">The context of the accelerator, disposed with it.</param>
    /// <param name="accelerator">Where kernels run.</param>
    protected GpuAccelerator(Context context, ILGPU.Runtime.Accelerator accelerator) =>
        (_context, _accelerator) = (context, accelerator);

    /// <summary>Warps of a group.</summary>
    protected abstract int WarpsPerGroup { get; }

    /// <summary>The most groups of a launch. More would wait for others to end.</summary>
    protected abstract int MostGroups { get; }

    /// <summary>Makes this thread the only one that uses the hardware, until the result is disposed.</summary>
    protected Lock.Scope Enter()
    {
        var scope = _gate.EnterScope();
        _accelerator.Bind();
        return scope;
    }

    /// <inheritdoc/>
    public override void Launch<TKernel, TArgs>(TArgs* args, long work)
    {
        long warps = Math.Max(1, (work + WorkPerWarp - 1) / WorkPerWarp),
            groups = Math.Min(MostGroups, (warps + WarpsPerGroup - 1) / WarpsPerGroup);
        using var turn = Enter();
        if (!_kernels.TryGetValue(typeof(TKernel), out var kernel))
            _kernels[typeof(TKernel)] = kernel = _accelerator.LoadStreamKernel<ArgumentBlock>(Run<TKernel, TArgs>);
        kernel(new KernelConfig((int)groups, WarpsPerGroup * 32), ArgumentBlock.Of(*args));
    }

    /// <summary>The GPU kernel: every warp is a worker of the engine's kernel.</summary>
    internal static void Run<TKernel, TArgs>(ArgumentBlock block)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
    {
        int warps = Group.DimX / 32;
        TKernel.Run<F32x32>((TArgs*)&block, new Worker(Grid.IdxX * warps + Group.IdxX / 32, Grid.DimX * warps));
    }

    /// <inheritdoc/>
    public override void Multiply(int m, int n, int k, MatrixView a, MatrixView b, float* c, bool adds)
    {
        int warps = Math.Min(WarpsPerGroup, TiledProduct.MostWarps),
            height = warps * TiledProduct.RowsPerWarp;
        int down = (m + height - 1) / height,
            across = (n + TiledProduct.Side - 1) / TiledProduct.Side;
        var operands = new TiledProduct.Operands
        {
            A = a.Data,
            B = b.Data,
            C = (long)c,
            Rows = m,
            Columns = n,
            Depth = k,
            RowStrideA = a.Transposed ? 1 : a.Stride,
            ColumnStrideA = a.Transposed ? a.Stride : 1,
            RowStrideB = b.Transposed ? 1 : b.Stride,
            ColumnStrideB = b.Transposed ? b.Stride : 1,
            Adds = adds ? 1 : 0,
        };
        using var turn = Enter();
        _product ??= _accelerator.LoadStreamKernel<TiledProduct.Operands>(TiledProduct.Run);
        _product(new KernelConfig(checked(down * across), warps * 32), operands);
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
        using var turn = Enter();
        _accelerator.Synchronize();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }
}
