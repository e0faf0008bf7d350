using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>
/// C (+)= A·B for every combination of transposes. One kernel suffices, because transposition happens while packing.
/// </summary>
/// <remarks>
/// Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication". Products with a large inner
/// dimension go to <see cref="BlockedProductKernel"/>. In the others every element of C is written once, directly from
/// registers. All workers pack A together, once, into panels of a tile's height. Each worker packs B one panel of a
/// tile's width at a time, into a buffer that stays in its first-level cache. Rows are divided among workers if C is
/// tall, columns if it is wide. Every element of C is summed in ascending order of k, for any number of workers.
/// </remarks>
internal static unsafe class MatrixProductKernel
{
    /// <summary>
    /// The largest inner dimension handled here. Above it, packing all of B and summing into a block of C per worker is
    /// faster. A panel of B with 32 columns takes at most 24 KB.
    /// </summary>
    private const int Shallow = 192;

    /// <summary>
    /// Bytes of packed A that one pass over the panels of B may touch, so that they stay in the second-level cache.
    /// </summary>
    private const int PackedABytes = 512 * 1024;

    /// <summary>C (+)= A·B followed by the epilogue, with A (m, k), B (k, n) and a contiguous C (m, n).</summary>
    public static void Multiply<TEpilogue>(
        Device device,
        int m,
        int n,
        int k,
        MatrixView a,
        MatrixView b,
        float* c,
        bool adds,
        TEpilogue epilogue,
        KernelCategory category = KernelCategory.MatrixForward
    )
        where TEpilogue : unmanaged, IEpilogue
    {
        if (m == 0 || n == 0)
            return;
        if (device.Accelerator is not null)
        {
            device.MultiplyThere(m, n, k, a, b, c, adds, category);
            EpiloguePass.Run(device, c, m, n, epilogue, category);
            return;
        }
        if (k > Shallow)
        {
            BlockedProductKernel.Multiply(
                device,
                new MatrixRows(a),
                m,
                k,
                Taps.Of(b, k),
                OutputGrid.Rows(c, m, n),
                adds,
                epilogue,
                category
            );
            return;
        }
        var plan = new RowPlan(m, device.TallTile, device.ShortTile);
        float* packedA = device.Buffers.Rent(checked((int)(plan.Tiles * PanelStride(plan, k))), out int capacityA);
        float* packedB = device.Buffers.Rent(device.Threads * PanelB, out int capacityB);
        var args = new Args<TEpilogue>
        {
            M = m,
            N = n,
            K = k,
            A = a,
            B = b,
            C = c,
            Adds = adds,
            Epilogue = epilogue,
            Rows = plan,
            PackedA = packedA,
            PackedB = packedB,
        };
        long work = 2L * m * n * k / 16;
        device.Launch<PackA<TEpilogue>, Args<TEpilogue>>(&args, Math.Min(work, (long)m * k), category);
        device.Launch<Kernel<TEpilogue>, Args<TEpilogue>>(&args, work, category);
        device.Profile?.AddMatrixOperations(2.0 * m * n * k);
        device.Buffers.Return(packedA, capacityA);
        device.Buffers.Return(packedB, capacityB);
    }

    /// <summary>
    /// Floats in one worker's panel of B: the largest inner dimension, the widest tile, and the surplus that packing
    /// writes.
    /// </summary>
    private const int PanelB = (Shallow + 16) * 32 + 64;

    /// <summary>Floats between packed panels of A. Packing may write one register beyond the panel's end.</summary>
    private static long PanelStride(in RowPlan plan, int k) => (long)plan.TallRows * k + 16;

    private struct Args<TEpilogue>
        where TEpilogue : unmanaged
    {
        public int M,
            N,
            K;
        public MatrixView A,
            B;
        public float* C,
            PackedA,
            PackedB;
        public bool Adds;
        public TEpilogue Epilogue;
        public RowPlan Rows;
    }

