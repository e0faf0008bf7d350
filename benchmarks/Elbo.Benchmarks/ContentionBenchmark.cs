using System.Diagnostics;
using System.Globalization;
using Elbo.Engine;
using Elbo.Workflows;

namespace Elbo.Benchmarks;

/// <summary>
/// Measures how fast each of two trainings on the same cores is, compared with one alone: in one process and in two.
/// </summary>
internal static class ContentionBenchmark
{
    private const int Rounds = 5;
    private const double Seconds = 4;

    public static int Run(string text)
    {
        Console.WriteLine(
            $"{Machine.Processor}: the slower of two at once against one alone, {Rounds} alternating rounds"
        );
        foreach (var test in BenchWorkflow.Cases.Where(test => test.Name.Contains(text, StringComparison.Ordinal)))
        {
            double[] threads = new double[Rounds],
                processes = new double[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                double alone = ImagesPerSecond(test.Name);
                threads[round] = Slower(() => ImagesPerSecond(test.Name)) / alone;
                double apart = InProcess(test.Name);
                processes[round] = Slower(() => InProcess(test.Name)) / apart;
            }
            Array.Sort(threads);
            Array.Sort(processes);
            Console.WriteLine(
                $"{test.Name, -34} in one process {Summary(threads)}, in two processes {Summary(processes)}"
            );
        }
        return 0;
    }

    /// <summary>Measures one case alone, for <see cref="InProcess"/>.</summary>
    public static int RunOne(string name)
    {
        Console.WriteLine(ImagesPerSecond(name).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static string Summary(double[] sorted) => $"{sorted[Rounds / 2]:P0} ({sorted[0]:P0} to {sorted[^1]:P0})";

    private static double Slower(Func<double> measure)
    {
        var other = Task.Factory.StartNew(measure, TaskCreationOptions.LongRunning);
        return Math.Min(measure(), other.Result);
    }

    private static double ImagesPerSecond(string name) =>
        BenchWorkflow.Run([name], Seconds, new DeviceOptions(), profile: false).First().ImagesPerSecond;

    private static double InProcess(string name)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["contention-of", name])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(printed, CultureInfo.InvariantCulture);
    }
}
