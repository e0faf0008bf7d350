using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Exploring;

namespace Elbo.Cli.Commands.Exploring;

/// <summary><c>elbo traverse</c></summary>
internal static class TraverseCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. TraverseOptions.List, .. OpenOptions.List]);
        var command = new Command("traverse", "Draw images while one latent dimension after the other changes") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = TraverseOptions.List.Read(new TraverseOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var summary = TraverseWorkflow.Run(loaded, wanted, cancellation);
                foreach (string line in Lines(summary))
                    Console.Error.WriteLine(line);
                Console.WriteLine(summary.Path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo traverse runs/vae-mnist-z10 --index 5 --dims 1,3,5");
    }

    private static IEnumerable<string> Lines(TraverseSummary summary)
    {
        yield return "mean KL in nats: "
            + string.Join(
                ", ",
                summary.Dims.Select(d => FormattableString.Invariant($"z{d} {summary.Divergences[d - 1]:F3}"))
            );
        if (!summary.IsOfPrior)
            yield return "the prior is not N(0, I): KL and the unit of the steps are from the Gaussian with mean and "
                + "variance of the codes in each dimension";
        if (summary.Inactive > 0)
            yield return $"{summary.Inactive} of {summary.Divergences.Count} dimensions have a KL below 0.01 nats: they "
                + "say nothing about an image";
    }
}
