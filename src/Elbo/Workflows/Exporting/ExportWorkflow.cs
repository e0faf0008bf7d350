using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Exporting;

/// <summary>Options of <c>elbo export</c>.</summary>
public sealed record ExportOptions
{
    /// <summary>Name of a format in <see cref="ExportFormats"/>.</summary>
    public string Format { get; init; } = ExportFormats.All[0].Name;

    /// <summary>Whether to write encoder and decoder as two files instead of one file of the whole model.</summary>
    public bool Split { get; init; }

    /// <summary>
    /// Folder to write to, or for one file its path; null writes to the folder <c>export</c> of the run.
    /// </summary>
    public string? Output { get; init; }

    /// <summary>Whether existing files may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ExportOptions>> List { get; } =
    [
        OptionOf<ExportOptions>.Text("format", "file format", o => o.Format, (o, v) => o with { Format = v }) with
        {
            Choices = [.. ExportFormats.All.Select(format => format.Name)],
        },
        OptionOf<ExportOptions>.Flag(
            "split",
            "write two files, encoder and decoder; the parameters of a prior are in the decoder's",
            o => o.Split,
            (o, v) => o with { Split = v }
        ),
        CommonOptions.Output<ExportOptions>(
            "folder to write to, or without --split the file; by default the folder 'export' of the run",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<ExportOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
    ];
}

/// <summary>A file that was exported.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Half">The half of the model in it; null for the whole model.</param>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Values">Number of values in all tensors.</param>
public sealed record ExportedFile(string Path, ModelHalf? Half, int Tensors, long Values);

/// <summary>The <c>elbo export</c> command: files of a trained model for other programs.</summary>
public static class ExportWorkflow
{
    /// <summary>Writes the model of a run.</summary>
    /// <param name="run">The run, opened with the weights to export.</param>
    /// <param name="options">The options.</param>
    /// <returns>The files, the encoder before the decoder.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">A file exists or cannot be written.</exception>
    public static IReadOnlyList<ExportedFile> Run(LoadedRun run, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var format = ExportFormats.Get(options.Format);
        ModelHalf?[] halves = options.Split ? [ModelHalf.Encoder, ModelHalf.Decoder] : [null];
        string[] paths = Paths(
            run.Folder,
            format,
            options,
            [.. halves.Select(half => (half is { } one ? OptionName.Name(one) : "model") + format.Ending)]
        );
        var notes = Notes(run);
        foreach (var (path, half) in paths.Zip(halves))
            format.Write(run.Model, half, path, notes);
        return [.. paths.Zip(halves, (path, half) => Describe(run.Model, half, path))];
    }

    private static ExportedFile Describe(GenerativeModel model, ModelHalf? half, string path)
    {
        var tensors = ModelFile.Tensors(model, half).ToArray();
        return new ExportedFile(path, half, tensors.Length, tensors.Sum(tensor => (long)tensor.Value.Shape.Count));
    }

    /// <summary>What a program needs to know besides the model: which weights these are, and how images are prepared.</summary>
    private static Dictionary<string, string> Notes(LoadedRun run)
    {
        var notes = new Dictionary<string, string> { ["weights"] = run.Weights.ToString() };
        if (run.Config.Binarize != Binarization.None)
            notes["binarize"] = OptionName.Name(run.Config.Binarize);
        return notes;
    }

    /// <summary>The paths of files with these names. Nothing is written yet.</summary>
    private static string[] Paths(RunFolder run, ExportFormat format, ExportOptions options, string[] names)
    {
        string[] paths;
        if (options.Output is not { } wished)
        {
            string folder = run.Export;
            if (!options.Overwrite)
                for (int i = 2; names.Any(name => Path.Exists(Path.Combine(folder, name))); i++)
                    folder = $"{run.Export}-{i}";
            paths = [.. names.Select(name => Path.Combine(folder, name))];
        }
        else if (wished.EndsWith(format.Ending, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(wished))
        {
            if (options.Split)
                throw new ArgumentException(
                    $"output is '{wished}'; --split writes {string.Join(" and ", names)}, so it needs a folder."
                );
            paths = [wished];
        }
        else
        {
            if (string.IsNullOrWhiteSpace(wished))
                throw new ArgumentException("output is empty; give a folder.");
            paths = [.. names.Select(name => Path.Combine(wished, name))];
        }
        if (paths.FirstOrDefault(path => Path.GetFullPath(path) == Path.GetFullPath(run.Model)) is { } own)
            throw new IOException($"{own} is the model of the run itself; give another --output.");
        return [.. paths.Select(path => OutputPath.Choose(path, path, options.Overwrite))];
    }
}
