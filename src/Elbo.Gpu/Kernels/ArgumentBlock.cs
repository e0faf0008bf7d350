using System.Runtime.CompilerServices;

namespace Elbo.Gpu.Kernels;

/// <summary>
/// The arguments of a kernel as words, because ILGPU passes no pointers. The kernel reads them in place as what they are.
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
