using System.CommandLine;
using System.Globalization;
using Elbo.Cli.Terminal;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo generate</c></summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var (run, dataDir, weights, threads, grid) = (
            RunArguments.Run(),
            RunArguments.DataDir(),
            RunArguments.Weights(),
            RunArguments.Threads(),
            new GridArguments()
        );
        var mode = RunArguments.Choice(
            "--mode",
            "where codes come from, the prior or a regular grid over latent dimensions",
            GenerationMode.Random
        );
        var count = RunArguments.OptionalNumber<int>(
            "--count",
            "how many images, in rows of --columns; otherwise rows times columns"
        );
        var range = RunArguments.Number(
            "--range",
            "with --mode uniform: the grid covers ±this",
            RunPictures.ManifoldRange
        );
        var axes = new Option<string?>("--axes")
        {
            Description =
                "with --mode uniform: the two latent dimensions of a grid, or the one of a line, from 1; "
                + "otherwise the first two",
            HelpName = "I,J",
        };
        var cluster = RunArguments.OptionalNumber<int>(
            "--cluster",
            "of a model with clusters: the one to draw from, from 0; otherwise all"
        );
        var sampled = new Option<bool>("--sampled")
        {
            Description = "draw pixels from the decoder's distribution instead of showing its mean",
        };
        var command = new Command("generate", "Draw images from codes nobody encoded")
        {
            run,
            mode,
            count,
            range,
            axes,
            cluster,
            sampled,
            weights,
            dataDir,
            threads,
        };
        grid.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = grid.Read(parsed);
            if (parsed.GetValue(count) is { } wished)
            {
                if (wished < 1)
                    throw new ArgumentException($"count is {wished}; it must be 1 or more.");
                // The division is rounded up in a way that cannot overflow; columns are checked with all else.
                options = options with
                {
                    Rows = options.Columns < 1 ? 1 : (wished - 1) / options.Columns + 1,
                    Count = wished,
                };
            }
            var chosen = new GenerateOptions
            {
                Mode = parsed.GetValue(mode) ?? GenerationMode.Random,
                Range = parsed.GetValue(range),
                Axes = parsed.GetValue(axes) is { } text ? ParseAxes(text) : null,
                Cluster = parsed.GetValue(cluster),
                Sampled = parsed.GetValue(sampled),
            };
            chosen.Validate();
            using var loaded = RunArguments.Open(parsed, run, dataDir, threads, weights);
            Console.WriteLine(GenerateWorkflow.Run(loaded, chosen, options));
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo generate runs/vae-mnist-z2 --mode uniform --rows 20 --columns 20");
    }

    private static int[] ParseAxes(string text)
    {
        string[] parts = text.Split(',');
        var axes = new int[parts.Length];
        for (int i = 0; i < axes.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out axes[i]))
                throw new ArgumentException($"axes are '{text}'; give one or two latent dimensions from 1, as in 1,2.");
        return axes;
    }
}
