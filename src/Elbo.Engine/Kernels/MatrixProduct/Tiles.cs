using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>The five operations of a register tile on a register <typeparamref name="R"/>.</summary>
/// <remarks>
/// Separate from <see cref="Simd.ISimd{TSelf}"/> because the just-in-time compiler keeps 24 sums in registers reliably
/// only if they are bare vectors. With wrapping structs it stores and loads some of them in every iteration of the
/// loop.
/// </remarks>
internal unsafe interface ILanes<R>
    where R : unmanaged
{
    static abstract int Width { get; }
    static abstract R Load(float* source);
    static abstract R Broadcast(float value);
    static abstract R MultiplyAdd(R a, R b, R c);
    static abstract R Add(R a, R b);
    static abstract void Store(R value, float* destination);
}

internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Width => 16;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.FusedMultiplyAdd(a, b, c);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(AggressiveInlining)]
    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);
}

internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Width => 8;

    [MethodImpl(AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Fma.MultiplyAdd(a, b, c);

    [MethodImpl(AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(AggressiveInlining)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);
}

internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Width => 4;

    [MethodImpl(AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(AggressiveInlining)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);
}

internal readonly unsafe struct Lanes32 : ILanes<float>
{
    public static int Width => 1;

    [MethodImpl(AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    [MethodImpl(AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(AggressiveInlining)]
    public static void Store(float value, float* destination) => *destination = value;
}

/// <summary>A block of the product held in registers: <see cref="Rows"/> rows of one or two registers each.</summary>
/// <remarks>
/// The type system stacks taller tiles from shorter ones, and the compiler flattens the nesting into registers.
/// </remarks>
internal unsafe interface ITile<R>
    where R : unmanaged
{
    static abstract int Rows { get; }

    /// <summary>Registers per row: one or two.</summary>
    static abstract int Registers { get; }

    /// <summary>Adds the outer product of <see cref="Rows"/> elements of A and the registers of B.</summary>
    void Accumulate(float* a, R b0, R b1);

    /// <summary>Writes to C, or adds to it.</summary>
    void Store(float* c, nint stride, bool adds);
}

// A tile starts as default, all zeros. Its fields change through the methods of their types.
#pragma warning disable CS0649

/// <summary>One row of two registers.</summary>
internal unsafe struct WideRow<L, R> : ITile<R>
    where L : struct, ILanes<R>
    where R : unmanaged
{
    private R _c0,
        _c1;

    public static int Rows => 1;
    public static int Registers => 2;

    [MethodImpl(AggressiveInlining)]
    public void Accumulate(float* a, R b0, R b1)
    {
        var x = L.Broadcast(*a);
        _c0 = L.MultiplyAdd(x, b0, _c0);
        _c1 = L.MultiplyAdd(x, b1, _c1);
    }

    [MethodImpl(AggressiveInlining)]
    public void Store(float* c, nint stride, bool adds)
    {
        if (adds)
        {
            _c0 = L.Add(_c0, L.Load(c));
            _c1 = L.Add(_c1, L.Load(c + L.Width));
        }
        L.Store(_c0, c);
        L.Store(_c1, c + L.Width);
    }
}

/// <summary>One row of one register, for the last columns.</summary>
internal unsafe struct NarrowRow<L, R> : ITile<R>
    where L : struct, ILanes<R>
    where R : unmanaged
{
    private R _c0;

    public static int Rows => 1;
    public static int Registers => 1;

    [MethodImpl(AggressiveInlining)]
    public void Accumulate(float* a, R b0, R b1) => _c0 = L.MultiplyAdd(L.Broadcast(*a), b0, _c0);

    [MethodImpl(AggressiveInlining)]
    public void Store(float* c, nint stride, bool adds)
    {
        if (adds)
            _c0 = L.Add(_c0, L.Load(c));
        L.Store(_c0, c);
    }
}

/// <summary>One tile above another.</summary>
internal unsafe struct Stack<R, TTop, TBottom> : ITile<R>
    where R : unmanaged
    where TTop : unmanaged, ITile<R>
    where TBottom : unmanaged, ITile<R>
{
    private TTop _top;
    private TBottom _bottom;

    public static int Rows => TTop.Rows + TBottom.Rows;
    public static int Registers => TTop.Registers;

    [MethodImpl(AggressiveInlining)]
    public void Accumulate(float* a, R b0, R b1)
    {
        _top.Accumulate(a, b0, b1);
        _bottom.Accumulate(a + TTop.Rows, b0, b1);
    }

    [MethodImpl(AggressiveInlining)]
    public void Store(float* c, nint stride, bool adds)
    {
        _top.Store(c, stride, adds);
        _bottom.Store(c + TTop.Rows * stride, stride, adds);
    }
}
