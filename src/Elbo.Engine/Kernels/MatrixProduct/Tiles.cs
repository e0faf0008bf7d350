using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

// A tile begins as default, all zeros; its fields change through the methods of their types.
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
