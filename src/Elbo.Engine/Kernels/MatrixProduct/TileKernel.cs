using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>The innermost loop: packed panels of A and B into one register tile.</summary>
/// <remarks>
/// AVX-512 has 32 registers: 12×2 sums, two of B, one broadcast of A. With 16 registers 6×2 sums are the most that stay
/// in them; a taller tile spills and runs at half the speed.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>Rows of the tall and of the short tile for a register width.</summary>
    public static (int Tall, int Short) Heights(int width) => width switch { 16 => (12, 8), 8 => (6, 4), _ => (4, 2) };

    [MethodImpl(AggressiveInlining)]
    public static void Run<V>(bool tall, bool narrow, float* a, float* b, float* c, nint stride, int k, bool adds) where V : unmanaged, ISimd<V>
    {
        if (narrow) Run<V, NarrowRow<V>>(tall, a, b, c, stride, k, adds);
        else Run<V, WideRow<V>>(tall, a, b, c, stride, k, adds);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Run<V, TRow>(bool tall, float* a, float* b, float* c, nint stride, int k, bool adds)
        where V : unmanaged, ISimd<V> where TRow : unmanaged, ITile<V>
    {
        if (V.Width == 16)
        {
            if (tall) Loop<V, Stack<V, Rows8<V, TRow>, Rows4<V, TRow>>>(a, b, c, stride, k, adds);
            else Loop<V, Rows8<V, TRow>>(a, b, c, stride, k, adds);
        }
        else if (V.Width == 8)
        {
            if (tall) Loop<V, Stack<V, Rows4<V, TRow>, Stack<V, TRow, TRow>>>(a, b, c, stride, k, adds);
            else Loop<V, Rows4<V, TRow>>(a, b, c, stride, k, adds);
        }
        else
        {
            if (tall) Loop<V, Rows4<V, TRow>>(a, b, c, stride, k, adds);
            else Loop<V, Stack<V, TRow, TRow>>(a, b, c, stride, k, adds);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Loop<V, TTile>(float* a, float* b, float* c, nint stride, int k, bool adds)
        where V : unmanaged, ISimd<V> where TTile : unmanaged, ITile<V>
    {
        var tile = default(TTile);
        for (; k > 0; k--)
        {
            var b0 = V.Load(b);
            tile.Accumulate(a, b0, TTile.Columns > V.Width ? V.Load(b + V.Width) : b0);
            a += TTile.Rows;
            b += TTile.Columns;
        }
        tile.Store(c, stride, adds);
    }

    /// <summary>Four rows.</summary>
    private struct Rows4<V, TRow> : ITile<V> where V : unmanaged, ISimd<V> where TRow : unmanaged, ITile<V>
    {
        private Stack<V, Stack<V, TRow, TRow>, Stack<V, TRow, TRow>> _rows;

        public static int Rows => 4;
        public static int Columns => TRow.Columns;
        [MethodImpl(AggressiveInlining)] public void Accumulate(float* a, V b0, V b1) => _rows.Accumulate(a, b0, b1);
        [MethodImpl(AggressiveInlining)] public void Store(float* c, nint stride, bool adds) => _rows.Store(c, stride, adds);
    }

    /// <summary>Eight rows.</summary>
    private struct Rows8<V, TRow> : ITile<V> where V : unmanaged, ISimd<V> where TRow : unmanaged, ITile<V>
    {
        private Stack<V, Rows4<V, TRow>, Rows4<V, TRow>> _rows;

        public static int Rows => 8;
        public static int Columns => TRow.Columns;
        [MethodImpl(AggressiveInlining)] public void Accumulate(float* a, V b0, V b1) => _rows.Accumulate(a, b0, b1);
        [MethodImpl(AggressiveInlining)] public void Store(float* c, nint stride, bool adds) => _rows.Store(c, stride, adds);
    }
}
