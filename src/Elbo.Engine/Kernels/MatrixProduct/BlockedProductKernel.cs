using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// C (+)= A·B for products with a large inner dimension. A comes from any source that can be packed; the rows of C go
/// to any grid of pixels.
/// </summary>
/// <remarks>
/// All workers pack B together, once. Each worker then processes its rows in blocks. It packs a block of A for one
/// range of k and multiplies it with every panel of B into its own block of C, which stays in the second-level cache.
/// At the end it writes that block to its destination through the epilogue. If there are too few rows to divide,
/// columns are divided instead, and all workers pack A together too. Every element is summed in ascending order of k
/// within blocks whose length depends on K alone, for any number of workers.
/// </remarks>
internal static unsafe class BlockedProductKernel
{
    /// <summary>Depth of a block. A panel of B with 32 columns then takes 32 KB.</summary>
    private const int MaxDepth = 256;

    /// <summary>Floats of packed A and of C that one worker uses at a time.</summary>
    private const int BlockFloats = 128 * 1024;

    private const int Surplus = TiledRows.Surplus;

    /// <summary>
    /// C (+)= A·B followed by the epilogue, with A (<paramref name="rows"/>, <paramref name="depth"/>) and B
    /// (<paramref name="depth"/>, channels of C).
    /// </summary>
    public static void Multiply<TSource, TEpilogue>(
        Device device,
        TSource a,
        int rows,
        int depth,
        in Taps b,
        in OutputGrid c,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category
    )
        where TSource : unmanaged, IPanelSource
        where TEpilogue : unmanaged, IEpilogue
    {
        if (rows == 0 || c.Channels == 0)
            return;
        int blocks = Math.Max(1, (depth + MaxDepth - 1) / MaxDepth),
            tall = device.TallTile;
        long work = 2L * rows * c.Channels * Math.Max(depth, 1) / 16;
        int workers = device.WorkersFor(work),
            blockDepth = Math.Max(16, ((depth + blocks - 1) / blocks + 15) & ~15);
        var args = new Args<TSource, TEpilogue>
        {
            A = a,
            B = b,
            C = c,
            Rows = rows,
            Depth = depth,
            BlockDepth = blockDepth,
            DepthBlocks = blocks,
            TallTile = tall,
            ShortTile = device.ShortTile,
            Adds = adds,
            Epilogue = epilogue,
        };
        // Few rows are not worth dividing: each worker then takes all rows and some of the columns, and all need the
        // same A.
        args.SplitsRows = workers == 1 || rows >= c.Channels || rows >= 4 * tall * workers;
        // Rounded up to the widest pair of registers, so that the layout does not depend on the instruction set.
        args.Stride = (c.Channels + 31) & ~31;
        args.OwnStride = args.SplitsRows ? args.Stride : (args.Stride / 32 + workers - 1) / workers * 32 + 32;
        args.BlockRows =
            Math.Min(Math.Max(1, BlockFloats / (args.OwnStride + blockDepth) / tall), (rows + tall - 1) / tall) * tall;
        args.BlockA = (args.BlockRows + 2 * tall) * blockDepth + (args.BlockRows / args.ShortTile + 3) * Surplus;
        args.WorkerFloats = args.BlockA + (args.BlockRows + tall) * args.OwnStride;
        args.PackedB = device.Buffers.Rent(checked((depth + Surplus * blocks) * args.Stride), out int capacityB);
        args.Workspace = device.Buffers.Rent(checked(workers * args.WorkerFloats), out int capacityWorkspace);
        int capacityA = 0;
        if (!args.SplitsRows)
        {
            args.PackedA = device.Buffers.Rent(
                checked((rows + args.BlockRows - 1) / args.BlockRows * blocks * args.BlockA),
                out capacityA
            );
            device.Launch<PackA<TSource, TEpilogue>, Args<TSource, TEpilogue>>(&args, (long)rows * depth, category);
        }
        device.Launch<PackB<TSource, TEpilogue>, Args<TSource, TEpilogue>>(&args, (long)depth * c.Channels, category);
        device.Launch<Product<TSource, TEpilogue>, Args<TSource, TEpilogue>>(&args, work, category);
        device.Profile?.AddMatrixOperations(2.0 * rows * c.Channels * depth);
        if (!args.SplitsRows)
            device.Buffers.Return(args.PackedA, capacityA);
        device.Buffers.Return(args.PackedB, capacityB);
        device.Buffers.Return(args.Workspace, capacityWorkspace);
    }

