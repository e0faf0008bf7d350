using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Fills tensors with random numbers that depend only on (key, draw, element).</summary>
internal static unsafe class RandomKernels
{
    /// <summary>The counters of a group, each of which produces four elements.</summary>
    private const int Counters = 16;

    /// <summary>Elements of a group.</summary>
    private const int Group = 4 * Counters;

    /// <summary>Fills <paramref name="y"/> with samples of <typeparamref name="TDistribution"/>.</summary>
    public static void Fill<TDistribution>(TDistribution distribution, Tensor y, Rng rng)
        where TDistribution : unmanaged, IRandomFill
    {
        var (key, draw) = rng.NextDraw();
        var args = new Args<TDistribution>
        {
            Distribution = distribution,
            Y = y.Data,
            Count = y.Count,
            Key = key,
            Draw = draw,
        };
        y.Device.Launch<Loop<TDistribution>, Args<TDistribution>>(&args, 4L * y.Count, KernelCategory.Random);
    }

    internal struct Args<TDistribution>
        where TDistribution : unmanaged
    {
        public TDistribution Distribution;
        public float* Y;
        public long Count;
        public ulong Key;
        public uint Draw;
    }

    internal readonly struct Loop<TDistribution> : IKernel<Args<TDistribution>>
        where TDistribution : unmanaged, IRandomFill
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args<TDistribution>* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            var distribution = args->Distribution;
            var (start, end) = worker.Share(args->Count, Group);
            for (long i = start; i < end; i += Group)
            {
                float* y = args->Y + i;
                // Counter c of a group produces elements c, c + 16, c + 32 and c + 48.
                for (int lane = 0; lane < Counters; lane += V.Width)
                {
                    Philox<V>(
                        args->Key,
                        (uint)(i / 4) + (uint)lane,
                        args->Draw,
                        out var r0,
                        out var r1,
                        out var r2,
                        out var r3
                    );
                    distribution.Transform(ref r0, ref r1, ref r2, ref r3);
                    int rest = (int)Math.Min(end - i, Group) - lane;
                    Store(r0, y + lane, rest);
                    Store(r1, y + lane + Counters, rest - Counters);
                    Store(r2, y + lane + 2 * Counters, rest - 2 * Counters);
                    Store(r3, y + lane + 3 * Counters, rest - 3 * Counters);
                }
            }
        }

        /// <summary>Stores the lanes that have a counter of the group and an element before the end.</summary>
        [MethodImpl(AggressiveInlining)]
        private static void Store<V>(V samples, float* y, int rest)
            where V : unmanaged, ISimd<V>
        {
            if (rest >= V.Width && V.Width <= Counters)
                samples.Store(y);
            else if (rest > 0)
                samples.StorePartial(y, Math.Min(rest, Counters));
        }

        [MethodImpl(AggressiveInlining)]
        private static void Philox<V>(ulong key, uint firstCounter, uint draw, out V c0, out V c1, out V c2, out V c3)
            where V : unmanaged, ISimd<V>
        {
            c0 = V.CountBits(firstCounter);
            c1 = V.BroadcastBits(0);
            c2 = V.BroadcastBits(draw);
            c3 = V.BroadcastBits(0);
            uint k0 = (uint)key,
                k1 = (uint)(key >> 32);
            for (int round = 0; round < PhiloxBlock.Rounds; round++)
            {
                V.MultiplyBits(c0, PhiloxBlock.Multiplier0, out var high0, out var low0);
                V.MultiplyBits(c2, PhiloxBlock.Multiplier1, out var high1, out var low1);
                c0 = high1 ^ c1 ^ V.BroadcastBits(k0);
                c2 = high0 ^ c3 ^ V.BroadcastBits(k1);
                c1 = low1;
                c3 = low0;
                k0 += PhiloxBlock.Weyl0;
                k1 += PhiloxBlock.Weyl1;
            }
        }
    }
}

/// <summary>Converts four registers of uniform bits into four registers of samples.</summary>
internal interface IRandomFill
{
    void Transform<V>(ref V r0, ref V r1, ref V r2, ref V r3)
        where V : unmanaged, ISimd<V>;
}

/// <summary>Uniform on [0, 1), 24 random bits.</summary>
internal readonly struct UniformFill : IRandomFill
{
    [MethodImpl(AggressiveInlining)]
    public void Transform<V>(ref V r0, ref V r1, ref V r2, ref V r3)
        where V : unmanaged, ISimd<V>
    {
        r0 = V.UnitFromBits(r0);
        r1 = V.UnitFromBits(r1);
        r2 = V.UnitFromBits(r2);
        r3 = V.UnitFromBits(r3);
    }
}

/// <summary>N(0, 1) by the Box–Muller transform.</summary>
internal readonly struct NormalFill : IRandomFill
{
    [MethodImpl(AggressiveInlining)]
    public void Transform<V>(ref V r0, ref V r1, ref V r2, ref V r3)
        where V : unmanaged, ISimd<V>
    {
        Pair(ref r0, ref r1);
        Pair(ref r2, ref r3);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Pair<V>(ref V a, ref V b)
        where V : unmanaged, ISimd<V>
    {
        // 1 − u lies in (0, 1], so the logarithm is finite.
        var radius = V.Sqrt(V.Broadcast(-2) * VectorMath.LogOfPositive(V.Broadcast(1) - V.UnitFromBits(a)));
        var sine = VectorMath.SinCosTurns(V.UnitFromBits(b), out var cosine);
        a = radius * cosine;
        b = radius * sine;
    }
}

/// <summary><paramref name="value"/> with probability <paramref name="probability"/>, else 0.</summary>
internal readonly struct BernoulliFill(float probability, float value) : IRandomFill
{
    [MethodImpl(AggressiveInlining)]
    public void Transform<V>(ref V r0, ref V r1, ref V r2, ref V r3)
        where V : unmanaged, ISimd<V>
    {
        r0 = Keep(r0);
        r1 = Keep(r1);
        r2 = Keep(r2);
        r3 = Keep(r3);
    }

    [MethodImpl(AggressiveInlining)]
    private V Keep<V>(V bits)
        where V : unmanaged, ISimd<V> =>
        V.LessThan(V.UnitFromBits(bits), V.Broadcast(probability)) & V.Broadcast(value);
}
