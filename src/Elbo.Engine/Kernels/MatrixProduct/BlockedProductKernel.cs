using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.Convolution;

/// <summary>C (+)= A·B where A is made of patches and packed straight from the images.</summary>
/// <remarks>
/// B is packed once, by all workers together. Each worker then goes through its rows in blocks: packs a block's patches
/// for one depth of k, multiplies them with every panel of B into a block of C of its own, which stays in the second-level cache,
/// and at last writes that block to where its rows belong, through the epilogue. Every element is summed in ascending order of k within
/// blocks whose length depends on K alone, whatever the number of workers.
/// </remarks>
internal static unsafe class PatchProductKernel
{
    /// <summary>Depth of a block: a B panel of 32 columns then takes 32 KB.</summary>
    private const int MaxDepth = 256;

    /// <summary>Floats of packed A and of C that one worker has in use at a time.</summary>
    private const int BlockFloats = 128 * 1024;

    /// <summary>Packing may write this many floats beyond a panel's end.</summary>
    private const int Surplus = 16;

    /// <summary>C (+)= A·B, then the epilogue, with A (<paramref name="rows"/>, <paramref name="depth"/>) and B (<paramref name="depth"/>, C's channels).</summary>
    public static void Multiply<TSource, TEpilogue>(Device device, TSource a, int rows, int depth, in Taps b, in OutputGrid c, bool adds, TEpilogue epilogue, KernelCategory category)
        where TSource : unmanaged, IPanelSource where TEpilogue : unmanaged, IEpilogue
    {
        if (rows == 0 || c.Channels == 0) return;
        int blocks = Math.Max(1, (depth + MaxDepth - 1) / MaxDepth);
        int blockDepth = Math.Max(16, ((depth + blocks - 1) / blocks + 15) & ~15);
        var args = new Args<TSource, TEpilogue> { A = a, B = b, C = c, Rows = rows, Depth = depth, BlockDepth = blockDepth, Adds = adds, Epilogue = epilogue };
        // Rounded up to the widest register, so that the layout does not depend on the instruction set.
        args.Stride = (c.Channels + 31) & ~31;
        args.BlockRows = Math.Max(1, BlockFloats / (args.Stride + blockDepth) / device.TallTile) * device.TallTile;
        args.BlockRows = Math.Min(args.BlockRows, (rows + device.TallTile - 1) / device.TallTile * device.TallTile);
        args.TallTile = device.TallTile;
        args.ShortTile = device.ShortTile;
        args.PackedB = device.Buffers.Rent(checked((depth + Surplus * blocks) * args.Stride), out int capacityB);
        args.WorkerFloats = args.BlockRows * (args.Stride + blockDepth) + args.TallTile * args.Stride + 2 * args.TallTile * blockDepth + 4 * Surplus;
        args.Workspace = device.Buffers.Rent(checked(device.Threads * args.WorkerFloats), out int capacityWorkspace);
        device.Launch<PackB<TSource, TEpilogue>, Args<TSource, TEpilogue>>(&args, (long)depth * c.Channels, category);
        device.Launch<Product<TSource, TEpilogue>, Args<TSource, TEpilogue>>(&args, 2L * rows * c.Channels * Math.Max(depth, 1) / 16, category);
        device.Profile?.AddMatrixOperations(2.0 * rows * c.Channels * depth);
        device.Buffers.Return(args.PackedB, capacityB);
        device.Buffers.Return(args.Workspace, capacityWorkspace);
    }

    private struct Args<TSource, TEpilogue> where TSource : unmanaged where TEpilogue : unmanaged
    {
        public TSource A;
        public Taps B;
        public OutputGrid C;
        public int Rows, Depth, BlockDepth, BlockRows, Stride, TallTile, ShortTile, WorkerFloats;
        public float* PackedB, Workspace;
        public bool Adds;
        public TEpilogue Epilogue;

        /// <summary>The panel of B for columns from <paramref name="column"/> on, over k from <paramref name="k"/> on.</summary>
        public readonly float* PanelOfB(int k, int column, int length)
            => PackedB + (long)(k + k / BlockDepth * Surplus) * Stride + (long)column * (length + Surplus);

        /// <summary>Columns of the panel at <paramref name="column"/>, as packed.</summary>
        public readonly int PanelWidth<V>(int column) where V : unmanaged, ISimd<V> => C.Channels - column <= V.Width ? V.Width : 2 * V.Width;
    }