    private struct Args<TSource, TEpilogue>
        where TSource : unmanaged
        where TEpilogue : unmanaged
    {
        public TSource A;
        public Taps B;
        public OutputGrid C;
        public int Rows,
            Depth,
            BlockDepth,
            DepthBlocks,
            BlockRows,
            Stride,
            OwnStride,
            TallTile,
            ShortTile,
            BlockA,
            WorkerFloats;
        public float* PackedA,
            PackedB,
            Workspace;
        public bool Adds,
            SplitsRows;
        public TEpilogue Epilogue;

        /// <summary>The rows of a block, divided into tiles.</summary>
        public readonly TiledRows Tiles(int row, int rows) => new(row, rows, TallTile, ShortTile);

        /// <summary>
        /// The panel of B for columns from <paramref name="column"/> and k from <paramref name="k"/>.
        /// </summary>
        public readonly float* PanelOfB(int k, int column, int length) =>
            PackedB + (long)(k + k / BlockDepth * Surplus) * Stride + (long)column * (length + Surplus);

        /// <summary>The packed width of the panel at <paramref name="column"/>.</summary>
        public readonly int PanelWidth<V>(int column)
            where V : unmanaged, ISimd<V> => C.Channels - column <= V.Width ? V.Width : 2 * V.Width;
    }

