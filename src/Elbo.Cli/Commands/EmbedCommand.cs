using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Formats;
using Elbo.Projection;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo embed</c></summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. EmbedOptions.List, .. OpenOptions.List]);
        var command = new Command("embed", "Write latent codes with labels and source files, as a table or as arrays")
        {
            run,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = EmbedOptions.List.Read(new EmbedOptions(), given);
                EmbedOptions.List.Validate(wanted);
                if (!string.IsNullOrWhiteSpace(wanted.Output))
                    CodesFile.RequireKnown(wanted.Output);
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var (path, count, caption) = EmbedWorkflow.Run(
                    loaded,
                    wanted.Choice,
                    wanted.Output,
                    wanted.Overwrite,
                    wanted.Projection,
                    new TSneOptions { Perplexity = wanted.Perplexity, Threads = wanted.Threads },
                    wanted.Seed
                );
                Console.Error.WriteLine($"{count} codes of {loaded.Model.LatentDim} dimensions");
                if (caption.Length > 0)
                    Console.Error.WriteLine(caption);
                Console.WriteLine(path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo embed runs/vae-mnist-z2 --split test --output codes.npz");
    }

    private sealed record EmbedOptions
    {
        public ImageChoice Choice { get; init; } = new();

        public ProjectionMethod? Projection { get; init; }

        public double Perplexity { get; init; } = new TSneOptions().Perplexity;

        public ulong Seed { get; init; }

        public string? Output { get; init; }

        public bool Overwrite { get; init; }

        public int Threads { get; init; }

        public static IReadOnlyList<OptionOf<EmbedOptions>> List { get; } =
        [
            .. ImageChoice.List.Select(option =>
                option.Within<EmbedOptions>(o => o.Choice, (o, v) => o with { Choice = v })
            ),
            OptionOf<EmbedOptions>.OneOf<ProjectionMethod>(
                "projection",
                "write a projection of the codes onto a plane instead of the codes",
                o => o.Projection,
                (o, v) => o with { Projection = v }
            ),
            CommonOptions.Perplexity<EmbedOptions>(o => o.Perplexity, (o, v) => o with { Perplexity = v }),
            CommonOptions.Seed<EmbedOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
            CommonOptions.Output<EmbedOptions>(
                "file to write, as CSV, NumPy array (.npy, .npz), Parquet or spreadsheet (.xlsx) by its ending; by "
                    + "default a CSV file in the run folder",
                o => o.Output,
                (o, v) => o with { Output = v }
            ),
            CommonOptions.Overwrite<EmbedOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
            CommonOptions.Threads<EmbedOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
        ];
    }
}
