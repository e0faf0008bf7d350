using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Engine;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo bench</c></summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var cases = new Option<string[]>("--case")
        {
            Description =
                $"one case or several; by default all of {string.Join(", ", BenchWorkflow.Cases.Where(c => !c.IsLarge).Select(c => c.Name))}; photographs take long on a processor: {string.Join(", ", BenchWorkflow.Cases.Where(c => c.IsLarge).Select(c => c.Name))}",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
            CompletionSources = { _ => BenchWorkflow.Cases.Select(entry => new CompletionItem(entry.Name)) },
        };
        var options = new DeclaredOptions(BenchOptions.List);
        var command = new Command("bench", "Measure throughput; one JSON line per case") { cases };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var wanted = BenchOptions.List.Read(new BenchOptions(), options.Read(parsed));
                foreach (
                    var result in BenchWorkflow.Run(
                        parsed.GetValue(cases) ?? [],
                        wanted.Seconds,
                        new DeviceOptions
                        {
                            Threads = wanted.Threads,
                            Kind = wanted.Device,
                            TensorFloat32 = wanted.TensorFloat32,
                        },
                        wanted.Profile,
                        cancellation
                    )
                )
                {
                    Console.WriteLine(
                        new JsonObject
                        {
                            ["case"] = result.Case,
                            ["device"] = result.Device,
                            ["images_per_s"] = Math.Round(result.ImagesPerSecond, 1),
                            ["ms_per_step"] = Math.Round(result.MillisecondsPerStep, 3),
                            ["batch"] = result.Batch,
                        }.ToJsonString()
                    );
                    if (result.Profile is { } step)
                        Print(step);
                }
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo bench --case mlp-elu-tanh-500-z2-b128 --seconds 2");
    }

    private static void Print(StepProfile profile)
    {
        string products =
            $"matrix products over the whole step {profile.MatrixOperations / profile.Seconds / 1e9:F0} GFLOP/s";
        Console.Error.WriteLine(
            profile.Peak is { } peak
                ? $"  peak {peak / 1e9:F0} GFLOP/s, {products}, {profile.ShareOfPeak:P1} of peak"
                : $"  {products}"
        );
        foreach (var (category, milliseconds, share) in profile.Categories)
            Console.Error.WriteLine(
                $"  {(category is { } known ? OptionName.Name(known) : "outside kernels"), -16} "
                    + $"{milliseconds, 8:F3} ms  {share, 6:P1}"
            );
        foreach (var kernel in profile.Kernels)
            Console.Error.WriteLine(
                $"    {kernel.Kernel, -60} {(double)kernel.Calls / profile.Steps, 5:F1} calls  "
                    + $"{1e3 * kernel.Seconds / profile.Steps, 8:F3} ms  {kernel.Seconds / profile.Seconds, 6:P1}"
            );
    }

    private sealed record BenchOptions
    {
        public double Seconds { get; init; } = 4;

        public int Threads { get; init; }

        public string Device { get; init; } = "cpu";

        public bool TensorFloat32 { get; init; }

        public bool Profile { get; init; }

        public static IReadOnlyList<OptionOf<BenchOptions>> List { get; } =
        [
            OptionOf<BenchOptions>.Number("seconds", "time per case", o => o.Seconds, (o, v) => o with { Seconds = v }),
            CommonOptions.Threads<BenchOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
            CommonOptions.Device<BenchOptions>(o => o.Device, (o, v) => o with { Device = v }),
            CommonOptions.TensorFloat32<BenchOptions>(o => o.TensorFloat32, (o, v) => o with { TensorFloat32 = v }),
            OptionOf<BenchOptions>.Flag(
                "profile",
                "print the time per kernel of a step to standard error",
                o => o.Profile,
                (o, v) => o with { Profile = v }
            ),
        ];
    }
}
