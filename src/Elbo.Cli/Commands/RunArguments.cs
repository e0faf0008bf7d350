using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Engine;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>Options for opening a run.</summary>
internal sealed record OpenOptions
{
    /// <summary>
    /// Folder of the dataset's files; null searches where the run found them, and the default places.
    /// </summary>
    public string? DataDir { get; init; }

    /// <summary>The weights of the run to use.</summary>
    public RunWeights Weights { get; init; }

    /// <summary>The class that a conditional model is given, by name or number; null for none.</summary>
    public string? Class { get; init; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; }

    /// <summary>The device that computes.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether a GPU rounds the factors of matrix products.</summary>
    public bool TensorFloat32 { get; init; }

    private const string ClassOption = "class";

    public static IReadOnlyList<OptionOf<OpenOptions>> List { get; } =
    [
        OptionOf<OpenOptions>.Parsed(
            "weights",
            "weights to use: final, those of the saved model; best, those of the best epoch; last, those of the newest "
                + "checkpoint; epoch-N, those after an epoch whose checkpoint is kept",
            RunWeights.Parse,
            o => o.Weights,
            (o, v) => o with { Weights = v }
        ) with
        {
            ValueName = "NAME",
        },
        OptionOf<OpenOptions>.Text(
            ClassOption,
            "for a run with --condition labels: the class, by name or number, of decoded images, and of images without "
                + "labels",
            o => o.Class,
            (o, v) => o with { Class = v }
        ) with
        {
            ValueName = "NAME",
        },
        CommonOptions.DataDir<OpenOptions>(o => o.DataDir, (o, v) => o with { DataDir = v }),
        CommonOptions.Threads<OpenOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
        CommonOptions.Device<OpenOptions>(o => o.Device, (o, v) => o with { Device = v }),
        CommonOptions.TensorFloat32<OpenOptions>(o => o.TensorFloat32, (o, v) => o with { TensorFloat32 = v }),
    ];

    /// <summary>The options of commands for which the class makes no difference.</summary>
    public static IReadOnlyList<OptionOf<OpenOptions>> WithoutClass { get; } =
    [.. List.Where(option => option.Name != ClassOption)];
}

/// <summary>Arguments and options shared by several commands, created for each.</summary>
internal static class RunArguments
{
    /// <summary>Name of the argument with the path of a run.</summary>
    public const string Name = "RUN";

    /// <summary>An example of such a path.</summary>
    public const string Example = "runs/vae-mnist-z2";

    public static Argument<string> Run() => new(Name) { Description = "run folder, as printed by 'elbo train'" };

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object on standard output" };

    /// <summary>Opens the given run with its data and weights.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="run">The argument with the path of the run.</param>
    /// <param name="given">The given options, including those of <see cref="OpenOptions"/>.</param>
    /// <param name="cancellation">Cancels reading the data.</param>
    public static LoadedRun Open(
        ParseResult parsed,
        Argument<string> run,
        JsonObject given,
        CancellationToken cancellation
    ) => Open(parsed.GetRequiredValue(run), given, cancellation);

    /// <summary>Opens the run in <paramref name="path"/> with the given options.</summary>
    public static LoadedRun Open(string path, JsonObject given, CancellationToken cancellation)
    {
        var options = OpenOptions.List.Read(new OpenOptions(), given);
        return LoadedRun.Open(
            path,
            options.DataDir,
            new DeviceOptions
            {
                Threads = options.Threads,
                Kind = options.Device,
                TensorFloat32 = options.TensorFloat32,
            },
            options.Weights,
            Remarks,
            options.Class,
            cancellation
        );
    }

    /// <summary>Prints remarks for the user.</summary>
    public static IProgress<string> Remarks { get; } = new Notes();

    /// <summary>Prints remarks on standard error at once. <see cref="Progress{T}"/> would print them later.</summary>
    private sealed class Notes : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"elbo: {value}");
    }
}
