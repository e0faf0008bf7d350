using System.Runtime.CompilerServices;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Elementwise loops over one tensor.</summary>
internal static unsafe class MapKernels
{
    /// <summary>y = f(x). In place if both are the same tensor.</summary>
    public static void Map<TOp>(TOp op, Tensor x, Tensor y)
        where TOp : unmanaged, IUnary
    {
        var args = new Args<TOp>
        {
            Op = op,
            X = x.Data,
            Y = y.Data,
            Count = x.Count,
        };
        x.Device.Launch<Forward<TOp>, Args<TOp>>(&args, x.Count);
    }

    /// <summary>dx (+)= dy·f′(x)</summary>
    public static void Gradient<TOp>(TOp op, Tensor x, Tensor y, Tensor gradient, GradientTarget target)
        where TOp : unmanaged, IUnary
    {
        var args = new Args<TOp>
        {
            Op = op,
            X = x.Data,
            Y = y.Data,
            Gradient = gradient.Data,
            Target = target.Tensor.Data,
            Adds = target.Adds,
            Count = x.Count,
        };
        x.Device.Launch<Backward<TOp>, Args<TOp>>(&args, x.Count);
    }

    /// <summary>dx (+)= dy, for operations that only rearrange or repeat elements.</summary>
    public static void Accumulate(Tensor gradient, GradientTarget target) =>
        Gradient(default(Identity), gradient, gradient, gradient, target);

    internal struct Args<TOp>
        where TOp : unmanaged
    {
        public TOp Op;
        public float* X,
            Y,
            Gradient,
            Target;
        public Flag Adds;
        public long Count;
    }

    internal readonly struct Forward<TOp> : IKernel<Args<TOp>>
        where TOp : unmanaged, IUnary
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TOp>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var op = args->Op;
            float* x = args->X,
                y = args->Y;
            var (i, end) = worker.Share(args->Count);
            for (; i <= end - V.Width; i += V.Width)
                op.Apply(V.Load(x + i)).Store(y + i);
            if (i < end)
                op.Apply(V.LoadPartial(x + i, (int)(end - i))).StorePartial(y + i, (int)(end - i));
        }
    }

    internal readonly struct Backward<TOp> : IKernel<Args<TOp>>
        where TOp : unmanaged, IUnary
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TOp>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var op = args->Op;
            float* x = args->X,
                y = args->Y,
                gradient = args->Gradient,
                target = args->Target;
            bool adds = args->Adds;
            var (i, end) = worker.Share(args->Count);
            for (; i <= end - V.Width; i += V.Width)
            {
                var d = V.Load(gradient + i) * op.Derivative(V.Load(x + i), V.Load(y + i));
                (adds ? V.Load(target + i) + d : d).Store(target + i);
            }
            if (i < end)
            {
                int rest = (int)(end - i);
                var d =
                    V.LoadPartial(gradient + i, rest)
                    * op.Derivative(V.LoadPartial(x + i, rest), V.LoadPartial(y + i, rest));
                (adds ? V.LoadPartial(target + i, rest) + d : d).StorePartial(target + i, rest);
            }
        }
    }
}
