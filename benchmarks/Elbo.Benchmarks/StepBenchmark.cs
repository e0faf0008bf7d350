using System.Text.Json;
using Elbo.Engine;
using Elbo.Workflows;

namespace Elbo.Benchmarks;

/// <summary>
/// Times training steps as a fraction of the peak measured in the same run, which stays comparable on a machine whose
/// speed drifts.
/// </summary>
internal static class StepBenchmark
{
    private const double Seconds = 3;
    private const double LargestLoss = 0.1;
    private const int Passes = 3;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public sealed record CaseResult(string Case, double ShareOfPeak, double ImagesPerSecond);

    public sealed record Result(
        string Date,
        string Processor,
        string Runtime,
        double PeakGflops,
        IReadOnlyList<CaseResult> Cases
    );

    public static int Run(bool write)
    {
        // The stored result is the best of as many passes as a check takes, so that both have the same chance of an
        // undisturbed pass.
        var result = write ? Best([.. Enumerable.Range(0, Passes).Select(_ => Measure())]) : Measure();
        Console.WriteLine($"{result.Processor}, .NET {result.Runtime}, peak {result.PeakGflops:F0} GFLOP/s");
        foreach (var row in result.Cases)
            Console.WriteLine(
                $"{row.Case, -40} {row.ShareOfPeak, 7:P1} of peak  {row.ImagesPerSecond, 10:N0} images/s"
            );
        if (!write)
            return 0;
        string path = Path.Combine(Folder, $"steps-{result.Date}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(result, Json) + "\n");
        Console.WriteLine(path);
        return 0;
    }

    public static int Check()
    {
        string? last = Directory.EnumerateFiles(Folder, "steps-*.json").Order(StringComparer.Ordinal).LastOrDefault();
        if (last is null)
        {
            Console.Error.WriteLine($"there is no kept result in {Folder}; 'steps --write' makes one.");
            return 1;
        }
        var kept = JsonSerializer.Deserialize<Result>(File.ReadAllText(last), Json)!;
        // Another process on the machine can slow down one pass, but hardly three: the best one counts.
        var best = new Dictionary<string, double>();
        for (int pass = 0; pass < Passes && kept.Cases.Any(c => Ratio(c, best) < 1 - LargestLoss); pass++)
            foreach (var result in Measure().Cases)
                best[result.Case] = Math.Max(best.GetValueOrDefault(result.Case), result.ShareOfPeak);
        foreach (var before in kept.Cases)
            Console.WriteLine(
                $"{before.Case, -40} {before.ShareOfPeak, 7:P1} then, {best.GetValueOrDefault(before.Case), 7:P1} "
                    + "now, ratio "
                    + $"{Ratio(before, best):F2}{(Ratio(before, best) < 1 - LargestLoss ? "  SLOWER" : "")}"
            );
        return kept.Cases.Any(c => Ratio(c, best) < 1 - LargestLoss) ? 1 : 0;
    }

    private static double Ratio(CaseResult before, Dictionary<string, double> now) =>
        now.GetValueOrDefault(before.Case) / before.ShareOfPeak;

    private static string Folder => Path.Combine(Machine.Repository, "benchmarks", "results");

    private static Result Best(IReadOnlyList<Result> passes) =>
        passes[0] with
        {
            Cases =
            [
                .. passes
                    .SelectMany(pass => pass.Cases)
                    .GroupBy(c => c.Case)
                    .Select(rows => rows.MaxBy(c => c.ShareOfPeak)!),
            ],
        };

    private static Result Measure()
    {
        var results = BenchWorkflow.Run([], Seconds, new DeviceOptions(), profile: true).ToList();
        double peak = results.Average(r => r.Profile!.Peak!.Value) / 1e9;
        return new Result(
            DateTime.UtcNow.ToString("yyyy-MM-dd"),
            Machine.Processor,
            Machine.Sdk,
            Math.Round(peak),
            [
                .. results.Select(r => new CaseResult(
                    r.Case,
                    Math.Round(r.Profile!.ShareOfPeak!.Value, 4),
                    Math.Round(r.ImagesPerSecond)
                )),
            ]
        );
    }
}
