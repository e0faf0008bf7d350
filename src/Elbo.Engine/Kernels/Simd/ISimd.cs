using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>
/// A register of <see cref="Width"/> floats. Kernels are written once over it and compiled for every width.
/// </summary>
/// <remarks>
/// Comparisons give masks: all bits of a lane set or clear. Methods named for bits read a lane as a 32-bit integer.
/// Min and max return <c>x</c> when it is NaN and comes second, so that <c>Max(bound, x)</c> lets NaN through.
/// </remarks>
internal unsafe interface ISimd<TSelf>
    where TSelf : unmanaged, ISimd<TSelf>
{
    static abstract int Width { get; }
    static abstract TSelf Broadcast(float value);
    static abstract TSelf Load(float* source);
    void Store(float* destination);

    /// <summary>The first <paramref name="count"/> lanes, the others 0; reads nothing beyond them.</summary>
    static abstract TSelf LoadPartial(float* source, int count);

    /// <summary>Writes the first <paramref name="count"/> lanes and nothing beyond them.</summary>
    void StorePartial(float* destination, int count);

    /// <summary><see cref="Width"/> bytes as floats 0–255.</summary>
    static abstract TSelf LoadBytes(byte* source);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf value);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary>a·b + c, rounded once where the hardware can.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Min(TSelf bound, TSelf x);
    static abstract TSelf Max(TSelf bound, TSelf x);
    static abstract TSelf Abs(TSelf x);
    static abstract TSelf Sqrt(TSelf x);
    static abstract TSelf LessThan(TSelf left, TSelf right);
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>x·2ⁿ for integral n in [−252, 254], with gradual underflow and overflow to infinity.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf x, TSelf n);

    /// <summary>Splits positive finite x (subnormal too) into m·2ᵉ, m in [1, 2).</summary>
    static abstract TSelf SplitExponent(TSelf x, out TSelf exponent);

    /// <summary>The sum of all lanes, in an order that depends only on the width.</summary>
    float Sum();

    /// <summary>The largest lane.</summary>
    float Largest();

    /// <summary>The lanes first, first + 1, … as unsigned integers.</summary>
    static abstract TSelf CountBits(uint first);

    /// <summary>Unsigned integer in every lane.</summary>
    static abstract TSelf BroadcastBits(uint value);

    /// <summary>The 64-bit product of every lane with <paramref name="factor"/>, both as unsigned integers.</summary>
    static abstract void MultiplyBits(TSelf lanes, uint factor, out TSelf high, out TSelf low);

    /// <summary>The upper 24 bits of every lane as a float in [0, 1).</summary>
    static abstract TSelf UnitFromBits(TSelf bits);

    /// <summary>
    /// Transposes <see cref="Width"/> elements of <see cref="Width"/> rows; rows from <paramref name="count"/> on count
    /// as 0.
    /// </summary>
    /// <remarks>
    /// Stores whole registers in ascending order of rows, so that a destination stride below the width lets each row
    /// overwrite the surplus lanes of the one before; only the last row's surplus remains.
    /// </remarks>
    static abstract void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows;
}

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
