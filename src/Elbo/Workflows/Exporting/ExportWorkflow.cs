using Elbo.Formats;
using Elbo.Formats.Onnx;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Exporting;

/// <summary>Options of <c>elbo export</c>.</summary>
public sealed record ExportOptions
{
    /// <summary>Name of a format in <see cref="ExportFormats"/>.</summary>
    public string Format { get; init; } = ExportFormats.All[0].Name;

    /// <summary>
    /// Whether to write encoder and decoder as two safetensors files instead of one file of the whole model.
    /// </summary>
    public bool Split { get; init; }

    /// <summary>Version of the operator set for the format onnx, 13 to 23; null means 17.</summary>
    public int? Opset { get; init; }

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
            "write two safetensors files, encoder and decoder; the parameters of a prior are in the decoder's",
            o => o.Split,
            (o, v) => o with { Split = v }
        ),
        OptionOf<ExportOptions>.WholeNumber(
            "opset",
            "version of the operator set for the format onnx",
            o => o.Opset,
            (o, v) => o with { Opset = v }
        ) with
        {
            Range = OptionRange.Between(OnnxFile.LeastOpset, OnnxFile.LargestOpset),
            Default = $"{OnnxFile.UsualOpset}",
        },
        CommonOptions.Output<ExportOptions>(
            "folder to write to, or for a single file its path; by default the folder 'export' of the run",
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
/// <param name="Content">What is in it: <c>encoder</c>, <c>decoder</c>, <c>model</c>, or <c>module</c>.</param>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Values">Number of values in all tensors.</param>
public sealed record ExportedFile(string Path, string Content, int Tensors, long Values);

/// <summary>The <c>elbo export</c> command: files of a trained model for other programs.</summary>
public static class ExportWorkflow
{
    /// <summary>Writes the model of a run.</summary>
    /// <param name="run">The run, opened with the weights to export.</param>
    /// <param name="options">The options.</param>
    /// <returns>The files, the encoder before the decoder.</returns>
    /// <exception cref="ArgumentException">An option is wrong, or the format cannot hold the model.</exception>
    /// <exception cref="IOException">A file exists or cannot be written.</exception>
    public static IReadOnlyList<ExportedFile> Run(LoadedRun run, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var format = Check(options);
        var parts = format.Files(options);
        string[] paths = Paths(run.Folder, parts, options);
        var source = new ExportSource(run.Model, options, ExportNotes.Of(run));
        try
        {
            if (paths.Length == 1)
                return [Write(parts[0], paths[0], paths[0])];
            // An encoder of one model must not stand beside the decoder of another.
            var files = new List<ExportedFile>();
            FileSet.Replace(
                Path.GetDirectoryName(Path.GetFullPath(paths[0]))!,
                paths,
                staging =>
                {
                    foreach (var (path, part) in paths.Zip(parts))
                        files.Add(Write(part, Path.Combine(staging, part.File), path));
                }
            );
            return files;
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"{run.Folder.Path} cannot be exported as {format.Name}: {e.Message}", e);
        }

        ExportedFile Write(ExportPart part, string place, string path)
        {
            var (tensors, values) = part.Write(source, place);
            return new ExportedFile(path, part.Content, tensors, values);
        }
    }

    /// <summary>Checks the options that need no run, and returns the format.</summary>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    public static ExportFormat Check(ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var format = ExportFormats.Get(options.Format);
        ExportOptions.List.Validate(options);
        if (options.Opset is { } opset && format.Name != ExportFormats.Onnx)
            throw new ArgumentException(
                $"opset is {opset}; the format {format.Name} has no operators. Add --format {ExportFormats.Onnx}, or "
                    + "leave it out."
            );
        if (options.Split && format.Name != ExportFormats.All[0].Name)
            throw new ArgumentException(
                $"split goes with the format {ExportFormats.All[0].Name}; the files of {format.Name} are always "
                    + $"{string.Join(" and ", format.Files(options).Select(part => part.File))}."
            );
        return format;
    }

    /// <summary>The paths of the files. Nothing is written yet.</summary>
    private static string[] Paths(RunFolder run, IReadOnlyList<ExportPart> parts, ExportOptions options)
    {
        string[] paths,
            names = [.. parts.Select(part => part.File)];
        bool IsFile(string path) =>
            parts.Any(part => path.EndsWith(Path.GetExtension(part.File), StringComparison.OrdinalIgnoreCase))
            && !Directory.Exists(path);
        if (options.Output is not { } wished)
        {
            string folder = run.Export;
            if (!options.Overwrite)
                for (int i = 2; names.Any(name => Path.Exists(Path.Combine(folder, name))); i++)
                    folder = $"{run.Export}-{i}";
            paths = [.. names.Select(name => Path.Combine(folder, name))];
        }
        else if (IsFile(wished))
        {
            if (names.Length > 1)
                throw new ArgumentException(
                    $"output is '{wished}'; {(options.Split ? "--split" : $"the format {options.Format}")} writes "
                        + $"{string.Join(" and ", names)}, so it needs a folder."
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
