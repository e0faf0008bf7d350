using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

#pragma warning disable CS0649 // A tile begins as default, all zeros; its fields change through the methods of their types.

/// <summary>One row of two registers.</summary>
internal unsafe struct WideRow<V> : ITile<V> where V : unmanaged, ISimd<V>
{
    private V _c0, _c1;

    public static int Rows => 1;
    public static int Columns => 2 * V.Width;

    [MethodImpl(AggressiveInlining)]
    public void Accumulate(float* a, V b0, V b1)
    {
        var x = V.Broadcast(*a);
        _c0 = V.Fma(x, b0, _c0);
        _c1 = V.Fma(x, b1, _c1);
    }

    [MethodImpl(AggressiveInlining)]
    public void Store(float* c, nint stride, bool adds)
    {
        if (adds)
        {
            _c0 += V.Load(c);
            _c1 += V.Load(c + V.Width);
        }
        _c0.Store(c);
        _c1.Store(c + V.Width);
    }
}

/// <summary>One row of one register, for the last columns.</summary>
internal unsafe struct NarrowRow<V> : ITile<V> where V : unmanaged, ISimd<V>
{
    private V _c0;

    public static int Rows => 1;
    public static int Columns => V.Width;

    [MethodImpl(AggressiveInlining)]
    public void Accumulate(float* a, V b0, V b1) => _c0 = V.Fma(V.Broadcast(*a), b0, _c0);

    [MethodImpl(AggressiveInlining)]
    public void Store(float* c, nint stride, bool adds)
    {
        if (adds) _c0 += V.Load(c);
        _c0.Store(c);
    }
}

/// <summary>One tile above another.</summary>
internal unsafe struct Stack<V, TTop, TBottom> : ITile<V>
    where V : unmanaged, ISimd<V> where TTop : unmanaged, ITile<V> where TBottom : unmanaged, ITile<V>
{
    private TTop _top;
    private TBottom _bottom;

    public static int Rows => TTop.Rows + TBottom.Rows;
    public static int Columns => TTop.Columns;

    [MethodImpl(AggressiveInlining)]
    public void Accumulate(float* a, V b0, V b1)
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
