using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Exploring;

namespace Elbo.Cli.Commands.Exploring;

/// <summary><c>elbo label-clusters</c></summary>
internal static class LabelClustersCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var names = new Argument<string[]>("NUMBER=NAME")
        {
            Description = "names of clusters, such as 0=smile 3=\"looking left\"; 3= removes one",
            Arity = ArgumentArity.ZeroOrMore,
        };
        // The names belong to the saved model: after other epochs, a cluster may hold other images.
        var options = new DeclaredOptions([
            .. LabelClustersOptions.List,
            .. OpenOptions.WithoutClass.Where(option => option.Name != "weights"),
        ]);
        var json = RunArguments.Json();
        var command = new Command(
            "label-clusters",
            "Give names to the clusters of a Gaussian-mixture VAE, or list them"
        )
        {
            run,
            names,
        };
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var clusters = LabelClustersWorkflow.Run(
                    loaded,
                    parsed.GetValue(names) ?? [],
                    LabelClustersOptions.List.Read(new LabelClustersOptions(), given),
                    RunArguments.Remarks,
                    cancellation
                );
                if (parsed.GetValue(json))
                    Console.WriteLine(Json(clusters).ToJsonString());
                else
                    Print(clusters);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo label-clusters runs/cnn-gmvae-frey-z8 0=smile 3=\"looking left\"");
    }

    private static void Print(IReadOnlyList<NamedCluster> clusters)
    {
        bool counted = clusters.Any(cluster => cluster.Images is not null),
            labelled = clusters.Any(cluster => cluster.Class is not null);
        string[][] rows =
        [
            [
                "cluster",
                "name",
                .. counted ? ["images"] : (string[])[],
                .. labelled ? ["commonest class"] : (string[])[],
            ],
            .. clusters.Select(cluster =>
                (string[])
                    [
                        $"{cluster.Number}",
                        cluster.Name ?? "",
                        .. counted
                            ? [cluster.Images!.Value.ToString("N0", CultureInfo.InvariantCulture)]
                            : (string[])[],
                        .. labelled ? [Class(cluster)] : (string[])[],
                    ]
            ),
        ];
        foreach (string line in AlignedColumns.Lines(rows, 0, 2))
            Console.WriteLine(line);
    }

    private static string Class(NamedCluster cluster) =>
        cluster.Class is { } name ? FormattableString.Invariant($"{name} ({100 * cluster.Share:F0} %)") : "";

    private static JsonObject Json(IReadOnlyList<NamedCluster> clusters) =>
        new()
        {
            ["clusters"] = new JsonArray([
                .. clusters.Select(cluster => new JsonObject
                {
                    ["cluster"] = cluster.Number,
                    ["name"] = cluster.Name,
                    ["images"] = cluster.Images,
                    ["class"] = cluster.Class,
                    ["share"] = cluster.Class is null ? null : cluster.Share,
                }),
            ]),
        };
}
