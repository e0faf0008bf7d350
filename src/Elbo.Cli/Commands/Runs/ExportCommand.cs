using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Exporting;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo export</c></summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. ExportOptions.List, .. OpenOptions.WithoutClass]);
        var command = new Command(
            "export",
            "Write the model of a run for other programs: weights, ONNX files or a PyTorch module"
        )
        {
            run,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = ExportOptions.List.Read(new ExportOptions(), given);
                // Wrong options are reported before the run is opened.
                ExportWorkflow.Check(wanted);
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                foreach (var file in ExportWorkflow.Run(loaded, wanted))
                {
                    if (file.Tensors > 0)
                        Console.Error.WriteLine(
                            FormattableString.Invariant(
                                $"{file.Content}: {file.Tensors} tensors, {file.Values:N0} values"
                            )
                        );
                    Console.WriteLine(file.Path);
                }
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo export runs/vae-mnist-z2 --split --output weights");
    }
}
