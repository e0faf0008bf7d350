using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>Multiply-adds on registers alone: the peak of the processor at present, with these threads.</summary>
internal static unsafe class PeakKernel
{
    private const int Chains = 12; // enough independent sums to hide the latency of an addition

    /// <summary>Measures floating-point operations per second for about <paramref name="seconds"/>.</summary>
    public static double Measure(Device device, int registerWidth, double seconds)
    {
        long rounds = 100_000;
        Time(device, rounds);
        double elapsed = Time(device, rounds);
        rounds = Math.Max(rounds, (long)(rounds * seconds / Math.Max(elapsed, 1e-6)));
        return 2.0 * Chains * registerWidth * rounds * device.Threads / Time(device, rounds);
    }

    private static double Time(Device device, long rounds)
    {
        var args = new Args { Rounds = rounds };
        long start = Stopwatch.GetTimestamp();
        device.Launch<Loop, Args>(&args, long.MaxValue);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private struct Args
    {
        public long Rounds;
        public float Sink;
    }

    private readonly struct Loop : IKernel<Args>
    {
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            float result = V.Width switch
            {
                16 => Spin<Lanes512, Vector512<float>>(args->Rounds),
                8 => Spin<Lanes256, Vector256<float>>(args->Rounds),
                4 => Spin<Lanes128, Vector128<float>>(args->Rounds),
                _ => Spin<Lanes32, float>(args->Rounds),
            };
            if (worker.Index == 0)
                args->Sink = result; // keeps the compiler from removing the loop
        }

        [MethodImpl(AggressiveOptimization)]
        private static float Spin<L, R>(long rounds)
            where L : struct, ILanes<R>
            where R : unmanaged
        {
            R a = L.Broadcast(1.0000001f),
                b = L.Broadcast(1e-9f);
            R c0 = b,
                c1 = b,
                c2 = b,
                c3 = b,
                c4 = b,
                c5 = b,
                c6 = b,
                c7 = b,
                c8 = b,
                c9 = b,
                c10 = b,
                c11 = b;
            for (; rounds > 0; rounds--)
            {
                c0 = L.MultiplyAdd(a, c0, b);
                c1 = L.MultiplyAdd(a, c1, b);
                c2 = L.MultiplyAdd(a, c2, b);
                c3 = L.MultiplyAdd(a, c3, b);
                c4 = L.MultiplyAdd(a, c4, b);
                c5 = L.MultiplyAdd(a, c5, b);
                c6 = L.MultiplyAdd(a, c6, b);
                c7 = L.MultiplyAdd(a, c7, b);
                c8 = L.MultiplyAdd(a, c8, b);
                c9 = L.MultiplyAdd(a, c9, b);
                c10 = L.MultiplyAdd(a, c10, b);
                c11 = L.MultiplyAdd(a, c11, b);
            }
            var sum = L.Add(L.Add(L.Add(c0, c1), L.Add(c2, c3)), L.Add(L.Add(c4, c5), L.Add(c6, c7)));
            sum = L.Add(sum, L.Add(L.Add(c8, c9), L.Add(c10, c11)));
            float* lanes = stackalloc float[16];
            L.Store(sum, lanes);
            return *lanes;
        }
    }
}
