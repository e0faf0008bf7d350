using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>How a command opens a run.</summary>
internal sealed record OpenOptions
{
    /// <summary>Where the dataset's files are; null looks where the run found them, and in the usual places.</summary>
    public string? DataDir { get; init; }

    /// <summary>Which of the run's weights are used.</summary>
    public RunWeights Weights { get; init; }

    /// <summary>Threads to compute with.</summary>
    public int Threads { get; init; }

    public static IReadOnlyList<OptionOf<OpenOptions>> List { get; } =
    [
        OptionOf<OpenOptions>.OneOf<RunWeights>(
            "weights",
            "which of the run's weights, those of its model file, of its best epoch, or of its newest checkpoint",
            o => o.Weights,
            (o, v) => o with { Weights = v }
        ),
        CommonOptions.DataDir<OpenOptions>(o => o.DataDir, (o, v) => o with { DataDir = v }),
        CommonOptions.Threads<OpenOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];
}

/// <summary>Arguments and options that several commands have, made anew for each.</summary>
internal static class RunArguments
{
    public static Argument<string> Run() => new("RUN") { Description = "folder of a run, as 'elbo train' printed it" };

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object on standard output" };

    /// <summary>The run that was named, with its data and weights.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="run">The argument that names it.</param>
    /// <param name="given">The options that were given, those of <see cref="OpenOptions"/> among them.</param>
    public static LoadedRun Open(ParseResult parsed, Argument<string> run, JsonObject given)
    {
        var options = OpenOptions.List.Read(new OpenOptions(), given);
        return LoadedRun.Open(parsed.GetRequiredValue(run), options.DataDir, options.Threads, options.Weights);
    }
}
