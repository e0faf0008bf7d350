using System.CommandLine;
using System.Text.Json.Nodes;
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
        var command = new Command(
            "denoise",
            "Draw images, their noisy versions, and the restored images; with --images, restore noisy files of your own"
        )
        {
            run,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = DenoiseOptions.List.Read(new DenoiseOptions(), given);
                var grid = GridOptions.List.Read(new GridOptions(), given);
                if (wanted.Choice.Images is not null)
                {
                    RequireFit(given);
                    using var restoring = RunArguments.Open(parsed, run, given, cancellation);
                    var result = RestoreWorkflow.Run(
                        restoring,
                        wanted.Choice,
                        grid.Output,
                        grid.Overwrite,
                        cancellation
                    );
                    Console.Error.WriteLine(
                        $"{result.Count:N0} {(result.Count == 1 ? "picture" : "pictures")} of {result.Shape}, the size of the "
                            + $"model's images; root mean square change {result.RootMeanSquareChange:F4}"
                    );
                    if (restoring.Config.Noise == NoiseKind.None)
                        Console.Error.WriteLine(
                            "elbo: this run was trained without noise, so it may reproduce noise instead of removing it; "
                                + "'elbo train --noise gaussian' trains a model that restores."
                        );
                    Console.WriteLine(result.Path);
                    return Task.FromResult(Report.Success);
                }
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var (path, before, after) = ReconstructWorkflow.Denoise(
                    loaded,
                    wanted.Choice,
                    wanted.Noise,
                    wanted.NoiseFactor,
                    grid
                );
                Console.Error.WriteLine($"mean squared error per pixel: {before:F5} noisy, {after:F5} restored");
                Console.WriteLine(path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo denoise runs/vae-mnist-z20 --noise gaussian --noise-factor 0.7");
    }

    /// <summary>Rejects options of the figure that is drawn for images of the dataset.</summary>
    private static void RequireFit(JsonObject given)
    {
        if (((string[])["noise", "noise-factor"]).FirstOrDefault(given.ContainsKey) is { } noise)
            throw new ArgumentException(
                $"{noise} was given with images; your own images are taken as they are, and no noise is added."
            );
        if (
            ((string[])["reconstruction-grid", "rows", "columns", "separate", "seed"]).FirstOrDefault(
                given.ContainsKey
            ) is
            { } option
        )
            throw new ArgumentException(
                $"{option} was given with images; it is for the figure of the dataset's images. With images, one "
                    + "picture per file is written to the folder --output."
            );
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
