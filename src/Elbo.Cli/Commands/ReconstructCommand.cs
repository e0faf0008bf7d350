using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo reconstruct</c></summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. ReconstructOptions.List, .. GridOptions.List, .. OpenOptions.List]);
        var command = new Command("reconstruct", "Draw images beside their reconstructions") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = ReconstructOptions.List.Read(new ReconstructOptions(), given);
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var (path, error) = ReconstructWorkflow.Reconstruct(
                    loaded,
                    wanted.Choice,
                    wanted.Sampled,
                    GridOptions.List.Read(new GridOptions(), given)
                );
                Console.Error.WriteLine($"mean squared error per pixel: {error:F5}");
                Console.WriteLine(path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo reconstruct runs/vae-mnist-z20 --reconstruction-grid 5x5");
    }

    private sealed record ReconstructOptions
    {
        public ImageChoice Choice { get; init; } = new();

        public bool Sampled { get; init; }

        public static IReadOnlyList<OptionOf<ReconstructOptions>> List { get; } =
        [
            .. ImageChoice.List.Select(option =>
                option.Within<ReconstructOptions>(o => o.Choice, (o, v) => o with { Choice = v })
            ),
            OptionOf<ReconstructOptions>.Flag(
                "sampled",
                "add a grid of reconstructions with pixels sampled from the decoder's distribution",
                o => o.Sampled,
                (o, v) => o with { Sampled = v }
            ),
        ];
    }
}
