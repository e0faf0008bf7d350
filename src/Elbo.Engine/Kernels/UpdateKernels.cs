using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Updates parameters from their gradients and an optimiser's state, in one pass.</summary>
internal static unsafe class UpdateKernels
{
    /// <summary>Applies <paramref name="rule"/> to every element. States that the rule does not use are null.</summary>
    public static void Apply<TRule>(
        TRule rule,
        Tensor parameters,
        Tensor gradient,
        Tensor? state1,
        Tensor? state2,
        Tensor? state3
    )
        where TRule : unmanaged, IUpdateRule
    {
        var args = new Args<TRule>
        {
            Rule = rule,
            P = parameters.Data,
            G = gradient.Data,
            Count = parameters.Count,
            S1 = state1 is null ? null : state1.Data,
            S2 = state2 is null ? null : state2.Data,
            S3 = state3 is null ? null : state3.Data,
        };
        parameters.Device.Launch<Loop<TRule>, Args<TRule>>(&args, 2L * parameters.Count, KernelCategory.Optimizer);
    }

    internal struct Args<TRule>
        where TRule : unmanaged
    {
        public TRule Rule;
        public float* P,
            G,
            S1,
            S2,
            S3;
        public long Count;
    }

    internal readonly struct Loop<TRule> : IKernel<Args<TRule>>
        where TRule : unmanaged, IUpdateRule
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TRule>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var rule = args->Rule;
            float* p = args->P,
                g = args->G,
                s1 = args->S1,
                s2 = args->S2,
                s3 = args->S3;
            var (i, end) = worker.Share(args->Count);
            for (; i < end; i += V.Width)
            {
                int count = (int)Math.Min(V.Width, end - i);
                bool whole = count == V.Width;
                V a = default,
                    b = default,
                    c = default;
                var x = Load<V>(p + i, whole, count);
                if (TRule.States > 0)
                    a = Load<V>(s1 + i, whole, count);
                if (TRule.States > 1)
                    b = Load<V>(s2 + i, whole, count);
                if (TRule.States > 2)
                    c = Load<V>(s3 + i, whole, count);
                rule.Apply(ref x, Load<V>(g + i, whole, count), ref a, ref b, ref c);
                Store(p + i, x, whole, count);
                if (TRule.States > 0)
                    Store(s1 + i, a, whole, count);
                if (TRule.States > 1)
                    Store(s2 + i, b, whole, count);
                if (TRule.States > 2)
                    Store(s3 + i, c, whole, count);
            }
        }

        [MethodImpl(AggressiveInlining)]
        private static V Load<V>(float* source, bool whole, int count)
            where V : unmanaged, ISimd<V> => whole ? V.Load(source) : V.LoadPartial(source, count);

        [MethodImpl(AggressiveInlining)]
        private static void Store<V>(float* target, V value, bool whole, int count)
            where V : unmanaged, ISimd<V>
        {
            if (whole)
                value.Store(target);
            else
                value.StorePartial(target, count);
        }
    }
}
