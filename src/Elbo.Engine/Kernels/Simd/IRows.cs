using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>Where the rows of a block begin.</summary>
internal unsafe interface IRows
{
    float* this[int row] { get; }
}

/// <summary>Rows at equal distances.</summary>
internal readonly unsafe struct StridedRows(float* first, nint stride) : IRows
{
    public float* this[int row]
    {
        [MethodImpl(AggressiveInlining)]
        get => first + row * stride;
    }
}

/// <summary>Rows anywhere, each read from <paramref name="offset"/> on.</summary>
internal readonly unsafe struct ScatteredRows(float** starts, nint offset) : IRows
{
    public float* this[int row]
    {
        [MethodImpl(AggressiveInlining)]
        get => starts[row] + offset;
    }
}
