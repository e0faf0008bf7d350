using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Exploring;

namespace Elbo.Cli.Commands.Exploring;

/// <summary><c>elbo neighbours</c></summary>
internal static class NeighboursCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. NeighboursOptions.List, .. OpenOptions.List]);
        var command = new Command("neighbours", "Find the nearest images in latent space") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = NeighboursOptions.List.Read(new NeighboursOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var summary = NeighboursWorkflow.Run(loaded, wanted, cancellation);
                string many = summary.Queries.Count == 1 ? "image" : "images";
                Console.Error.WriteLine(
                    FormattableString.Invariant(
                        $"{wanted.Count} neighbours of {summary.Queries.Count} {many}; the nearest is {summary.MeanNearestDistance:F2} away{(summary.Queries.Count == 1 ? "" : " on average")}"
                    )
                );
                Console.WriteLine(summary.Path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo neighbours runs/photos --images new.jpg -n 12");
    }
}
