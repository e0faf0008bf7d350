using Elbo.Engine.Kernels;
using ILGPU;

namespace Elbo.Gpu.Kernels;

/// <summary>The entry point of the engine's kernels on a GPU.</summary>
internal static unsafe class WarpKernel
{
    /// <summary>Runs a kernel, of which every warp of the grid is a worker.</summary>
    public static void Run<TKernel, TArgs>(TArgs args)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
    {
        int warps = Group.DimX / F32x32.Width;
        TKernel.Run<F32x32>(&args, new Worker(Grid.IdxX * warps + Group.IdxX / F32x32.Width, Grid.DimX * warps));
    }
}
