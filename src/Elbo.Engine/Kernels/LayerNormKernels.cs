using System.Runtime.CompilerServices;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Normalises contiguous rows to mean 0 and variance 1.</summary>
internal static unsafe class LayerNormKernels
{
    /// <summary>n = (x − mean) / σ and the inverse standard deviation 1 / σ of every row.</summary>
    public static void Normalize(Tensor x, Tensor normalized, Tensor inverseDeviation, int width, float epsilon)
    {
        var args = new Args
        {
            X = x.Data,
            Y = normalized.Data,
            InverseDeviation = inverseDeviation.Data,
            Width = width,
            Rows = inverseDeviation.Count,
            Epsilon = epsilon,
        };
        x.Device.Launch<Forward, Args>(&args, 4L * x.Count);
    }

    /// <summary>
    /// dx (+)= (g − mean(g) − n·mean(g·n)) / σ, where g is the gradient with respect to the normalised n.
    /// </summary>
    public static void Gradient(
        Tensor normalized,
        Tensor inverseDeviation,
        Tensor gradient,
        GradientTarget target,
        int width
    )
    {
        var args = new Args
        {
            X = gradient.Data,
            Y = normalized.Data,
            InverseDeviation = inverseDeviation.Data,
            Target = target.Tensor.Data,
            Adds = target.Adds,
            Width = width,
            Rows = inverseDeviation.Count,
        };
        normalized.Device.Launch<Backward, Args>(&args, 4L * normalized.Count);
    }

    internal struct Args
    {
        public float* X,
            Y,
            InverseDeviation,
            Target;
        public int Width,
            Rows;
        public float Epsilon;
        public Flag Adds;
    }

    internal readonly struct Forward : IKernel<Args>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* x = args->X + row * width,
                    y = args->Y + row * width;
                var sum = V.Broadcast(0);
                for (int i = 0; i < width; i += V.Width)
                    sum += V.LoadPartial(x + i, width - i);
                float mean = sum.Sum() / width;
                // A second pass over centred values avoids cancellation. Unused lanes stay 0.
                V squares = V.Broadcast(0),
                    means = V.Broadcast(mean);
                for (int i = 0; i < width; i += V.Width)
                {
                    (V.LoadPartial(x + i, width - i) - means).StorePartial(y + i, width - i);
                    var centred = V.LoadPartial(y + i, width - i);
                    squares = V.Fma(centred, centred, squares);
                }
                var inverse = V.Broadcast(1) / V.Sqrt(V.Broadcast(squares.Sum() / width + args->Epsilon));
                inverse.StorePartial(args->InverseDeviation + row, 1);
                for (int i = 0; i < width; i += V.Width)
                    (V.LoadPartial(y + i, width - i) * inverse).StorePartial(y + i, width - i);
            }
        }
    }

    internal readonly struct Backward : IKernel<Args>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int width = args->Width;
            var (first, last) = worker.Share(args->Rows, grain: 1);
            for (long row = first; row < last; row++)
            {
                float* gradient = args->X + row * width,
                    normalized = args->Y + row * width,
                    target = args->Target + row * width;
                V sum = V.Broadcast(0),
                    dot = V.Broadcast(0);
                for (int i = 0; i < width; i += V.Width)
                {
                    var g = V.LoadPartial(gradient + i, width - i);
                    sum += g;
                    dot = V.Fma(g, V.LoadPartial(normalized + i, width - i), dot);
                }
                V mean = V.Broadcast(sum.Sum() / width),
                    slope = V.Broadcast(dot.Sum() / width),
                    inverse = V.Broadcast(args->InverseDeviation[row]);
                for (int i = 0; i < width; i += V.Width)
                {
                    var d =
                        (
                            V.LoadPartial(gradient + i, width - i)
                            - mean
                            - V.LoadPartial(normalized + i, width - i) * slope
                        ) * inverse;
                    if (args->Adds)
                        d += V.LoadPartial(target + i, width - i);
                    d.StorePartial(target + i, width - i);
                }
            }
        }
    }
}
