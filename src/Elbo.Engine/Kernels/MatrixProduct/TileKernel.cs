using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>The innermost loop: multiplies packed panels of A and B into one register tile.</summary>
/// <remarks>
/// AVX-512 has 32 registers: 12×2 sums, two registers of B and one broadcast of A. With 16 registers, 6×2 sums are the
/// most that fit; a taller tile spills and runs at half the speed. The nesting of Rows2 and Rows4 is deliberate: every
/// level wraps one field of two equal halves, which the compiler flattens completely. Other nestings give the same
/// result three times slower.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>Rows of the tall and of the short tile for a register width.</summary>
    public static (int Tall, int Short) Heights(int width) =>
        width switch
        {
            16 => (12, 8),
            8 => (6, 4),
            _ => (4, 2),
        };

    /// <summary>c (+)= a·b for one tile of the given height, one or two registers wide.</summary>
    public static void Run<V>(bool tall, bool narrow, float* a, float* b, float* c, nint stride, int k, bool adds)
        where V : unmanaged, ISimd<V>
    {
        if (V.Width == 16)
            Run<Lanes512, Vector512<float>>(tall, narrow, a, b, c, stride, k, adds);
        else if (V.Width == 8)
            Run<Lanes256, Vector256<float>>(tall, narrow, a, b, c, stride, k, adds);
        else if (V.Width == 4)
            Run<Lanes128, Vector128<float>>(tall, narrow, a, b, c, stride, k, adds);
        else
            Run<Lanes32, float>(tall, narrow, a, b, c, stride, k, adds);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Run<L, R>(bool tall, bool narrow, float* a, float* b, float* c, nint stride, int k, bool adds)
        where L : struct, ILanes<R>
        where R : unmanaged
    {
        if (narrow)
            Run<L, R, NarrowRow<L, R>>(tall, a, b, c, stride, k, adds);
        else
            Run<L, R, WideRow<L, R>>(tall, a, b, c, stride, k, adds);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Run<L, R, TRow>(bool tall, float* a, float* b, float* c, nint stride, int k, bool adds)
        where L : struct, ILanes<R>
        where R : unmanaged
        where TRow : unmanaged, ITile<R>
    {
        if (L.Width == 16)
        {
            if (tall)
                Loop<L, R, Stack<R, Rows4<R, TRow>, Stack<R, Rows4<R, TRow>, Rows4<R, TRow>>>>(
                    a,
                    b,
                    c,
                    stride,
                    k,
                    adds
                );
            else
                Loop<L, R, Stack<R, Rows4<R, TRow>, Rows4<R, TRow>>>(a, b, c, stride, k, adds);
        }
        else if (L.Width == 8)
        {
            if (tall)
                Loop<L, R, Stack<R, Rows4<R, TRow>, Rows2<R, TRow>>>(a, b, c, stride, k, adds);
            else
                Loop<L, R, Rows4<R, TRow>>(a, b, c, stride, k, adds);
        }
        else
        {
            if (tall)
                Loop<L, R, Rows4<R, TRow>>(a, b, c, stride, k, adds);
            else
                Loop<L, R, Rows2<R, TRow>>(a, b, c, stride, k, adds);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Loop<L, R, TTile>(float* a, float* b, float* c, nint stride, int k, bool adds)
        where L : struct, ILanes<R>
        where R : unmanaged
        where TTile : unmanaged, ITile<R>
    {
        var tile = default(TTile);
        for (; k > 0; k--)
        {
            // A narrow tile has no second register. It gets the first one again, which costs nothing.
            tile.Accumulate(a, L.Load(b), L.Load(b + (TTile.Registers - 1) * L.Width));
            a += TTile.Rows;
            b += TTile.Registers * L.Width;
        }
        tile.Store(c, stride, adds);
    }

    /// <summary>Two rows.</summary>
    private struct Rows2<R, TRow> : ITile<R>
        where R : unmanaged
        where TRow : unmanaged, ITile<R>
    {
        private Stack<R, TRow, TRow> _rows;

        public static int Rows => 2;
        public static int Registers => TRow.Registers;

        [MethodImpl(AggressiveInlining)]
        public void Accumulate(float* a, R b0, R b1) => _rows.Accumulate(a, b0, b1);

        [MethodImpl(AggressiveInlining)]
        public void Store(float* c, nint stride, bool adds) => _rows.Store(c, stride, adds);
    }

    /// <summary>Four rows.</summary>
    private struct Rows4<R, TRow> : ITile<R>
        where R : unmanaged
        where TRow : unmanaged, ITile<R>
    {
        private Stack<R, Rows2<R, TRow>, Rows2<R, TRow>> _rows;

        public static int Rows => 4;
        public static int Registers => TRow.Registers;

        [MethodImpl(AggressiveInlining)]
        public void Accumulate(float* a, R b0, R b1) => _rows.Accumulate(a, b0, b1);

        [MethodImpl(AggressiveInlining)]
        public void Store(float* c, nint stride, bool adds) => _rows.Store(c, stride, adds);
    }
}
