using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Training;
using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo denoise</c></summary>
internal static class DenoiseCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. DenoiseOptions.List, .. GridOptions.List, .. OpenOptions.List]);
        var command = new Command("denoise", "Draw images, their noisy versions, and the restored images") { run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = options.Read(parsed);
            var wanted = DenoiseOptions.List.Read(new DenoiseOptions(), given);
            using var loaded = RunArguments.Open(parsed, run, given);
            var (path, before, after) = ReconstructWorkflow.Denoise(
                loaded,
                wanted.Choice,
                wanted.Noise,
                wanted.NoiseFactor,
                GridOptions.List.Read(new GridOptions(), given)
            );
            Console.Error.WriteLine($"mean squared error per pixel: {before:F5} noisy, {after:F5} restored");
            Console.WriteLine(path);
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo denoise runs/vae-mnist-z20 --noise gaussian --noise-factor 0.7");
    }

    private sealed record DenoiseOptions
    {
        public ImageChoice Choice { get; init; } = new();

        public NoiseKind? Noise { get; init; }

        public float? NoiseFactor { get; init; }

        public static IReadOnlyList<OptionOf<DenoiseOptions>> List { get; } =
        [
            .. ImageChoice.List.Select(option =>
                option.Within<DenoiseOptions>(o => o.Choice, (o, v) => o with { Choice = v })
            ),
            OptionOf<DenoiseOptions>.OneOf<NoiseKind>(
                "noise",
                "kind of noise; by default that of the run, or gaussian",
                o => o.Noise,
                (o, v) => o with { Noise = v }
            ),
            OptionOf<DenoiseOptions>.Number(
                "noise-factor",
                "standard deviation of gaussian noise, or fraction of pixels changed; by default that of the run, or "
                    + "the default of the kind",
                o => o.NoiseFactor,
                (o, v) => o with { NoiseFactor = v }
            ),
        ];
    }
}
