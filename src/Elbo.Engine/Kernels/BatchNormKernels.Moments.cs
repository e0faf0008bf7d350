using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

internal static unsafe partial class BatchNormKernels
{
    /// <summary>
    /// Mean and biased variance of every column. The running mean and the running unbiased variance move towards them
    /// by <paramref name="momentum"/>.
    /// </summary>
    public static void Moments(
        Tensor x,
        Tensor mean,
        Tensor variance,
        Tensor runningMean,
        Tensor runningVariance,
        float momentum
    )
    {
        int channels = mean.Count,
            rows = x.Count / channels,
            blocks = (rows + BlockRows - 1) / BlockRows;
        if (x.Device.Accelerator is not null)
        {
            TwoPasses(x, mean, variance, runningMean, runningVariance, momentum, rows);
            return;
        }
        float* partial = x.Device.Buffers.Rent(2 * blocks * channels, out int capacity);
        var args = new MomentArgs
        {
            X = x.Data,
            Rows = rows,
            Channels = channels,
            Means = partial,
            Squares = partial + blocks * channels,
            Mean = mean.Data,
            Variance = variance.Data,
            RunningMean = runningMean.Data,
            RunningVariance = runningVariance.Data,
            Momentum = momentum,
        };
        x.Device.Launch<BlockMoments, MomentArgs>(&args, 2L * x.Count);
        x.Device.Launch<CombineMoments, MomentArgs>(&args, 4L * blocks * channels);
        x.Device.Buffers.Return(partial, capacity);
    }

    /// <summary>As <see cref="Moments"/> with a pass for the mean and one for the variance, for a GPU.</summary>
    private static void TwoPasses(
        Tensor x,
        Tensor mean,
        Tensor variance,
        Tensor runningMean,
        Tensor runningVariance,
        float momentum,
        int rows
    )
    {
        int channels = mean.Count;
        ReduceKernels.Sum(x, mean, 1, rows, channels, 1f / rows);
        ReduceKernels.SquaredDeviations(x, mean, variance, rows, channels, 1f / rows);
        var args = new MomentArgs
        {
            Rows = rows,
            Channels = channels,
            Mean = mean.Data,
            Variance = variance.Data,
            RunningMean = runningMean.Data,
            RunningVariance = runningVariance.Data,
            Momentum = momentum,
        };
        x.Device.Launch<FollowMoments, MomentArgs>(&args, channels);
    }

    internal struct MomentArgs
    {
        public float* X,
            Means,
            Squares,
            Mean,
            Variance,
            RunningMean,
            RunningVariance;
        public int Rows,
            Channels;
        public float Momentum;
    }

    /// <summary>
    /// Mean of every column of a block, and the sum of squares about that mean. Centring within the block avoids
    /// cancellation.
    /// </summary>
    internal readonly struct BlockMoments : IKernel<MomentArgs>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(MomentArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int channels = args->Channels;
            var (first, last) = Block.Share(worker, args->Rows, channels, BlockRows, BlockColumns);
            for (long item = first; item < last; item++)
            {
                var block = new Block(item, args->Rows, channels, BlockRows, BlockColumns);
                for (int column = block.FirstColumn; column < block.LastColumn; column += V.Width)
                {
                    int count = Math.Min(V.Width, block.LastColumn - column);
                    float* start = args->X + (long)block.FirstRow * channels + column,
                        end = args->X + (long)block.LastRow * channels + column;
                    var sum = V.Broadcast(0);
                    for (float* x = start; x < end; x += channels)
                        sum += V.LoadPartial(x, count);
                    V perRow = V.Broadcast(1f / (block.LastRow - block.FirstRow)),
                        mean = sum * perRow;
                    V squares = V.Broadcast(0),
                        rest = V.Broadcast(0);
                    for (float* x = start; x < end; x += channels)
                    {
                        var centred = V.LoadPartial(x, count) - mean;
                        squares = V.Fma(centred, centred, squares);
                        rest += centred;
                    }
                    // The rounding error of the sum of large numbers reappears here in a sum of small ones, and
                    // corrects the mean.
                    var correction = rest * perRow;
                    mean += correction;
                    squares = V.Max(V.Broadcast(0), squares - rest * correction);
                    mean.StorePartial(args->Means + (long)block.Index * channels + column, count);
                    squares.StorePartial(args->Squares + (long)block.Index * channels + column, count);
                }
            }
        }
    }

    /// <summary>
    /// Combines the moments of blocks: Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for
    /// computing sample variances".
    /// </summary>
    internal readonly struct CombineMoments : IKernel<MomentArgs>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(MomentArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int channels = args->Channels,
                blocks = (args->Rows + BlockRows - 1) / BlockRows;
            var (first, last) = worker.Share(channels);
            for (int column = (int)first; column < last; column += V.Width)
            {
                int count = (int)Math.Min(V.Width, last - column),
                    seen = 0;
                V mean = V.Broadcast(0),
                    squares = V.Broadcast(0);
                for (int b = 0; b < blocks; b++)
                {
                    int rows = Math.Min(BlockRows, args->Rows - b * BlockRows),
                        total = seen + rows;
                    var delta = V.LoadPartial(args->Means + (long)b * channels + column, count) - mean;
                    mean = V.Fma(delta, V.Broadcast((float)rows / total), mean);
                    squares = V.Fma(
                        delta * delta,
                        V.Broadcast((float)((double)seen * rows / total)),
                        squares + V.LoadPartial(args->Squares + (long)b * channels + column, count)
                    );
                    seen = total;
                }
                mean.StorePartial(args->Mean + column, count);
                (squares * V.Broadcast(1f / args->Rows)).StorePartial(args->Variance + column, count);
                Follow(args, column, count, mean, squares);
            }
        }
    }

    /// <summary>Moves the running moments towards those of the batch.</summary>
    internal readonly struct FollowMoments : IKernel<MomentArgs>
    {
        public static void Run<V>(MomentArgs* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var (first, last) = worker.Share(args->Channels);
            for (int column = (int)first; column < last; column += V.Width)
            {
                int count = (int)Math.Min(V.Width, last - column);
                V mean = V.LoadPartial(args->Mean + column, count),
                    variance = V.LoadPartial(args->Variance + column, count);
                Follow(args, column, count, mean, variance * V.Broadcast(args->Rows));
            }
        }
    }

    /// <summary>Moves the running moments of columns towards a mean and a sum of squares about it.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Follow<V>(MomentArgs* args, int column, int count, V mean, V squares)
        where V : unmanaged, ISimd<V>
    {
        Follow(args->RunningMean + column, mean, args->Momentum, count);
        // A single value has no unbiased variance.
        if (args->Rows > 1)
            Follow(args->RunningVariance + column, squares * V.Broadcast(1f / (args->Rows - 1)), args->Momentum, count);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Follow<V>(float* running, V newest, float momentum, int count)
        where V : unmanaged, ISimd<V>
    {
        var before = V.LoadPartial(running, count);
        V.Fma(newest - before, V.Broadcast(momentum), before).StorePartial(running, count);
    }
}
