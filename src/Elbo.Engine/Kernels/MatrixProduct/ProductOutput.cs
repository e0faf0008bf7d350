using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// The destination of the rows of a product: position (y, x) of a grid is pixel (y·Step + Top, x·Step + Left) of images
/// (N, Height, Width, Channels).
/// </summary>
internal unsafe struct OutputGrid
{
    public float* Data;
    public int GridHeight,
        GridWidth,
        Height,
        Width,
        Channels,
        Step,
        Top,
        Left;

    /// <summary>Floats between neighbours in a line of the grid.</summary>
    public readonly nint Distance => (nint)Step * Channels;

    /// <summary>A contiguous matrix as a grid.</summary>
    public static OutputGrid Rows(float* data, int rows, int channels) =>
        new()
        {
            Data = data,
            GridHeight = 1,
            GridWidth = rows,
            Height = 1,
            Width = rows,
            Channels = channels,
            Step = 1,
        };

    /// <summary>
    /// The address of row <paramref name="index"/>. The <paramref name="following"/> rows after it are
    /// <see cref="Distance"/> apart.
    /// </summary>
    [MethodImpl(AggressiveInlining)]
    public readonly float* At(int index, out int following)
    {
        int line = index / GridWidth,
            x = index - line * GridWidth,
            image = line / GridHeight,
            y = line - image * GridHeight;
        following = GridWidth - 1 - x;
        return Data + (((nint)image * Height + y * Step + Top) * Width + x * Step + Left) * Channels;
    }
}

/// <summary>A computation on a tile of the finished product while it is still in the cache.</summary>
internal unsafe interface IEpilogue
{
    /// <summary>Whether the epilogue does nothing.</summary>
    static abstract bool IsEmpty { get; }

    /// <summary>
    /// The new value of <paramref name="c"/>, a register of columns starting at <paramref name="column"/>, of which
    /// <paramref name="count"/> exist.
    /// </summary>
    V Apply<V>(V c, long column, int count)
        where V : unmanaged, ISimd<V>;
}

/// <summary>Leaves the product unchanged.</summary>
internal readonly unsafe struct NoEpilogue : IEpilogue
{
    public static bool IsEmpty => true;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V c, long column, int count)
        where V : unmanaged, ISimd<V> => c;
}

/// <summary>activation(c + bias), with one bias element per column.</summary>
internal readonly unsafe struct BiasActivation<TOp>(float* bias, TOp activation) : IEpilogue
    where TOp : unmanaged, IUnary
{
    public static bool IsEmpty => false;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V c, long column, int count)
        where V : unmanaged, ISimd<V> =>
        activation.Apply(c + (count < V.Width ? V.LoadPartial(bias + column, count) : V.Load(bias + column)));
}

/// <summary>An epilogue as a pass over a finished product.</summary>
internal static unsafe class EpiloguePass
{
    /// <summary>Applies an epilogue to a contiguous C (rows, columns).</summary>
    public static void Run<TEpilogue>(
        Device device,
        float* c,
        int rows,
        int columns,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        if (TEpilogue.IsEmpty)
            return;
        var args = new Args<TEpilogue>
        {
            C = c,
            Rows = rows,
            Columns = columns,
            Epilogue = epilogue,
        };
        device.Launch<Loop<TEpilogue>, Args<TEpilogue>>(&args, 2L * rows * columns, category);
    }

    internal struct Args<TEpilogue>
        where TEpilogue : unmanaged
    {
        public float* C;
        public int Rows,
            Columns;
        public TEpilogue Epilogue;
    }

    internal readonly struct Loop<TEpilogue> : IKernel<Args<TEpilogue>>
        where TEpilogue : unmanaged, IEpilogue
    {
        /// <summary>Columns of a piece of a row. Workers share the pieces, so that few rows keep all of them busy.</summary>
        private const int Piece = 128;

        public static void Run<V>(Args<TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int pieces = (args->Columns + Piece - 1) / Piece;
            var (first, last) = worker.Share((long)args->Rows * pieces, grain: 1);
            for (long item = first; item < last; item++)
            {
                int column = (int)(item % pieces) * Piece,
                    end = Math.Min(args->Columns, column + Piece);
                float* c = args->C + item / pieces * args->Columns;
                for (; column < end; column += V.Width)
                {
                    int count = Math.Min(V.Width, end - column);
                    args->Epilogue.Apply(V.LoadPartial(c + column, count), column, count)
                        .StorePartial(c + column, count);
                }
            }
        }
    }
}
