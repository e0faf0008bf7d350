using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo report</c></summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions(ReportOptions.List);
        var command = new Command(
            "report",
            "Write a report of a run as one HTML page: metrics, curves, figures, options, machine"
        )
        {
            run,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var wanted = ReportOptions.List.Read(new ReportOptions(), options.Read(parsed));
                var folder = RunFolder.Open(parsed.GetRequiredValue(run));
                Console.WriteLine(ReportWorkflow.Run(folder, wanted.Output, wanted.Overwrite, cancellation));
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo report runs/vae-mnist-z2");
    }

    private sealed record ReportOptions
    {
        public string? Output { get; init; }

        public bool Overwrite { get; init; }

        public static IReadOnlyList<OptionOf<ReportOptions>> List { get; } =
        [
            CommonOptions.Output<ReportOptions>(
                "HTML file to write; by default report.html in the run folder, which is replaced",
                o => o.Output,
                (o, v) => o with { Output = v }
            ),
            CommonOptions.Overwrite<ReportOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        ];
    }
}
