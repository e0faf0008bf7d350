using System.Reflection;
using Elbo.Engine.Kernels;
using Elbo.Gpu.Kernels;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;

namespace Elbo.Gpu;

/// <summary>Compiles kernels to PTX, the assembly language that NVIDIA's driver takes. No GPU is needed.</summary>
internal static class Ptx
{
    private static readonly MethodInfo KernelEntry = typeof(WarpKernel).GetMethod(nameof(WarpKernel.Run))!;

    /// <summary>The entry point of <see cref="TiledProduct"/>.</summary>
    public static MethodInfo ProductEntry { get; } = typeof(TiledProduct).GetMethod(nameof(TiledProduct.Run))!;

    /// <summary>The entry point of a kernel of the engine.</summary>
    public static MethodInfo EntryOf<TKernel, TArgs>()
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged => KernelEntry.MakeGenericMethod(typeof(TKernel), typeof(TArgs));

    /// <summary>Compiles an entry point, whose only parameter has the layout that .NET gives it.</summary>
    public static string Compile(PTXBackend backend, MethodInfo entry, out string name)
    {
        var kernel = (PTXCompiledKernel)
            backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(entry), default);
        name = kernel.Name;
        return kernel.PTXAssembly;
    }
}

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
