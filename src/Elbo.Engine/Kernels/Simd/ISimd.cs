using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>
/// A register of <see cref="Width"/> floats. Kernels are written once against this interface and compiled for every
/// width.
/// </summary>
/// <remarks>
/// On a processor a register belongs to one thread. On a GPU its lanes are the threads of a warp, and every thread runs
/// the kernel: see <see cref="IKernel{TArgs}"/>. Comparisons return masks: all bits of a lane are set or cleared. Methods with "Bits" in their names treat a lane as
/// a 32-bit integer. Min and Max return <c>x</c> if the second argument <c>x</c> is NaN, so <c>Max(bound, x)</c>
/// propagates NaN.
/// </remarks>
internal unsafe interface ISimd<TSelf>
    where TSelf : unmanaged, ISimd<TSelf>
{
    static abstract int Width { get; }

    /// <summary>The number of threads that share the register: 1 on a processor, the width on a GPU.</summary>
    static abstract int Threads { get; }

    /// <summary>The number of the calling thread among those that share the register.</summary>
    static abstract int Thread { get; }

    static abstract TSelf Broadcast(float value);
    static abstract TSelf Load(float* source);
    void Store(float* destination);

    /// <summary>
    /// Loads the first <paramref name="count"/> lanes and sets the others to 0. Reads nothing beyond them.
    /// </summary>
    static abstract TSelf LoadPartial(float* source, int count);

    /// <summary>Stores the first <paramref name="count"/> lanes and nothing beyond them.</summary>
    void StorePartial(float* destination, int count);

    /// <summary>The first <paramref name="count"/> lanes of <paramref name="x"/>, and 0 in the others.</summary>
    static abstract TSelf First(TSelf x, int count);

    /// <summary>Loads <see cref="Width"/> bytes as floats 0–255.</summary>
    static abstract TSelf LoadBytes(byte* source);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf value);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary>a·b + c, rounded once if the hardware supports it.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Min(TSelf bound, TSelf x);
    static abstract TSelf Max(TSelf bound, TSelf x);
    static abstract TSelf Abs(TSelf x);
    static abstract TSelf Sqrt(TSelf x);
    static abstract TSelf LessThan(TSelf left, TSelf right);
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>Rounds to the nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>x·2ⁿ for integral n in [−252, 254], with gradual underflow and overflow to infinity.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf x, TSelf n);

    /// <summary>Splits a positive finite x, subnormal numbers included, into m·2ᵉ with m in [1, 2).</summary>
    static abstract TSelf SplitExponent(TSelf x, out TSelf exponent);

    /// <summary>The sum of all lanes, in an order that depends only on the width.</summary>
    float Sum();

    /// <summary>The largest lane.</summary>
    float Largest();

    /// <summary>Unsigned integers first, first + 1, … in consecutive lanes.</summary>
    static abstract TSelf CountBits(uint first);

    /// <summary>The same unsigned integer in every lane.</summary>
    static abstract TSelf BroadcastBits(uint value);

    /// <summary>The 64-bit product of every lane and <paramref name="factor"/>, both unsigned integers.</summary>
    static abstract void MultiplyBits(TSelf lanes, uint factor, out TSelf high, out TSelf low);

    /// <summary>The upper 24 bits of every lane as a float in [0, 1).</summary>
    static abstract TSelf UnitFromBits(TSelf bits);

    /// <summary>
    /// Transposes <see cref="Width"/> elements of <see cref="Width"/> rows. Rows from <paramref name="count"/> onwards
    /// count as 0.
    /// </summary>
    /// <remarks>
    /// Stores whole registers in ascending order of rows. If the destination stride is less than the width, each row
    /// overwrites the surplus lanes of the previous one; only the surplus of the last row remains.
    /// </remarks>
    static abstract void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows;
}

/// <summary>The addresses of the rows of a block.</summary>
internal unsafe interface IRows
{
    float* this[int row] { get; }
}

/// <summary>Rows at equal distances in memory.</summary>
internal readonly unsafe struct StridedRows(float* first, nint stride) : IRows
{
    public float* this[int row]
    {
        [MethodImpl(AggressiveInlining)]
        get => first + row * stride;
    }
}

/// <summary>Rows at arbitrary addresses, each read from <paramref name="offset"/>.</summary>
internal readonly unsafe struct ScatteredRows(float** starts, nint offset) : IRows
{
    public float* this[int row]
    {
        [MethodImpl(AggressiveInlining)]
        get => starts[row] + offset;
    }
}
