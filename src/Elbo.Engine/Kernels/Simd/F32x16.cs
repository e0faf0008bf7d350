using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Simd;

/// <summary>Sixteen floats in an AVX-512 register.</summary>
internal readonly unsafe struct F32x16 : ISimd<F32x16>
{
    private readonly Vector512<float> _v;

    [MethodImpl(AggressiveInlining)]
    private F32x16(Vector512<float> v) => _v = v;

    public static int Width => 16;

    public static int Threads => 1;

    public static int Thread => 0;

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => _v.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 LoadPartial(float* source, int count) =>
        new(Avx512F.MaskLoad(source, FirstLanes(count), Vector512<float>.Zero));

    [MethodImpl(AggressiveInlining)]
    public void StorePartial(float* destination, int count) => Avx512F.MaskStore(destination, FirstLanes(count), _v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 First(F32x16 x, int count) => new(x._v & FirstLanes(count));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 LoadBytes(byte* source) =>
        new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source))));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator +(F32x16 left, F32x16 right) => new(left._v + right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator -(F32x16 left, F32x16 right) => new(left._v - right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator *(F32x16 left, F32x16 right) => new(left._v * right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator /(F32x16 left, F32x16 right) => new(left._v / right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator -(F32x16 value) => new(-value._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator &(F32x16 left, F32x16 right) => new(left._v & right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 operator ^(F32x16 left, F32x16 right) => new(left._v ^ right._v);

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Fma(F32x16 a, F32x16 b, F32x16 c) => new(Avx512F.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Min(F32x16 bound, F32x16 x) => new(Avx512F.Min(bound._v, x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Max(F32x16 bound, F32x16 x) => new(Avx512F.Max(bound._v, x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Abs(F32x16 x) => new(Vector512.Abs(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Sqrt(F32x16 x) => new(Vector512.Sqrt(x._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 LessThan(F32x16 left, F32x16 right) => new(Vector512.LessThan(left._v, right._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Select(F32x16 mask, F32x16 whenTrue, F32x16 whenFalse) =>
        new(Vector512.ConditionalSelect(mask._v, whenTrue._v, whenFalse._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 Round(F32x16 x) => new(Avx512F.RoundScale(x._v, 0));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 ScaleByPowerOfTwo(F32x16 x, F32x16 n) => new(Avx512F.Scale(x._v, n._v));

    [MethodImpl(AggressiveInlining)]
    public static F32x16 SplitExponent(F32x16 x, out F32x16 exponent)
    {
        exponent = new(Avx512F.GetExponent(x._v));
        return new(Avx512F.GetMantissa(x._v, 0));
    }

    [MethodImpl(AggressiveInlining)]
    public float Sum() => Vector512.Sum(_v);

    [MethodImpl(AggressiveInlining)]
    public float Largest()
    {
        var v8 = Vector256.Max(_v.GetLower(), _v.GetUpper());
        var v4 = Vector128.Max(v8.GetLower(), v8.GetUpper());
        return MathF.Max(MathF.Max(v4[0], v4[1]), MathF.Max(v4[2], v4[3]));
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x16 CountBits(uint first) => new((Vector512.Create(first) + Vector512<uint>.Indices).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static F32x16 BroadcastBits(uint value) => new(Vector512.Create(value).AsSingle());

    [MethodImpl(AggressiveInlining)]
    public static void MultiplyBits(F32x16 lanes, uint factor, out F32x16 high, out F32x16 low)
    {
        var factors = Vector512.Create(factor);
        var even = Avx512F.Multiply(lanes._v.AsUInt32(), factors);
        var odd = Avx512F.Multiply((lanes._v.AsUInt64() >> 32).AsUInt32(), factors);
        var oddLanes = Vector512.Create(0xFFFF_FFFF_0000_0000UL);
        high = new(Vector512.ConditionalSelect(oddLanes, odd, even >> 32).AsSingle());
        low = new(Vector512.ConditionalSelect(oddLanes, odd << 32, even).AsSingle());
    }

    [MethodImpl(AggressiveInlining)]
    public static F32x16 UnitFromBits(F32x16 bits) =>
        new(Vector512.ConvertToSingle((bits._v.AsUInt32() >> 8).AsInt32()) * Vector512.Create(1f / (1 << 24)));

    [MethodImpl(AggressiveInlining)]
    private static Vector512<float> FirstLanes(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(AggressiveOptimization)]
    public static void Transpose<TRows>(TRows rows, int count, float* destination, nint destinationStride)
        where TRows : unmanaged, IRows
    {
        // Groups of four rows are transposed within their 128-bit lanes, then lanes are exchanged. After Quad, lane l
        // of the register for offset j holds column 4l + j of four rows.
        Quad(rows, 0, count, out var a0, out var a1, out var a2, out var a3);
        Quad(rows, 4, count, out var b0, out var b1, out var b2, out var b3);
        Quad(rows, 8, count, out var c0, out var c1, out var c2, out var c3);
        Quad(rows, 12, count, out var d0, out var d1, out var d2, out var d3);
        Exchange(a0, b0, c0, d0, out a0, out b0, out c0, out d0);
        Exchange(a1, b1, c1, d1, out a1, out b1, out c1, out d1);
        Exchange(a2, b2, c2, d2, out a2, out b2, out c2, out d2);
        Exchange(a3, b3, c3, d3, out a3, out b3, out c3, out d3);
        Store4(a0, a1, a2, a3, destination, destinationStride);
        Store4(b0, b1, b2, b3, destination + 4 * destinationStride, destinationStride);
        Store4(c0, c1, c2, c3, destination + 8 * destinationStride, destinationStride);
        Store4(d0, d1, d2, d3, destination + 12 * destinationStride, destinationStride);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Quad<TRows>(
        TRows rows,
        int first,
        int count,
        out Vector512<float> c0,
        out Vector512<float> c1,
        out Vector512<float> c2,
        out Vector512<float> c3
    )
        where TRows : unmanaged, IRows
    {
        var r0 = count > first ? Vector512.Load(rows[first]) : default;
        var r1 = count > first + 1 ? Vector512.Load(rows[first + 1]) : default;
        var r2 = count > first + 2 ? Vector512.Load(rows[first + 2]) : default;
        var r3 = count > first + 3 ? Vector512.Load(rows[first + 3]) : default;
        var t0 = Avx512F.UnpackLow(r0, r1).AsDouble();
        var t1 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var t2 = Avx512F.UnpackLow(r2, r3).AsDouble();
        var t3 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx512F.UnpackLow(t0, t2).AsSingle();
        c1 = Avx512F.UnpackHigh(t0, t2).AsSingle();
        c2 = Avx512F.UnpackLow(t1, t3).AsSingle();
        c3 = Avx512F.UnpackHigh(t1, t3).AsSingle();
    }

    /// <summary>Transposes a 4×4 matrix of 128-bit lanes.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Exchange(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d,
        out Vector512<float> r0,
        out Vector512<float> r1,
        out Vector512<float> r2,
        out Vector512<float> r3
    )
    {
        var abLow = Avx512F.Shuffle4x128(a, b, 0x44);
        var abHigh = Avx512F.Shuffle4x128(a, b, 0xEE);
        var cdLow = Avx512F.Shuffle4x128(c, d, 0x44);
        var cdHigh = Avx512F.Shuffle4x128(c, d, 0xEE);
        r0 = Avx512F.Shuffle4x128(abLow, cdLow, 0x88);
        r1 = Avx512F.Shuffle4x128(abLow, cdLow, 0xDD);
        r2 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0x88);
        r3 = Avx512F.Shuffle4x128(abHigh, cdHigh, 0xDD);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Store4(
        Vector512<float> r0,
        Vector512<float> r1,
        Vector512<float> r2,
        Vector512<float> r3,
        float* destination,
        nint stride
    )
    {
        r0.Store(destination);
        r1.Store(destination + stride);
        r2.Store(destination + 2 * stride);
        r3.Store(destination + 3 * stride);
    }
}
