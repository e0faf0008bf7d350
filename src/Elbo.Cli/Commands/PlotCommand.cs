using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Plots;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo plot</c></summary>
internal static class PlotCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. PlotOptions.List, .. OpenOptions.List]);
        var command = new Command(
            "plot",
            "Draw the latent space, the manifold, the loss curves, or the clusters of a Gaussian-mixture VAE"
        )
        {
            run,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = PlotOptions.List.Read(new PlotOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var (path, caption) = PlotWorkflow.Run(loaded, wanted);
                if (caption.Length > 0)
                    Console.Error.WriteLine(caption);
                Console.WriteLine(path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo plot runs/vae-mnist-z2 --output latent.html");
    }
}
