using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels;

/// <summary>A loop over memory, written once for every register width and any number of workers.</summary>
/// <remarks>
/// Worker <c>w</c> of <c>n</c> does its share, found from (w, n) alone. What an output element is computed from, and in
/// which order, must not depend on n: that is what makes results the same to the bit for any number of threads.
/// </remarks>
/// <typeparam name="TArgs">Pointers and sizes; lives on the caller's stack while the kernel runs.</typeparam>
internal unsafe interface IKernel<TArgs>
    where TArgs : unmanaged
{
    static abstract void Run<V>(TArgs* args, Worker worker)
        where V : unmanaged, ISimd<V>;
}