    /// <summary>Packs all of A, block by block. Used when columns are divided among workers.</summary>
    private readonly struct PackA<TSource, TEpilogue> : IKernel<Args<TSource, TEpilogue>>
        where TSource : unmanaged, IPanelSource
        where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TSource, TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            for (int row = 0, block = 0; row < args->Rows; row += args->BlockRows)
            {
                var tiles = args->Tiles(row, Math.Min(args->BlockRows, args->Rows - row));
                var (first, last) = worker.Share(tiles.Tiles, grain: 1);
                for (int k = 0; k < args->Depth; k += args->BlockDepth, block++)
                    args->A.Pack<V>(
                        tiles,
                        (int)first,
                        (int)last,
                        k,
                        Math.Min(args->BlockDepth, args->Depth - k),
                        args->PackedA + (long)block * args->BlockA
                    );
            }
        }
    }

    private readonly struct PackB<TSource, TEpilogue> : IKernel<Args<TSource, TEpilogue>>
        where TSource : unmanaged, IPanelSource
        where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TSource, TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int wide = 2 * V.Width,
                panels = (args->C.Channels + wide - 1) / wide;
            var (first, last) = worker.Share(
                (long)panels * ((args->Depth + args->BlockDepth - 1) / args->BlockDepth),
                grain: 1
            );
            for (int item = (int)first; item < last; item++)
            {
                int k = item / panels * args->BlockDepth,
                    length = Math.Min(args->BlockDepth, args->Depth - k);
                int column = item % panels * wide,
                    width = Math.Min(wide, args->C.Channels - column);
                args->B.Pack<V>(
                    column,
                    width,
                    args->PanelWidth<V>(column),
                    k,
                    length,
                    args->PanelOfB(k, column, length)
                );
            }
        }
    }

    private readonly struct Product<TSource, TEpilogue> : IKernel<Args<TSource, TEpilogue>>
        where TSource : unmanaged, IPanelSource
        where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TSource, TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int wide = 2 * V.Width,
                panels = (args->C.Channels + wide - 1) / wide;
            var (firstRow, lastRow) = args->SplitsRows
                ? worker.Share(args->Rows, grain: args->TallTile)
                : (0, args->Rows);
            var (firstPanel, lastPanel) = args->SplitsRows ? (0, panels) : worker.Share(panels, grain: 1);
            int firstColumn = (int)firstPanel * wide,
                lastColumn = Math.Min(args->C.Channels, (int)lastPanel * wide);
            if (firstRow >= lastRow || firstColumn >= lastColumn)
                return;

            float* packedA = args->Workspace + (long)worker.Index * args->WorkerFloats,
                c = packedA + args->BlockA;
            int own = (int)(lastRow - firstRow),
                passes = (own + args->BlockRows - 1) / args->BlockRows;
            // Blocks of equal height; the blocks of a shared A are already fixed.
            int blockRows = args->SplitsRows
                ? ((own + passes - 1) / passes + args->TallTile - 1) / args->TallTile * args->TallTile
                : args->BlockRows;
            for (int row = (int)firstRow, block = 0; row < lastRow; row += blockRows, block += args->DepthBlocks)
            {
                int rows = (int)Math.Min(blockRows, lastRow - row);
                Block<V>(args, row, rows, block, firstColumn, lastColumn, packedA, c);
                Write<V>(args, row, rows, firstColumn, lastColumn, c);
            }
        }

        /// <summary>Multiplies some rows and columns into <paramref name="c"/>.</summary>
        private static void Block<V>(
            Args<TSource, TEpilogue>* args,
            int row,
            int rows,
            int block,
            int firstColumn,
            int lastColumn,
            float* packedA,
            float* c
        )
            where V : unmanaged, ISimd<V>
        {
            var tiles = args->Tiles(row, rows);
            int k = 0;
            do
            {
                int length = Math.Min(args->BlockDepth, args->Depth - k);
                float* a = packedA;
                if (args->SplitsRows)
                    args->A.Pack<V>(tiles, 0, tiles.Tiles, k, length, a);
                else
                    a = args->PackedA + (long)(block + k / args->BlockDepth) * args->BlockA;
                for (int column = firstColumn; column < lastColumn; column += 2 * V.Width)
                {
                    float* b = args->PanelOfB(k, column, length),
                        target = c + (column - firstColumn);
                    bool narrow = args->PanelWidth<V>(column) == V.Width;
                    for (int tile = 0; tile < tiles.Tiles; tile++)
                        TileKernel.Run<V>(
                            tiles.Height(tile) == args->TallTile,
                            narrow,
                            a + tiles.Panel(tile, length),
                            b,
                            target + (long)tiles.Start(tile) * args->OwnStride,
                            args->OwnStride,
                            length,
                            adds: k > 0
                        );
                }
                k += args->BlockDepth;
            } while (k < args->Depth);
        }

        [MethodImpl(AggressiveOptimization)]
        private static void Write<V>(
            Args<TSource, TEpilogue>* args,
            int row,
            int rows,
            int firstColumn,
            int lastColumn,
            float* c
        )
            where V : unmanaged, ISimd<V>
        {
            var epilogue = args->Epilogue;
            bool adds = args->Adds;
            float* target = args->C.At(row, out int following);
            for (int r = 0; r < rows; r++)
            {
                if (r > 0)
                    target = following-- > 0 ? target + args->C.Distance : args->C.At(row + r, out following);
                float* source = c + (long)r * args->OwnStride - firstColumn;
                int j = firstColumn;
                for (; j <= lastColumn - V.Width; j += V.Width)
                {
                    var value = V.Load(source + j);
                    if (adds)
                        value += V.Load(target + j);
                    epilogue.Apply(value, j, V.Width).Store(target + j);
                }
                if (j == lastColumn)
                    continue;
                int rest = lastColumn - j;
                var last = V.Load(source + j);
                if (adds)
                    last += V.LoadPartial(target + j, rest);
                epilogue.Apply(last, j, rest).StorePartial(target + j, rest);
            }
        }
    }
}
