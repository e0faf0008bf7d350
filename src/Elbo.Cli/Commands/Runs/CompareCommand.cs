using System.CommandLine;
using System.Globalization;
using Elbo.Cli.Terminal;
using Elbo.Formats;
using Elbo.Workflows;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo compare</c></summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "two or more run folders, as printed by 'elbo train'",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new DeclaredOptions([.. CompareOptions.List, .. OpenOptions.WithoutClass]);
        var command = new Command(
            "compare",
            "Compare runs: a table, their reconstructions of the same images, and their losses"
        )
        {
            runs,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = CompareOptions.List.Read(new CompareOptions(), given);
                var (path, table) = RunComparison.Run(
                    parsed.GetRequiredValue(runs),
                    wanted.Output,
                    wanted.Overwrite,
                    run => RunArguments.Open(run, given, cancellation)
                );
                foreach (string line in Lines(table))
                    Console.Error.WriteLine(line);
                Console.WriteLine(path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo compare runs/vae-mnist-z2 runs/vae-mnist-z10 runs/vae-mnist-z20");
    }

    /// <summary>The table without the paths, in aligned columns.</summary>
    private static IEnumerable<string> Lines(DataTable table)
    {
        string[][] rows =
        [
            [.. table.Columns.Skip(1)],
            .. table.Rows.Select(row => (string[])[.. row.Skip(1).Select(Text)]),
        ];
        return AlignedColumns.Lines(rows);
    }

    private static string Text(object? cell) =>
        cell is double number ? number.ToString("0.####", CultureInfo.InvariantCulture) : $"{cell}";

    private sealed record CompareOptions
    {
        public string? Output { get; init; }

        public bool Overwrite { get; init; }

        public static IReadOnlyList<OptionOf<CompareOptions>> List { get; } =
        [
            CommonOptions.Output<CompareOptions>(
                "folder to write; by default 'comparison' beside the first run",
                o => o.Output,
                (o, v) => o with { Output = v }
            ) with
            {
                ValueName = "DIR",
            },
            CommonOptions.Overwrite<CompareOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        ];
    }
}
