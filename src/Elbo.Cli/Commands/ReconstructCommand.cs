using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo reconstruct</c></summary>
internal static class ReconstructCommand
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
        var sampled = new Option<bool>("--sampled")
        {
            Description = "a third grid of reconstructions whose pixels are drawn from the decoder's distribution",
        };
        var command = new Command("reconstruct", "Draw images beside what the model makes of them")
        {
            run,
            split,
            sampled,
            weights,
            dataDir,
            threads,
        };
        grid.AddTo(command);
        command.SetAction(parsed =>
        {
            using var loaded = RunArguments.Open(parsed, run, dataDir, threads, weights);
            var (path, error) = ReconstructWorkflow.Reconstruct(
                loaded,
                parsed.GetRequiredValue(split),
                parsed.GetValue(sampled),
                grid.Read(parsed)
            );
            Console.Error.WriteLine($"mean squared error per pixel: {error:F5}");
            Console.WriteLine(path);
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo reconstruct runs/vae-mnist-z20 --rows 5 --columns 5");
    }
}
