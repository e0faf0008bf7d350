using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Training;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo denoise</c></summary>
internal static class DenoiseCommand
{
    public static Command Create()
    {
        var (run, dataDir, weights, split, threads, grid) = (
            RunArguments.Run(),
            RunArguments.DataDir(),
            RunArguments.Weights(),
            RunArguments.Split(),
            RunArguments.Threads(),
            new GridArguments()
        );
        var noise = RunArguments.OptionalChoice<NoiseKind>(
            "--noise",
            "kind of noise; otherwise the run's, or gaussian"
        );
        var factor = RunArguments.OptionalNumber<float>(
            "--noise-factor",
            "standard deviation of gaussian noise, or the share of pixels changed; otherwise the run's, or the "
                + "kind's usual one"
        );
        var command = new Command("denoise", "Draw images, the same with noise, and restored by the model")
        {
            run,
            split,
            noise,
            factor,
            weights,
            dataDir,
            threads,
        };
        grid.AddTo(command);
        command.SetAction(parsed =>
        {
            using var loaded = RunArguments.Open(parsed, run, dataDir, threads, weights);
            var (path, before, after) = ReconstructWorkflow.Denoise(
                loaded,
                parsed.GetRequiredValue(split),
                parsed.GetValue(noise),
                parsed.GetValue(factor),
                grid.Read(parsed)
            );
            Console.Error.WriteLine($"mean squared error per pixel: {before:F5} noisy, {after:F5} restored");
            Console.WriteLine(path);
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo denoise runs/vae-mnist-z20 --noise gaussian --noise-factor 0.7");
    }
}