    private readonly struct PackB<TSource, TEpilogue> : IKernel<Args<TSource, TEpilogue>> where TSource : unmanaged, IPanelSource where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TSource, TEpilogue>* args, Worker worker) where V : unmanaged, ISimd<V>
        {
            int wide = 2 * V.Width, panels = (args->C.Channels + wide - 1) / wide, blocks = (args->Depth + args->BlockDepth - 1) / args->BlockDepth;
            var (first, last) = worker.Share((long)panels * blocks, grain: 1);
            for (int item = (int)first; item < last; item++)
            {
                int k = item / panels * args->BlockDepth, length = Math.Min(args->BlockDepth, args->Depth - k);
                int column = item % panels * wide, width = Math.Min(wide, args->C.Channels - column);
                args->B.Pack<V>(column, width, args->PanelWidth<V>(column), k, length, args->PanelOfB(k, column, length));
            }
        }
    }

    private readonly struct Product<TSource, TEpilogue> : IKernel<Args<TSource, TEpilogue>> where TSource : unmanaged, IPanelSource where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TSource, TEpilogue>* args, Worker worker) where V : unmanaged, ISimd<V>
        {
            int wide = 2 * V.Width, panels = (args->C.Channels + wide - 1) / wide;
            // Few rows are not worth splitting; then each worker packs all of them and takes some of the columns.
            bool splitsRows = args->Rows >= args->C.Channels || args->Rows >= 4 * args->TallTile * worker.Count;
            var (firstRow, lastRow) = splitsRows ? worker.Share(args->Rows, grain: args->TallTile) : (0, args->Rows);
            var (firstPanel, lastPanel) = splitsRows ? (0, panels) : worker.Share(panels, grain: 1);
            int firstColumn = (int)firstPanel * wide, lastColumn = Math.Min(args->C.Channels, (int)lastPanel * wide);
            if (firstRow >= lastRow || firstColumn >= lastColumn) return;

            float* packedA = args->Workspace + (long)worker.Index * args->WorkerFloats;
            float* c = packedA + (args->BlockRows + 2 * args->TallTile) * args->BlockDepth + 2 * Surplus;
            int own = (int)(lastRow - firstRow), passes = (own + args->BlockRows - 1) / args->BlockRows;
            int blockRows = Math.Min(args->BlockRows, ((own + passes - 1) / passes + args->TallTile - 1) / args->TallTile * args->TallTile);
            for (int row = (int)firstRow; row < lastRow; row += blockRows)
            {
                int rows = (int)Math.Min(blockRows, lastRow - row);
                Block<V>(args, row, rows, firstColumn, lastColumn, packedA, c);
                Write<V>(args, row, rows, firstColumn, lastColumn, c);
            }
        }

        /// <summary>The product of some rows and columns into <paramref name="c"/>.</summary>
        private static void Block<V>(Args<TSource, TEpilogue>* args, int row, int rows, int firstColumn, int lastColumn, float* packedA, float* c) where V : unmanaged, ISimd<V>
        {
            var plan = new RowPlan(rows, args->TallTile, args->ShortTile);
            int k = 0;
            do
            {
                int length = Math.Min(args->BlockDepth, args->Depth - k);
                for (int tile = 0; tile < plan.Tiles; tile++)
                {
                    int start = plan.Start(tile), height = plan.Height(tile);
                    args->A.Pack<V>(row + start, Math.Min(height, rows - start), height, k, length, packedA + (long)start * length);
                }
                for (int column = firstColumn; column < lastColumn; column += 2 * V.Width)
                {
                    float* b = args->PanelOfB(k, column, length);
                    bool narrow = args->PanelWidth<V>(column) == V.Width;
                    for (int tile = 0; tile < plan.Tiles; tile++)
                    {
                        int start = plan.Start(tile);
                        TileKernel.Run<V>(plan.Height(tile) == args->TallTile, narrow, packedA + (long)start * length, b, c + (long)start * args->Stride + column, args->Stride, length, adds: k > 0);
                    }
                }
                k += args->BlockDepth;
            }
            while (k < args->Depth);
        }

        [MethodImpl(AggressiveOptimization)]
        private static void Write<V>(Args<TSource, TEpilogue>* args, int row, int rows, int firstColumn, int lastColumn, float* c) where V : unmanaged, ISimd<V>
        {
            var epilogue = args->Epilogue;
            bool adds = args->Adds;
            for (int r = 0; r < rows; r++, c += args->Stride)
            {
                float* target = args->C.At(row + r);
                int j = firstColumn;
                for (; j <= lastColumn - V.Width; j += V.Width)
                {
                    var value = V.Load(c + j);
                    if (adds) value += V.Load(target + j);
                    epilogue.Apply(value, j, V.Width).Store(target + j);
                }
                if (j == lastColumn) continue;
                int rest = lastColumn - j;
                var last = V.Load(c + j);
                if (adds) last += V.LoadPartial(target + j, rest);
                epilogue.Apply(last, j, rest).StorePartial(target + j, rest);
            }
        }
    }
}
