using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>A block of the product held in registers: <see cref="Rows"/> rows, each of one or two registers.</summary>
/// <remarks>Taller tiles are stacked from shorter ones by the type system; the compiler flattens the nest into registers.</remarks>
internal unsafe interface ITile<V> where V : unmanaged, ISimd<V>
{
    static abstract int Rows { get; }
    static abstract int Columns { get; }

    /// <summary>Adds the outer product of <see cref="Rows"/> elements of A and <see cref="Columns"/> of B.</summary>
    void Accumulate(float* a, V b0, V b1);

    /// <summary>Writes to C, or adds to it.</summary>
    void Store(float* c, nint stride, bool adds);
}
