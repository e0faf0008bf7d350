using System.Runtime.InteropServices;
using Elbo.Engine;
using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Tests;

/// <summary>
/// A device that is not the processor to the library, although the processor computes. Its results are those of the
/// processor within rounding, and it counts what would wait for a GPU.
/// </summary>
internal sealed unsafe class CountingAccelerator : Accelerator
{
    private readonly Device _processor = new(new DeviceOptions { Threads = 1 });

    /// <summary>Number of copies to the processor's memory.</summary>
    public int Reads { get; private set; }

    public override string Kind => "counting:0";

    public override string Description => "a counting device";

    /// <summary>A device that computes with this and disposes it.</summary>
    public Device CreateDevice() => new(new DeviceOptions { Threads = 1 }, this);

    public override void* Allocate(long bytes) => NativeMemory.AlignedAlloc((nuint)bytes, 64);

    public override void Free(void* data) => NativeMemory.AlignedFree(data);

    public override void CopyIn(void* source, void* target, long bytes) =>
        Buffer.MemoryCopy(source, target, bytes, bytes);

    public override void CopyOut(void* source, void* target, long bytes)
    {
        Reads++;
        Buffer.MemoryCopy(source, target, bytes, bytes);
    }

    public override void Launch<TKernel, TArgs>(TArgs* args, long work) =>
        _processor.Launch<TKernel, TArgs>(args, work);

    public override void Multiply(int m, int n, int k, MatrixView a, MatrixView b, float* c, bool adds) =>
        MatrixProductKernel.Multiply(_processor, m, n, k, a, b, c, adds, default(NoEpilogue));

    public override void Synchronize() { }

    public override void Dispose() => _processor.Dispose();
}
