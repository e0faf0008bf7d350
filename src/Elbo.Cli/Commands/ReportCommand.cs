using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo report</c></summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var (run, overwrite) = (RunArguments.Run(), RunArguments.Overwrite());
        var output = RunArguments.Output("page to write; otherwise the run's own report.html, which is written anew");
        var command = new Command("report", "Show a run on one page: figures, curves, pictures, options, machine")
        {
            run,
            output,
            overwrite,
        };
        command.SetAction(parsed =>
        {
            Console.WriteLine(
                ReportWorkflow.Run(
                    RunFolder.Open(parsed.GetRequiredValue(run)),
                    parsed.GetValue(output),
                    parsed.GetValue(overwrite)
                )
            );
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo report runs/vae-mnist-z2");
    }
}
