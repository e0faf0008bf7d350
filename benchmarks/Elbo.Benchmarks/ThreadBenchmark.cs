using Elbo.Engine;
using Elbo.Workflows;

namespace Elbo.Benchmarks;

/// <summary>Measures the speed-up from more threads, and the serial fraction of a step.</summary>
internal static class ThreadBenchmark
{
    private const int Rounds = 7;
    private const double Seconds = 1;

    public static int Run()
    {
        int all = Environment.ProcessorCount;
        Console.WriteLine($"{Machine.Processor}: one thread against {all}, {Rounds} alternating rounds");
        foreach (var test in BenchWorkflow.Cases)
        {
            double[] ratios = new double[Rounds],
                serial = new double[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                var one = Step(test.Name, 1);
                var many = Step(test.Name, all);
                ratios[round] = one.MillisecondsPerStep / many.MillisecondsPerStep;
                // Time outside kernels is spent by the calling thread alone; shown as a fraction of the one-thread
                // step.
                serial[round] = many.Profile!.Categories[^1].Milliseconds / one.MillisecondsPerStep;
            }
            Array.Sort(ratios);
            Array.Sort(serial);
            Console.WriteLine(
                $"{test.Name, -34} {ratios[Rounds / 2]:F2} times as fast; outside kernels {serial[Rounds / 2]:P1} "
                    + "of a one-thread step"
            );
        }
        return 0;
    }

    private static BenchWorkflow.Result Step(string name, int threads) =>
        BenchWorkflow.Run([name], Seconds, new DeviceOptions { Threads = threads }, profile: true).First();
}
