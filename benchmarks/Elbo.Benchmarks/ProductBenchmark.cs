using System.Diagnostics;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Benchmarks;

/// <summary>Times every matrix product of the training steps, alternating between Elbo and OpenBLAS.</summary>
internal static unsafe class ProductBenchmark
{
    private sealed record Shape(string Name, int M, int N, int K, bool TransposeA, bool TransposeB);

    public static int Run(int rounds, string filter)
    {
        if (!OpenBlas.IsPresent)
        {
            Console.Error.WriteLine("OpenBLAS is not installed (Debian: apt-get install libopenblas0-pthread).");
            return 1;
        }
        Console.WriteLine(
            $"{Machine.Processor}, OpenBLAS core {OpenBlas.Core}, {rounds} rounds; GFLOP/s are medians, the ratio "
                + "is the median of ratios of neighbouring rounds"
        );
        foreach (int threads in (int[])[1, Environment.ProcessorCount])
        {
            using var device = new Device(new DeviceOptions { Threads = threads });
            OpenBlas.SetThreads(threads);
            foreach (
                var shape in Shapes()
                    .Where(s => $"{threads}t {s.Name} {s.M}x{s.N}x{s.K}".Contains(filter, StringComparison.Ordinal))
            )
                Measure(device, shape, rounds);
        }
        return 0;
    }

    private static IEnumerable<Shape> Shapes()
    {
        (int In, int Out)[] layers = [(784, 500), (500, 500), (500, 784), (784, 256), (256, 784), (784, 512)];
        foreach (int batch in (int[])[128, 64])
        foreach (var (inputs, outputs) in layers)
        {
            yield return new("forward x·Wᵀ", batch, outputs, inputs, false, true);
            yield return new("input gradient g·W", batch, inputs, outputs, false, false);
            yield return new("weight gradient gᵀ·x", outputs, inputs, batch, true, false);
        }
        yield return new("square", 1024, 1024, 1024, false, false);
    }

    private static void Measure(Device device, Shape shape, int rounds)
    {
        var (_, m, n, k, transposeA, transposeB) = shape;
        var rng = new Rng(1);
        var a = Ops.RandomNormal(device, transposeA ? [k, m] : [m, k], rng);
        var b = Ops.RandomNormal(device, transposeB ? [n, k] : [k, n], rng);
        Tensor ours = device.Zeros([m, n]),
            theirs = device.Zeros([m, n]);
        Action our = () =>
            MatrixProductKernel.Multiply(
                device,
                m,
                n,
                k,
                MatrixView.Of(a, transposeA),
                MatrixView.Of(b, transposeB),
                ours.Data,
                adds: false,
                default(NoEpilogue)
            );
        Action their = () =>
            OpenBlas.Multiply(transposeA, transposeB, m, n, k, a.Data, a.Shape[1], b.Data, b.Shape[1], theirs.Data);
        double operations = 2.0 * m * n * k;
        int calls = Math.Max(3, (int)(8e9 / operations));
        Time(our, calls);
        Time(their, calls);
        double[] ourRates = new double[rounds],
            theirRates = new double[rounds],
            ratios = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            ourRates[round] = operations / Time(our, calls) / 1e9;
            theirRates[round] = operations / Time(their, calls) / 1e9;
            ratios[round] = ourRates[round] / theirRates[round];
        }
        float error = ours.ToArray().Zip(theirs.ToArray(), (x, y) => MathF.Abs(x - y)).Max();
        Console.WriteLine(
            $"{device.Threads} thread{(device.Threads > 1 ? "s" : " ")}  {shape.Name, -21} {m, 5}×{n, -5}×{k, -5} "
                + $"ours {Median(ourRates), 5:F0}  OpenBLAS {Median(theirRates), 5:F0}  ratio {Median(ratios):F2}  "
                + $"difference {error:E1}"
        );
    }

    private static double Time(Action action, int calls)
    {
        // The other side's threads spin for a while after their last call. Wait until they sleep.
        Thread.Sleep(100);
        for (int i = 0; i < 3; i++)
            action();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
