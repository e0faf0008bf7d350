using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>Eight floats in an AVX2 register, with FMA.</summary>
internal readonly unsafe struct F32x8 : ISimd<F32x8>
{
    private readonly Vector256<float> _v;

    [MethodImpl(AggressiveInlining)]
    private F32x8(Vector256<float> v) => _v = v;

    public static int Width => 8;

    public static int Threads => 1;

    public static int Thread => 0;

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => _v.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 LoadPartial(float* source, int count) => new(Avx.MaskLoad(source, FirstLanes(count)));

    [MethodImpl(AggressiveInlining)]
    public void StorePartial(float* destination, int count) => Avx.MaskStore(destination, FirstLanes(count), _v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 First(F32x8 x, int count) => new(x._v & FirstLanes(count));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 LoadBytes(byte* source) => new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(source)));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator +(F32x8 left, F32x8 right) => new(left._v + right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator -(F32x8 left, F32x8 right) => new(left._v - right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator *(F32x8 left, F32x8 right) => new(left._v * right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator /(F32x8 left, F32x8 right) => new(left._v / right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator -(F32x8 value) => new(-value._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator &(F32x8 left, F32x8 right) => new(left._v & right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 operator ^(F32x8 left, F32x8 right) => new(left._v ^ right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Fma(F32x8 a, F32x8 b, F32x8 c) =>
        new(System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Min(F32x8 bound, F32x8 x) => new(Avx.Min(bound._v, x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Max(F32x8 bound, F32x8 x) => new(Avx.Max(bound._v, x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Abs(F32x8 x) => new(Vector256.Abs(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Sqrt(F32x8 x) => new(Vector256.Sqrt(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 LessThan(F32x8 left, F32x8 right) => new(Vector256.LessThan(left._v, right._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Select(F32x8 mask, F32x8 whenTrue, F32x8 whenFalse) =>
        new(Avx.BlendVariable(whenFalse._v, whenTrue._v, mask._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 Round(F32x8 x) => new(Avx.RoundToNearestInteger(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x8 ScaleByPowerOfTwo(F32x8 x, F32x8 n)
    {
        // Two factors, so that neither exceeds the exponent range if the product does not.
        var whole = Vector256.ConvertToInt32(n._v);
        var half = whole >> 1;
        return new(x._v * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<int> n) => ((n + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(AggressiveInlining)]
    public static F32x8 SplitExponent(F32x8 x, out F32x8 exponent)
    {
        var subnormal = Vector256.LessThan(x._v, Vector256.Create(1.17549435e-38f));
        var scaled = Vector256.ConditionalSelect(subnormal, x._v * Vector256.Create(8388608f), x._v);
        var bias = Vector256.ConditionalSelect(subnormal, Vector256.Create(150f), Vector256.Create(127f));
        exponent = new(Vector256.ConvertToSingle(scaled.AsInt32() >>> 23) - bias);
        return new(((scaled.AsInt32() & Vector256.Create(0x007F_FFFF)) | Vector256.Create(0x3F80_0000)).AsSingle());
    }

    [MethodImpl(AggressiveInlining)]
    public float Sum() => Vector256.Sum(_v);

    [MethodImpl(AggressiveInlining)]
    public float Largest()
    {
        var v4 = Vector128.Max(_v.GetLower(), _v.GetUpper());
        return MathF.Max(MathF.Max(v4[0], v4[1]), MathF.Max(v4[2], v4[3]));
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x8 CountBits(uint first) => new((Vector256.Create(first) + Vector256<uint>.Indices).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static F32x8 BroadcastBits(uint value) => new(Vector256.Create(value).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static void MultiplyBits(F32x8 lanes, uint factor, out F32x8 high, out F32x8 low)
    {
        var factors = Vector256.Create(factor);
        var even = Avx2.Multiply(lanes._v.AsUInt32(), factors);
        var odd = Avx2.Multiply((lanes._v.AsUInt64() >> 32).AsUInt32(), factors);
        var oddLanes = Vector256.Create(0xFFFF_FFFF_0000_0000UL);
        high = new(Vector256.ConditionalSelect(oddLanes, odd, even >> 32).AsSingle());
        low = new(Vector256.ConditionalSelect(oddLanes, odd << 32, even).AsSingle());
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x8 UnitFromBits(F32x8 bits) =>
        new(Vector256.ConvertToSingle((bits._v.AsUInt32() >> 8).AsInt32()) * Vector256.Create(1f / (1 << 24)));

    [MethodImpl(AggressiveInlining)]
    private static Vector256<float> FirstLanes(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    [MethodImpl(AggressiveOptimization)]
    public static void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows
    {
        // As in F32x16: groups of four rows are transposed within their 128-bit lanes, then the two lanes are
        // exchanged.
        Quad(rows, 0, count, out var a0, out var a1, out var a2, out var a3);
        Quad(rows, 4, count, out var b0, out var b1, out var b2, out var b3);
        Avx.Permute2x128(a0, b0, 0x20).Store(destination);
        Avx.Permute2x128(a1, b1, 0x20).Store(destination + destinationStride);
        Avx.Permute2x128(a2, b2, 0x20).Store(destination + 2 * destinationStride);
        Avx.Permute2x128(a3, b3, 0x20).Store(destination + 3 * destinationStride);
        Avx.Permute2x128(a0, b0, 0x31).Store(destination + 4 * destinationStride);
        Avx.Permute2x128(a1, b1, 0x31).Store(destination + 5 * destinationStride);
        Avx.Permute2x128(a2, b2, 0x31).Store(destination + 6 * destinationStride);
        Avx.Permute2x128(a3, b3, 0x31).Store(destination + 7 * destinationStride);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Quad<TRows>(
        TRows rows,
        int first,
        int count,
        out Vector256<float> c0,
        out Vector256<float> c1,
        out Vector256<float> c2,
        out Vector256<float> c3
    )
        where TRows : unmanaged, IRows
    {
        var r0 = count > first ? Vector256.Load(rows[first]) : default;
        var r1 = count > first + 1 ? Vector256.Load(rows[first + 1]) : default;
        var r2 = count > first + 2 ? Vector256.Load(rows[first + 2]) : default;
        var r3 = count > first + 3 ? Vector256.Load(rows[first + 3]) : default;
        var t0 = Avx.UnpackLow(r0, r1).AsDouble();
        var t1 = Avx.UnpackHigh(r0, r1).AsDouble();
        var t2 = Avx.UnpackLow(r2, r3).AsDouble();
        var t3 = Avx.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx.UnpackLow(t0, t2).AsSingle();
        c1 = Avx.UnpackHigh(t0, t2).AsSingle();
        c2 = Avx.UnpackLow(t1, t3).AsSingle();
        c3 = Avx.UnpackHigh(t1, t3).AsSingle();
    }
}
