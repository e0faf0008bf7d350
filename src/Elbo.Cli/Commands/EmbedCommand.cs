using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Projection;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo embed</c></summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var (run, dataDir, weights, split, threads, overwrite) = (
            RunArguments.Run(),
            RunArguments.DataDir(),
            RunArguments.Weights(),
            RunArguments.Split(),
            RunArguments.Threads(),
            RunArguments.Overwrite()
        );
        var output = RunArguments.Output("CSV file to write; otherwise one among the run's codes");
        var projection = RunArguments.Projection("write points of a plane instead of codes");
        var (perplexity, seed) = (RunArguments.Perplexity(), RunArguments.Seed());
        var command = new Command("embed", "Write latent codes with labels as CSV")
        {
            run,
            split,
            projection,
            perplexity,
            seed,
            output,
            overwrite,
            weights,
            dataDir,
            threads,
        };
        command.SetAction(parsed =>
        {
            using var loaded = RunArguments.Open(parsed, run, dataDir, threads, weights);
            var options = new TSneOptions
            {
                Perplexity = parsed.GetValue(perplexity),
                Threads = parsed.GetValue(threads),
            };
            var (path, count, caption) = EmbedWorkflow.Run(
                loaded,
                parsed.GetRequiredValue(split),
                parsed.GetValue(output),
                parsed.GetValue(overwrite),
                parsed.GetValue(projection),
                options,
                parsed.GetValue(seed)
            );
            Console.Error.WriteLine($"{count} codes of {loaded.Model.LatentDim} dimensions");
            if (caption.Length > 0)
                Console.Error.WriteLine(caption);
            Console.WriteLine(path);
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo embed runs/vae-mnist-z2 --split test --output codes.csv");
    }
}