    private readonly struct PackA<TEpilogue> : IKernel<Args<TEpilogue>>
        where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var plan = args->Rows;
            long panelStride = PanelStride(plan, args->K);
            var (first, last) = worker.Share(plan.Tiles, grain: 1);
            for (int tile = (int)first; tile < last; tile++)
                Packing.Panel<V>(
                    args->A,
                    plan.Start(tile),
                    Math.Min(plan.Height(tile), args->M - plan.Start(tile)),
                    plan.Height(tile),
                    0,
                    args->K,
                    args->PackedA + tile * panelStride,
                    rowsOfMatrix: true
                );
        }
    }

    private readonly struct Kernel<TEpilogue> : IKernel<Args<TEpilogue>>
        where TEpilogue : unmanaged, IEpilogue
    {
        public static void Run<V>(Args<TEpilogue>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var plan = args->Rows;
            long panelStride = PanelStride(plan, args->K);
            int wide = 2 * V.Width,
                panels = (args->N + wide - 1) / wide;
            bool splitsRows = args->M >= args->N;
            var (firstTile, lastTile) = splitsRows ? worker.Share(plan.Tiles, grain: 1) : (0, plan.Tiles);
            var (firstPanel, lastPanel) = splitsRows ? (0, panels) : worker.Share(panels, grain: 1);

            float* packedB = args->PackedB + worker.Index * (long)PanelB;
            // As few passes over B as packed A allows, each over the same number of tiles.
            int ownTiles = (int)(lastTile - firstTile),
                mostTiles = Math.Max(8, PackedABytes / sizeof(float) / Math.Max(1, args->K * plan.TallRows));
            int passes = Math.Max(1, (ownTiles + mostTiles - 1) / mostTiles),
                tilesAtOnce = Math.Max(1, (ownTiles + passes - 1) / passes);
            for (long tile = firstTile; tile < lastTile; tile += tilesAtOnce)
            for (long panel = firstPanel; panel < lastPanel; panel++)
            {
                int column = (int)panel * wide,
                    width = Math.Min(wide, args->N - column);
                int packedWidth = width <= V.Width ? V.Width : wide;
                Packing.Panel<V>(args->B, column, width, packedWidth, 0, args->K, packedB, rowsOfMatrix: false);
                int tiles = (int)Math.Min(lastTile - tile, tilesAtOnce),
                    next = column + wide;
                for (int t = (int)tile; t < tile + tiles; t++)
                {
                    PrefetchC(args, plan.Start(t), Math.Min(plan.Height(t), args->M - plan.Start(t)), column, width);
                    if (panel + 1 < lastPanel)
                        Packing.Prefetch(
                            args->B,
                            next,
                            Math.Min(wide, args->N - next),
                            0,
                            args->K,
                            rowsOfMatrix: false,
                            t - (int)tile,
                            tiles
                        );
                    Block<V>(args, t, args->PackedA + t * panelStride, packedB, column, width);
                }
            }
        }

        private static void PrefetchC(Args<TEpilogue>* args, int row, int rows, int column, int width)
        {
            if (!System.Runtime.Intrinsics.X86.Sse.IsSupported)
                return;
            float* c = args->C + (long)row * args->N + column;
            for (int r = 0; r < rows; r++, c += args->N)
            {
                System.Runtime.Intrinsics.X86.Sse.Prefetch0(c);
                System.Runtime.Intrinsics.X86.Sse.Prefetch0(c + width - 1);
            }
        }

        /// <summary>One tile of C. The register tile writes directly to C if it fits, else to a small buffer.</summary>
        private static void Block<V>(Args<TEpilogue>* args, int tile, float* a, float* b, int column, int width)
            where V : unmanaged, ISimd<V>
        {
            int row = args->Rows.Start(tile),
                height = args->Rows.Height(tile),
                rows = Math.Min(height, args->M - row);
            bool tall = height == args->Rows.TallRows,
                narrow = width <= V.Width;
            int tileWidth = narrow ? V.Width : 2 * V.Width;
            float* c = args->C + (long)row * args->N + column;
            if (rows == height && width == tileWidth)
            {
                TileKernel.Run<V>(tall, narrow, a, b, c, args->N, args->K, args->Adds);
            }
            else
            {
                float* spare = stackalloc float[12 * 32];
                TileKernel.Run<V>(tall, narrow, a, b, spare, tileWidth, args->K, adds: false);
                for (int r = 0; r < rows; r++)
                for (int j = 0; j < width; j++)
                {
                    float value = spare[r * tileWidth + j];
                    float* target = c + (long)r * args->N + j;
                    *target = args->Adds ? *target + value : value;
                }
            }
            if (!TEpilogue.IsEmpty)
                Finish<V>(args->Epilogue, c, args->N, rows, column, width);
        }

        private static void Finish<V>(TEpilogue epilogue, float* c, nint stride, int rows, int column, int width)
            where V : unmanaged, ISimd<V>
        {
            for (int r = 0; r < rows; r++, c += stride)
            {
                int j = 0;
                for (; j <= width - V.Width; j += V.Width)
                    epilogue.Apply(V.Load(c + j), column + j, V.Width).Store(c + j);
                if (j < width)
                    epilogue
                        .Apply(V.LoadPartial(c + j, width - j), column + j, width - j)
                        .StorePartial(c + j, width - j);
            }
        }
    }
}
