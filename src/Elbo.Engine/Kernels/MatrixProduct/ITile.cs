namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>A block of the product held in registers: <see cref="Rows"/> rows, each of one or two registers.</summary>
/// <remarks>
/// Taller tiles are stacked from shorter ones by the type system; the compiler flattens the nest into registers.
/// </remarks>
internal unsafe interface ITile<R>
    where R : unmanaged
{
    static abstract int Rows { get; }

    /// <summary>Columns in registers: one or two.</summary>
    static abstract int Registers { get; }

    /// <summary>Adds the outer product of <see cref="Rows"/> elements of A and the registers of B.</summary>
    void Accumulate(float* a, R b0, R b1);

    /// <summary>Writes to C, or adds to it.</summary>
    void Store(float* c, nint stride, bool adds);
}
