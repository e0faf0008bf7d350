using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Exploring;

namespace Elbo.Cli.Commands.Exploring;

/// <summary><c>elbo interpolate</c></summary>
internal static class InterpolateCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. InterpolateOptions.List, .. OpenOptions.List]);
        var command = new Command("interpolate", "Draw images on a path between two images in latent space") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = InterpolateOptions.List.Read(new InterpolateOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var (path, distance) = InterpolateWorkflow.Run(loaded, wanted, cancellation);
                Console.Error.WriteLine(
                    FormattableString.Invariant($"{wanted.Count} images over a latent distance of {distance:F2}")
                );
                Console.WriteLine(path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo interpolate runs/vae-mnist-z10 --from 0 --to 1 --output zero-to-one.html");
    }
}
