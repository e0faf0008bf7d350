using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Training.Runs;
using Elbo.Workflows.Exporting;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo import</c></summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description =
                "safetensors file in PyTorch's order, as 'elbo export --format torch' and its module write it",
        };
        var own = new DeclaredOptions(ImportOptions.List);
        var described = new DeclaredOptions(DescribeCommand.ModelOptions);
        var command = new Command("import", "Make a run folder from weights that PyTorch has trained") { file };
        own.AddTo(command);
        described.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = ImportOptions.List.Read(new ImportOptions(), own.Read(parsed));
            var given = described.Read(parsed);
            var run = ImportWorkflow.Run(
                parsed.GetRequiredValue(file),
                options,
                given.Count > 0 ? RunSettings.Merge(("the command line", given)) : null
            );
            Console.WriteLine(run.Path);
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo import trained.safetensors --like runs/vae-mnist-z2");
    }
}
