using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Gpu.Kernels;
using ILGPU;

namespace Elbo.Gpu;

/// <summary>
/// Kernels of the engine, compiled by ILGPU: what a worker is on the processor, a warp is here, and a register has a lane
/// for each of its threads.
/// </summary>
internal abstract unsafe class GpuAccelerator : Engine.Accelerator
{
    /// <summary>Simple operations for which a warp is started.</summary>
    private const int WorkPerWarp = 4 * 32;

    private readonly Lock _gate = new();
    private readonly Context _context;
    private readonly ILGPU.Runtime.Accelerator _accelerator;

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
        Start<TKernel, TArgs>(args, (int)groups);
    }

    /// <summary>Starts <see cref="WarpKernel.Run"/> on groups of <see cref="WarpsPerGroup"/>.</summary>
    protected abstract void Start<TKernel, TArgs>(TArgs* args, int groups)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged;

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
            Adds = adds,
        };
        using var turn = Enter();
        Start(operands, checked(down * across), warps);
    }

    /// <summary>Starts <see cref="TiledProduct.Run"/>.</summary>
    protected abstract void Start(TiledProduct.Operands operands, int groups, int warps);

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
