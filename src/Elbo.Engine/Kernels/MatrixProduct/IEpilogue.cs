using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>What is done to a tile of the finished product while it is still in the cache.</summary>
internal unsafe interface IEpilogue
{
    /// <summary>Whether there is anything to do.</summary>
    static abstract bool IsEmpty { get; }

    /// <summary>
    /// The new value of <paramref name="c"/>, one register of columns from <paramref name="column"/> on, of which
    /// <paramref name="count"/> exist.
    /// </summary>
    V Apply<V>(V c, nint column, int count)
        where V : unmanaged, ISimd<V>;
}

/// <summary>The product as it is.</summary>
internal readonly unsafe struct NoEpilogue : IEpilogue
{
    public static bool IsEmpty => true;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V c, nint column, int count)
        where V : unmanaged, ISimd<V> => c;
}

/// <summary>activation(c + bias), the bias one element per column.</summary>
internal readonly unsafe struct BiasActivation<TOp>(float* bias, TOp activation) : IEpilogue
    where TOp : unmanaged, IUnary
{
    public static bool IsEmpty => false;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V c, nint column, int count)
        where V : unmanaged, ISimd<V> =>
        activation.Apply(c + (count < V.Width ? V.LoadPartial(bias + column, count) : V.Load(bias + column)));
}
