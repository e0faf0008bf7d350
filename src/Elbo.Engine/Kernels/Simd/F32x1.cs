using System.Runtime.CompilerServices;
using static System.BitConverter;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>One float: the simple reference that tests compare wider registers with.</summary>
internal readonly unsafe struct F32x1 : ISimd<F32x1>
{
    private readonly float _v;

    [MethodImpl(AggressiveInlining)]
    private F32x1(float v) => _v = v;

    public static int Width => 1;

    public static int Threads => 1;

    public static int Thread => 0;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Broadcast(float value) => new(value);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Load(float* source) => new(*source);

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => *destination = _v;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 LoadPartial(float* source, int count) => count > 0 ? new(*source) : default;

    [MethodImpl(AggressiveInlining)]
    public void StorePartial(float* destination, int count)
    {
        if (count > 0)
            *destination = _v;
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x1 First(F32x1 x, int count) => count > 0 ? x : default;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 LoadBytes(byte* source) => new(*source);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator +(F32x1 left, F32x1 right) => new(left._v + right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator -(F32x1 left, F32x1 right) => new(left._v - right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator *(F32x1 left, F32x1 right) => new(left._v * right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator /(F32x1 left, F32x1 right) => new(left._v / right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator -(F32x1 value) => new(-value._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator &(F32x1 left, F32x1 right) => FromBits(Bits(left) & Bits(right));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 operator ^(F32x1 left, F32x1 right) => FromBits(Bits(left) ^ Bits(right));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Fma(F32x1 a, F32x1 b, F32x1 c) => new(float.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Min(F32x1 bound, F32x1 x) => bound._v < x._v ? bound : x;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Max(F32x1 bound, F32x1 x) => bound._v > x._v ? bound : x;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Abs(F32x1 x) => new(MathF.Abs(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Sqrt(F32x1 x) => new(MathF.Sqrt(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 LessThan(F32x1 left, F32x1 right) => FromBits(left._v < right._v ? ~0u : 0u);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Select(F32x1 mask, F32x1 whenTrue, F32x1 whenFalse) => Bits(mask) != 0 ? whenTrue : whenFalse;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 Round(F32x1 x) => new(MathF.Round(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 ScaleByPowerOfTwo(F32x1 x, F32x1 n) => new(MathF.ScaleB(x._v, (int)n._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x1 SplitExponent(F32x1 x, out F32x1 exponent)
    {
        int e = MathF.ILogB(x._v);
        exponent = new(e);
        return new(MathF.ScaleB(x._v, -e));
    }

    [MethodImpl(AggressiveInlining)]
    public float Sum() => _v;

    [MethodImpl(AggressiveInlining)]
    public float Largest() => _v;

    [MethodImpl(AggressiveInlining)]
    public static F32x1 CountBits(uint first) => FromBits(first);

    [MethodImpl(AggressiveInlining)]
    public static F32x1 BroadcastBits(uint value) => FromBits(value);

    [MethodImpl(AggressiveInlining)]
    public static void MultiplyBits(F32x1 lanes, uint factor, out F32x1 high, out F32x1 low)
    {
        ulong product = Math.BigMul(Bits(lanes), factor);
        high = FromBits((uint)(product >> 32));
        low = FromBits((uint)product);
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x1 UnitFromBits(F32x1 bits) => new((Bits(bits) >> 8) * (1f / (1 << 24)));

    [MethodImpl(AggressiveInlining)]
    public static void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows => *destination = count > 0 ? *rows[0] : 0;

    [MethodImpl(AggressiveInlining)]
    private static uint Bits(F32x1 x) => SingleToUInt32Bits(x._v);

    [MethodImpl(AggressiveInlining)]
    private static F32x1 FromBits(uint bits) => new(UInt32BitsToSingle(bits));
}
