using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Evaluation;
using Elbo.Workflows.Exploring;

namespace Elbo.Cli.Commands.Exploring;

/// <summary><c>elbo cluster</c></summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. ClusterOptions.List, .. OpenOptions.List]);
        var command = new Command("cluster", "Sort images into clusters by their latent codes") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = ClusterOptions.List.Read(new ClusterOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var summary = ClusterWorkflow.Run(loaded, wanted, cancellation);
                foreach (string line in Lines(summary))
                    Console.Error.WriteLine(line);
                Console.WriteLine(summary.Path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo cluster runs/vae-mnist-z10 --method mixture --folders");
    }

    private static IEnumerable<string> Lines(ClusterSummary summary)
    {
        yield return $"{summary.Assignment.Count:N0} images in {summary.Caption}";
        if (summary.Agreement is { } all)
            yield return Agreement(all, summary.AgreementWithoutNoise is null ? "" : ", noise as a cluster of its own");
        if (summary.AgreementWithoutNoise is { } without)
            yield return Agreement(without, ", without the noise");
        if (summary.Silhouette is { } silhouette)
            yield return FormattableString.Invariant($"silhouette: {silhouette:F3}");
        foreach (string remark in summary.Remarks)
            yield return remark;
    }

    private static string Agreement(ClusteringMetrics metrics, string what) =>
        $"agreement with {metrics.Classes} classes{what}: "
        + FormattableString.Invariant($"accuracy {metrics.HungarianAccuracy:F3} one-to-one, ")
        + FormattableString.Invariant($"{metrics.MajorityAccuracy:F3} by the most frequent class, ")
        + FormattableString.Invariant($"NMI {metrics.NormalizedMutualInformation:F3}, ")
        + FormattableString.Invariant($"ARI {metrics.AdjustedRandIndex:F3}");
}
