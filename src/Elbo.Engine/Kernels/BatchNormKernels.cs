using System.Runtime.CompilerServices;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>
/// Normalises the columns of a matrix (rows, channels) to mean 0 and variance 1, then applies a scale, a shift and an
/// activation.
/// </summary>
/// <remarks>
/// Work is divided into blocks of at most <see cref="BlockRows"/> rows and <see cref="BlockColumns"/> channels, which
/// fit into the first-level cache, and of fewer on a GPU, which needs many of them to be busy. Sums over rows are taken
/// within blocks first and then over blocks in order, for any number of workers.
/// </remarks>
internal static unsafe partial class BatchNormKernels
{
    private const int BlockRows = 128;
    private const int BlockColumns = 64;
    private const int BlockSideOnGpu = 32;

    /// <summary>y = f((x − mean)·weight / √(variance + ε) + bias)</summary>
    public static void Apply<TOp>(TOp op, in Columns columns, Tensor x, Tensor y)
        where TOp : unmanaged, IUnary
    {
        var args = new Args<TOp>
        {
            Op = op,
            C = columns,
            X = x.Data,
            Y = y.Data,
            Rows = x.Count / columns.Count,
            Height = Height(x.Device),
        };
        x.Device.Launch<Columnwise<Forward<TOp>, TOp>, Args<TOp>>(&args, 2L * x.Count);
    }

    /// <summary>
    /// For the gradient g before the activation: Σg and Σg·n over the rows, where n is the normalised x. Each has shape
    /// (channels).
    /// </summary>
    public static void GradientSums<TOp>(TOp op, in Columns columns, Tensor x, Tensor gradient, Tensor sum, Tensor dot)
        where TOp : unmanaged, IUnary
    {
        int rows = x.Count / columns.Count,
            height = Height(x.Device),
            blocks = (rows + height - 1) / height;
        var partial = x.Device.Uninitialized([2, blocks, columns.Count]);
        var args = new Args<TOp>
        {
            Op = op,
            C = columns,
            X = x.Data,
            Gradient = gradient.Data,
            Sum = partial.Data,
            Dot = partial.Data + blocks * columns.Count,
            Rows = rows,
            Height = Height(x.Device),
        };
        x.Device.Launch<Columnwise<BlockGradientSums<TOp>, TOp>, Args<TOp>>(&args, 4L * x.Count);
        ReduceKernels.Sum(partial.View(0, [blocks, columns.Count]), sum, 1, blocks, columns.Count);
        ReduceKernels.Sum(partial.View(blocks * columns.Count, [blocks, columns.Count]), dot, 1, blocks, columns.Count);
    }

    /// <summary>
    /// dx (+)= (g − sum/rows − n·dot/rows)·weight / √(variance + ε). Without sums, when mean and variance are
    /// constants, dx (+)= g·weight / √(variance + ε).
    /// </summary>
    public static void Gradient<TOp>(
        TOp op,
        in Columns columns,
        Tensor x,
        Tensor gradient,
        Tensor? sum,
        Tensor? dot,
        GradientTarget target
    )
        where TOp : unmanaged, IUnary
    {
        int rows = x.Count / columns.Count;
        var args = new Args<TOp>
        {
            Op = op,
            C = columns,
            X = x.Data,
            Gradient = gradient.Data,
            Y = target.Tensor.Data,
            Adds = target.Adds,
            Rows = rows,
            Height = Height(x.Device),
            Sum = sum is null ? null : sum.Data,
            Dot = dot is null ? null : dot.Data,
        };
        x.Device.Launch<Columnwise<Backward<TOp>, TOp>, Args<TOp>>(&args, 4L * x.Count);
    }

    /// <summary>The statistics and parameters of every column.</summary>
    internal struct Columns
    {
        public float* Mean,
            Variance,
            Weight,
            Bias;
        public float Epsilon;
        public int Count;

        public static Columns Of(Tensor mean, Tensor variance, Tensor weight, Tensor bias, float epsilon) =>
            new()
            {
                Mean = mean.Data,
                Variance = variance.Data,
                Weight = weight.Data,
                Bias = bias.Data,
                Epsilon = epsilon,
                Count = mean.Count,
            };

        /// <summary>
        /// Loads the mean and 1/√(variance + ε) of <paramref name="count"/> columns; unused lanes are finite.
        /// </summary>
        [MethodImpl(AggressiveInlining)]
        public readonly void Normalizer<V>(int column, int count, out V mean, out V inverse)
            where V : unmanaged, ISimd<V>
        {
            mean = V.LoadPartial(Mean + column, count);
            inverse = V.Broadcast(1) / V.Sqrt(V.LoadPartial(Variance + column, count) + V.Broadcast(Epsilon));
        }
    }

    internal struct Args<TOp>
        where TOp : unmanaged
    {
        public TOp Op;
        public Columns C;
        public float* X,
            Y,
            Gradient,
            Sum,
            Dot;
        public int Rows,
            Height;
        public Flag Adds;
    }

    /// <summary>Rows of a block.</summary>
    private static int Height(Device device) => device.Accelerator is null ? BlockRows : BlockSideOnGpu;

