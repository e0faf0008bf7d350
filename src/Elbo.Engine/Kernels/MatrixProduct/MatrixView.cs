namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>A matrix in memory, or its transpose without moving anything.</summary>
/// <param name="Data">The first element.</param>
/// <param name="Stride">Elements from one stored row to the next.</param>
/// <param name="Transposed">Whether stored rows are the matrix' columns.</param>
internal readonly unsafe record struct MatrixView(nint Data, nint Stride, bool Transposed)
{
    /// <summary>A rank-2 tensor, or its transpose.</summary>
    public static MatrixView Of(Tensor tensor, bool transposed = false) =>
        new((nint)tensor.Data, tensor.Shape[-1], transposed);

    /// <summary>The same memory with rows and columns exchanged.</summary>
    public MatrixView Transpose() => this with { Transposed = !Transposed };

    /// <summary>The address of element (row, column).</summary>
    public float* At(nint row, nint column) =>
        (float*)Data + (Transposed ? column * Stride + row : row * Stride + column);
}
