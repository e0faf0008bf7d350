using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>Four floats in a 128-bit register, on any processor (SSE2 or AdvSimd).</summary>
internal readonly unsafe struct F32x4 : ISimd<F32x4>
{
    private readonly Vector128<float> _v;

    [MethodImpl(AggressiveInlining)]
    private F32x4(Vector128<float> v) => _v = v;

    public static int Width => 4;

    public static int Threads => 1;

    public static int Thread => 0;

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => _v.Store(destination);

    public static F32x4 LoadPartial(float* source, int count)
    {
        var lanes = stackalloc float[4] { 0, 0, 0, 0 };
        for (int i = 0; i < Math.Min(count, 4); i++)
            lanes[i] = source[i];
        return Load(lanes);
    }

    public void StorePartial(float* destination, int count)
    {
        for (int i = 0; i < Math.Min(count, 4); i++)
            destination[i] = _v[i];
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x4 First(F32x4 x, int count) =>
        new(x._v & Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static F32x4 LoadBytes(byte* source) =>
        new(
            Vector128.ConvertToSingle(
                Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)source).AsByte())).AsInt32()
            )
        );

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator +(F32x4 left, F32x4 right) => new(left._v + right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator -(F32x4 left, F32x4 right) => new(left._v - right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator *(F32x4 left, F32x4 right) => new(left._v * right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator /(F32x4 left, F32x4 right) => new(left._v / right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator -(F32x4 value) => new(-value._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator &(F32x4 left, F32x4 right) => new(left._v & right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x4 operator ^(F32x4 left, F32x4 right) => new(left._v ^ right._v);

    // Not FusedMultiplyAdd: without the hardware instruction that is a software call, a hundred times slower.
    [MethodImpl(AggressiveInlining)]
    public static F32x4 Fma(F32x4 a, F32x4 b, F32x4 c) => new(Vector128.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Min(F32x4 bound, F32x4 x) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(bound._v, x._v), bound._v, x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Max(F32x4 bound, F32x4 x) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(bound._v, x._v), bound._v, x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Abs(F32x4 x) => new(Vector128.Abs(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Sqrt(F32x4 x) => new(Vector128.Sqrt(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 LessThan(F32x4 left, F32x4 right) => new(Vector128.LessThan(left._v, right._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Select(F32x4 mask, F32x4 whenTrue, F32x4 whenFalse) =>
        new(Vector128.ConditionalSelect(mask._v, whenTrue._v, whenFalse._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 Round(F32x4 x) => new(Vector128.Round(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 ScaleByPowerOfTwo(F32x4 x, F32x4 n)
    {
        var whole = Vector128.ConvertToInt32(n._v); // two factors, see F32x8
        var half = whole >> 1;
        return new(x._v * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector128<float> PowerOfTwo(Vector128<int> n) => ((n + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(AggressiveInlining)]
    public static F32x4 SplitExponent(F32x4 x, out F32x4 exponent)
    {
        var subnormal = Vector128.LessThan(x._v, Vector128.Create(1.17549435e-38f));
        var scaled = Vector128.ConditionalSelect(subnormal, x._v * Vector128.Create(8388608f), x._v);
        var bias = Vector128.ConditionalSelect(subnormal, Vector128.Create(150f), Vector128.Create(127f));
        exponent = new(Vector128.ConvertToSingle(scaled.AsInt32() >>> 23) - bias);
        return new(((scaled.AsInt32() & Vector128.Create(0x007F_FFFF)) | Vector128.Create(0x3F80_0000)).AsSingle());
    }

    [MethodImpl(AggressiveInlining)]
    public float Sum() => Vector128.Sum(_v);

    [MethodImpl(AggressiveInlining)]
    public float Largest() => MathF.Max(MathF.Max(_v[0], _v[1]), MathF.Max(_v[2], _v[3]));

    [MethodImpl(AggressiveInlining)]
    public static F32x4 CountBits(uint first) => new((Vector128.Create(first) + Vector128<uint>.Indices).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static F32x4 BroadcastBits(uint value) => new(Vector128.Create(value).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static void MultiplyBits(F32x4 lanes, uint factor, out F32x4 high, out F32x4 low)
    {
        var bits = lanes._v.AsUInt32();
        var p0 = Math.BigMul(bits[0], factor);
        var p1 = Math.BigMul(bits[1], factor);
        var p2 = Math.BigMul(bits[2], factor);
        var p3 = Math.BigMul(bits[3], factor);
        high = new(Vector128.Create((uint)(p0 >> 32), (uint)(p1 >> 32), (uint)(p2 >> 32), (uint)(p3 >> 32)).AsSingle());
        low = new(Vector128.Create((uint)p0, (uint)p1, (uint)p2, (uint)p3).AsSingle());
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x4 UnitFromBits(F32x4 bits) =>
        new(Vector128.ConvertToSingle((bits._v.AsUInt32() >> 8).AsInt32()) * Vector128.Create(1f / (1 << 24)));

    [MethodImpl(AggressiveOptimization)]
    public static void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows
    {
        var r0 = count > 0 ? Vector128.Load(rows[0]) : default;
        var r1 = count > 1 ? Vector128.Load(rows[1]) : default;
        var r2 = count > 2 ? Vector128.Load(rows[2]) : default;
        var r3 = count > 3 ? Vector128.Load(rows[3]) : default;
        Vector128.Create(r0[0], r1[0], r2[0], r3[0]).Store(destination);
        Vector128.Create(r0[1], r1[1], r2[1], r3[1]).Store(destination + destinationStride);
        Vector128.Create(r0[2], r1[2], r2[2], r3[2]).Store(destination + 2 * destinationStride);
        Vector128.Create(r0[3], r1[3], r2[3], r3[3]).Store(destination + 3 * destinationStride);
    }
}