    /// <summary>A block of rows and columns.</summary>
    internal readonly ref struct Block
    {
        public readonly int Index,
            FirstRow,
            LastRow,
            FirstColumn,
            LastColumn;

        public Block(long item, int rows, int channels, int height, int width)
        {
            int across = (channels + width - 1) / width;
            Index = (int)(item / across);
            FirstRow = Index * height;
            LastRow = Math.Min(rows, FirstRow + height);
            FirstColumn = (int)(item % across) * width;
            LastColumn = Math.Min(channels, FirstColumn + width);
        }

        public static (long First, long Last) Share(Worker worker, int rows, int channels, int height, int width) =>
            worker.Share((long)((rows + height - 1) / height) * ((channels + width - 1) / width), grain: 1);
    }

    /// <summary>The computation for one register of columns within a block of rows.</summary>
    internal interface IColumnPass<TOp>
        where TOp : unmanaged, IUnary
    {
        static abstract void Run<V>(Args<TOp>* args, in Block block, int column, int count, V mean, V inverse)
            where V : unmanaged, ISimd<V>;
    }

    /// <summary>The loop over blocks and their columns.</summary>
    internal readonly struct Columnwise<TPass, TOp> : IKernel<Args<TOp>>
        where TPass : struct, IColumnPass<TOp>
        where TOp : unmanaged, IUnary
    {
        public static void Run<V>(Args<TOp>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int channels = args->C.Count;
            int width = V.Threads == 1 ? BlockColumns : BlockSideOnGpu;
            var (first, last) = Block.Share(worker, args->Rows, channels, args->Height, width);
            for (long item = first; item < last; item++)
            {
                var block = new Block(item, args->Rows, channels, args->Height, width);
                for (int column = block.FirstColumn; column < block.LastColumn; column += V.Width)
                {
                    int count = Math.Min(V.Width, block.LastColumn - column);
                    args->C.Normalizer<V>(column, count, out var mean, out var inverse);
                    TPass.Run(args, block, column, count, mean, inverse);
                }
            }
        }
    }

    internal readonly struct Forward<TOp> : IColumnPass<TOp>
        where TOp : unmanaged, IUnary
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TOp>* args, in Block block, int column, int count, V mean, V inverse)
            where V : unmanaged, ISimd<V>
        {
            var op = args->Op;
            float* x = args->X,
                y = args->Y;
            int channels = args->C.Count;
            V scale = inverse * V.LoadPartial(args->C.Weight + column, count),
                shift = V.LoadPartial(args->C.Bias + column, count);
            for (long row = block.FirstRow, at = row * channels + column; row < block.LastRow; row++, at += channels)
                op.Apply(V.Fma(V.LoadPartial(x + at, count) - mean, scale, shift)).StorePartial(y + at, count);
        }
    }

    internal readonly struct BlockGradientSums<TOp> : IColumnPass<TOp>
        where TOp : unmanaged, IUnary
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TOp>* args, in Block block, int column, int count, V mean, V inverse)
            where V : unmanaged, ISimd<V>
        {
            var op = args->Op;
            float* x = args->X,
                gradient = args->Gradient;
            int channels = args->C.Count;
            V weight = V.LoadPartial(args->C.Weight + column, count),
                shift = V.LoadPartial(args->C.Bias + column, count);
            V sum = V.Broadcast(0),
                dot = V.Broadcast(0);
            for (long row = block.FirstRow, at = row * channels + column; row < block.LastRow; row++, at += channels)
            {
                var normalized = (V.LoadPartial(x + at, count) - mean) * inverse;
                var g = V.LoadPartial(gradient + at, count) * Slope(op, V.Fma(normalized, weight, shift));
                sum += g;
                dot = V.Fma(g, normalized, dot);
            }
            sum.StorePartial(args->Sum + (long)block.Index * channels + column, count);
            dot.StorePartial(args->Dot + (long)block.Index * channels + column, count);
        }
    }

    internal readonly struct Backward<TOp> : IColumnPass<TOp>
        where TOp : unmanaged, IUnary
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TOp>* args, in Block block, int column, int count, V mean, V inverse)
            where V : unmanaged, ISimd<V>
        {
            var op = args->Op;
            float* x = args->X,
                gradient = args->Gradient,
                target = args->Y;
            bool adds = args->Adds;
            int channels = args->C.Count;
            V weight = V.LoadPartial(args->C.Weight + column, count),
                shift = V.LoadPartial(args->C.Bias + column, count),
                scale = inverse * weight;
            V sum = V.Broadcast(0),
                dot = V.Broadcast(0);
            if (args->Sum != null)
            {
                var perRow = V.Broadcast(1f / args->Rows);
                sum = V.LoadPartial(args->Sum + column, count) * perRow;
                dot = V.LoadPartial(args->Dot + column, count) * perRow;
            }
            for (long row = block.FirstRow, at = row * channels + column; row < block.LastRow; row++, at += channels)
            {
                var normalized = (V.LoadPartial(x + at, count) - mean) * inverse;
                var g = V.LoadPartial(gradient + at, count) * Slope(op, V.Fma(normalized, weight, shift));
                var d = (g - V.Fma(normalized, dot, sum)) * scale;
                if (adds)
                    d += V.LoadPartial(target + at, count);
                d.StorePartial(target + at, count);
            }
        }
    }

    /// <summary>The derivative of the activation at <paramref name="x"/>.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V Slope<TOp, V>(TOp op, V x)
        where TOp : unmanaged, IUnary
        where V : unmanaged, ISimd<V> => op.Derivative(x, op.Apply(x));
}
