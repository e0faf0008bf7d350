using Elbo.Engine.Kernels.Simd;
using ILGPU;

namespace Elbo.Gpu.Kernels;

/// <summary>
/// Thirty-two floats in a warp: every thread holds one lane. With it, the engine's kernels are GPU kernels.
/// </summary>
/// <remarks>
/// Sums across lanes exchange registers in a fixed order, so results are the same in every run. Instructions are those
/// of ILGPU alone, which gives them on the processor too.
/// </remarks>
internal readonly unsafe struct F32x32 : ISimd<F32x32>
{
    private const uint Sign = 0x80000000;
    private const uint Fraction = 0x007FFFFF;
    private const uint One = 0x3F800000;
    private const int Bias = 127;
    private const int FractionBits = 23;

    private readonly float _v;

    private F32x32(float v) => _v = v;

    public static int Width => 32;

    public static int Threads => 32;

    public static int Thread => Warp.LaneIdx;

    public static F32x32 Broadcast(float value) => new(value);

    public static F32x32 Load(float* source) => new(source[Warp.LaneIdx]);

    public void Store(float* destination) => destination[Warp.LaneIdx] = _v;

    public static F32x32 LoadPartial(float* source, int count) => new(Warp.LaneIdx < count ? source[Warp.LaneIdx] : 0);

    public void StorePartial(float* destination, int count)
    {
        if (Warp.LaneIdx < count)
            destination[Warp.LaneIdx] = _v;
    }

    public static F32x32 First(F32x32 x, int count) => new(Warp.LaneIdx < count ? x._v : 0);

    public static F32x32 LoadBytes(byte* source) => new(source[Warp.LaneIdx]);

    public static F32x32 operator +(F32x32 left, F32x32 right) => new(left._v + right._v);

    public static F32x32 operator -(F32x32 left, F32x32 right) => new(left._v - right._v);

    public static F32x32 operator *(F32x32 left, F32x32 right) => new(left._v * right._v);

    public static F32x32 operator /(F32x32 left, F32x32 right) => new(left._v / right._v);

    public static F32x32 operator -(F32x32 value) => FromBits(Bits(value) ^ Sign);

    public static F32x32 operator &(F32x32 left, F32x32 right) => FromBits(Bits(left) & Bits(right));

    public static F32x32 operator ^(F32x32 left, F32x32 right) => FromBits(Bits(left) ^ Bits(right));

    public static F32x32 Fma(F32x32 a, F32x32 b, F32x32 c) => new(a._v * b._v + c._v);

    public static F32x32 Min(F32x32 bound, F32x32 x) => IfLess(bound._v, x._v, bound, x);

    public static F32x32 Max(F32x32 bound, F32x32 x) => IfLess(x._v, bound._v, bound, x);

    public static F32x32 Abs(F32x32 x) => FromBits(Bits(x) & ~Sign);

    public static F32x32 Sqrt(F32x32 x) => new(MathF.Sqrt(x._v));

    public static F32x32 LessThan(F32x32 left, F32x32 right) =>
        IfLess(left._v, right._v, BroadcastBits(uint.MaxValue), default);

    public static F32x32 Select(F32x32 mask, F32x32 whenTrue, F32x32 whenFalse) =>
        Bits(mask) != 0 ? whenTrue : whenFalse;

    public static F32x32 Round(F32x32 x)
    {
        // Adding 1.5·2²³ rounds to an integer; from 2²² on, numbers are taken as they are.
        const float Shift = 12582912;
        float rounded = x._v + Shift - Shift;
        return Bits(Abs(x)) < Bits(Broadcast(4194304)) ? new(rounded) : x;
    }

    public static F32x32 ScaleByPowerOfTwo(F32x32 x, F32x32 n)
    {
        // In two steps, each of which is a normal number.
        int exponent = (int)n._v,
            half = exponent / 2;
        return new(x._v * PowerOfTwo(half) * PowerOfTwo(exponent - half));
    }

    public static F32x32 SplitExponent(F32x32 x, out F32x32 exponent)
    {
        // Subnormal numbers are scaled to normal ones first.
        bool isSubnormal = Bits(x) <= Fraction;
        uint bits = isSubnormal ? Bits(new(x._v * (1 << FractionBits))) : Bits(x);
        exponent = new((int)(bits >> FractionBits) - Bias - (isSubnormal ? FractionBits : 0));
        return FromBits((bits & Fraction) | One);
    }

    public float Sum()
    {
        float sum = _v;
        sum += Warp.ShuffleXor(sum, 16);
        sum += Warp.ShuffleXor(sum, 8);
        sum += Warp.ShuffleXor(sum, 4);
        sum += Warp.ShuffleXor(sum, 2);
        sum += Warp.ShuffleXor(sum, 1);
        return sum;
    }

    public float Largest()
    {
        var largest = this;
        for (int distance = 16; distance > 0; distance /= 2)
            largest = VectorMath.Largest(largest, new(Warp.ShuffleXor(largest._v, distance)));
        return largest._v;
    }

    public static F32x32 CountBits(uint first) => FromBits(first + (uint)Warp.LaneIdx);

    public static F32x32 BroadcastBits(uint value) => FromBits(value);

    public static void MultiplyBits(F32x32 lanes, uint factor, out F32x32 high, out F32x32 low)
    {
        ulong product = (ulong)Bits(lanes) * factor;
        high = FromBits((uint)(product >> 32));
        low = FromBits((uint)product);
    }

    public static F32x32 UnitFromBits(F32x32 bits) => new((Bits(bits) >> 8) * (1f / (1 << 24)));

    /// <summary>Not supported: only the packing of the processor's matrix products transposes.</summary>
    public static void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows => throw new NotSupportedException();

    /// <summary>a &lt; b ? whenTrue : whenFalse, and whenFalse if a number is NaN.</summary>
    /// <remarks>
    /// ILGPU 1.5.3 takes comparisons with NaN for true if the first operand is a constant, or if the compiler has turned
    /// them into branches. So the difference is compared, and the comparison is passed as an argument.
    /// </remarks>
    private static F32x32 IfLess(float a, float b, F32x32 whenTrue, F32x32 whenFalse) =>
        Choose(a - b < 0, whenTrue, whenFalse);

    private static F32x32 Choose(bool condition, F32x32 whenTrue, F32x32 whenFalse) => condition ? whenTrue : whenFalse;

    private static uint Bits(F32x32 x) => Interop.FloatAsInt(x._v);

    private static F32x32 FromBits(uint bits) => new(Interop.IntAsFloat(bits));

    private static float PowerOfTwo(int exponent) => Interop.IntAsFloat((uint)(exponent + Bias) << FractionBits);
}
