using System.Runtime.CompilerServices;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>
/// Softmax, log-softmax and log-sum-exp along contiguous rows. The largest element is subtracted first, so nothing
/// overflows.
/// </summary>
internal static unsafe class SoftmaxKernels
{
    /// <summary>y = softmax(x) along rows of <paramref name="width"/>.</summary>
    public static void Softmax(Tensor x, Tensor y, int width) => Run<SoftmaxLoop>(x, y, null, default, width);

    /// <summary>y = x − logsumexp(x) along rows.</summary>
    public static void LogSoftmax(Tensor x, Tensor y, int width) => Run<LogSoftmaxLoop>(x, y, null, default, width);

    /// <summary>y[r] = log Σ exp x[r, ·]</summary>
    public static void LogSumExp(Tensor x, Tensor y, int width) => Run<LogSumExpLoop>(x, y, null, default, width);

    /// <summary>dx (+)= y·(dy − Σ dy·y)</summary>
    public static void SoftmaxGradient(Tensor y, Tensor gradient, GradientTarget target, int width) =>
        Run<SoftmaxGradientLoop>(y, y, gradient, target, width);

    /// <summary>dx (+)= dy − exp(y)·Σ dy</summary>
    public static void LogSoftmaxGradient(Tensor y, Tensor gradient, GradientTarget target, int width) =>
        Run<LogSoftmaxGradientLoop>(y, y, gradient, target, width);

    /// <summary>dx (+)= dy[r]·exp(x − y[r])</summary>
    public static void LogSumExpGradient(Tensor x, Tensor y, Tensor gradient, GradientTarget target, int width) =>
        Run<LogSumExpGradientLoop>(x, y, gradient, target, width);

    private static void Run<TLoop>(Tensor x, Tensor y, Tensor? gradient, GradientTarget target, int width)
        where TLoop : struct, IKernel<Args>
    {
        var args = new Args
        {
            X = x.Data,
            Y = y.Data,
            Width = width,
            Rows = width == 0 ? y.Count : x.Count / width,
            Adds = target.Adds,
            Gradient = gradient is null ? null : gradient.Data,
            Target = gradient is null ? null : target.Tensor.Data,
        };
        x.Device.Launch<TLoop, Args>(&args, 8L * x.Count);
    }

    internal struct Args
    {
        public float* X,
            Y,
            Gradient,
            Target;
        public int Width,
            Rows;
        public Flag Adds;
    }

    internal readonly struct SoftmaxLoop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* x = args->X + row * width,
                    y = args->Y + row * width;
                float max = RowMax<V>(x, width),
                    total = ExpSum<V>(x, max, y, width);
                var totals = V.Broadcast(total);
                for (int i = 0; i < width; i += V.Width)
                    (V.LoadPartial(y + i, width - i) / totals).StorePartial(y + i, width - i);
            }
        }
    }

    internal readonly struct LogSoftmaxLoop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* x = args->X + row * width,
                    y = args->Y + row * width;
                float max = RowMax<V>(x, width);
                V shift = V.Broadcast(max),
                    logTotal = VectorMath.Log(V.Broadcast(ExpSum<V>(x, max, null, width)));
                for (int i = 0; i < width; i += V.Width)
                    (V.LoadPartial(x + i, width - i) - shift - logTotal).StorePartial(y + i, width - i);
            }
        }
    }

    internal readonly struct LogSumExpLoop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* x = args->X + row * width;
                float max = RowMax<V>(x, width);
                // If all are −∞, or one is +∞ or NaN, the maximum is the result; subtracting it would give NaN.
                V largest = V.Broadcast(max),
                    rest = VectorMath.Log(V.Broadcast(ExpSum<V>(x, max, null, width)));
                var isFinite = V.LessThan(V.Abs(largest), V.Broadcast(float.PositiveInfinity));
                (largest + (rest & isFinite)).StorePartial(args->Y + row, 1);
            }
        }
    }

    internal readonly struct SoftmaxGradientLoop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* y = args->Y + row * width,
                    gradient = args->Gradient + row * width,
                    target = args->Target + row * width;
                var products = V.Broadcast(0);
                for (int i = 0; i < width; i += V.Width)
                    products = V.Fma(V.LoadPartial(gradient + i, width - i), V.LoadPartial(y + i, width - i), products);
                var dot = V.Broadcast(products.Sum());
                for (int i = 0; i < width; i += V.Width)
                {
                    int count = width - i;
                    var d = V.LoadPartial(y + i, count) * (V.LoadPartial(gradient + i, count) - dot);
                    if (args->Adds)
                        d += V.LoadPartial(target + i, count);
                    d.StorePartial(target + i, count);
                }
            }
        }
    }

    internal readonly struct LogSoftmaxGradientLoop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* y = args->Y + row * width,
                    gradient = args->Gradient + row * width,
                    target = args->Target + row * width;
                var sum = V.Broadcast(0);
                for (int i = 0; i < width; i += V.Width)
                    sum += V.LoadPartial(gradient + i, width - i);
                AddExp<V>(y, 0, gradient, -sum.Sum(), target, args->Adds, width);
            }
        }
    }

    internal readonly struct LogSumExpGradientLoop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
                AddExp<V>(
                    args->X + row * width,
                    args->Y[row],
                    null,
                    args->Gradient[row],
                    args->Target + row * width,
                    args->Adds,
                    width
                );
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static float RowMax<V>(float* x, int width)
        where V : unmanaged, ISimd<V>
    {
        var max = V.Broadcast(float.NegativeInfinity);
        int i = 0;
        for (; i <= width - V.Width; i += V.Width)
            max = VectorMath.Largest(max, V.Load(x + i));
        if (i < width)
        {
            // Unused lanes repeat the first element, so that they do not count.
            var rest = V.LoadPartial(x + i, width - i);
            var used = V.First(V.BroadcastBits(uint.MaxValue), width - i);
            max = VectorMath.Largest(max, V.Select(used, rest, V.Broadcast(x[i])));
        }
        return max.Largest();
    }

    /// <summary>Returns Σ exp(x − shift), and writes the terms to <paramref name="y"/> if it is not null.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static float ExpSum<V>(float* x, float shift, float* y, int width)
        where V : unmanaged, ISimd<V>
    {
        V sum = V.Broadcast(0),
            shifts = V.Broadcast(shift);
        int i = 0;
        for (; i <= width - V.Width; i += V.Width)
        {
            var e = VectorMath.Exp(V.Load(x + i) - shifts);
            if (y != null)
                e.Store(y + i);
            sum += e;
        }
        if (i < width)
        {
            var e = VectorMath.Exp(V.LoadPartial(x + i, width - i) - shifts);
            if (y != null)
                e.StorePartial(y + i, width - i);
            sum += V.First(e, width - i);
        }
        return sum.Sum();
    }

    /// <summary>target (+)= gradient + factor·exp(x − shift). The gradient is optional and may be null.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static void AddExp<V>(
        float* x,
        float shift,
        float* gradient,
        float factor,
        float* target,
        bool adds,
        int width
    )
        where V : unmanaged, ISimd<V>
    {
        V shifts = V.Broadcast(shift),
            factors = V.Broadcast(factor);
        for (int i = 0; i < width; i += V.Width)
        {
            int count = Math.Min(V.Width, width - i);
            var d = factors * VectorMath.Exp(V.LoadPartial(x + i, count) - shifts);
            if (gradient != null)
                d += V.LoadPartial(gradient + i, count);
            if (adds)
                d += V.LoadPartial(target + i, count);
            d.StorePartial(target + i, count);
        }
    }
}
