using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Exporting.Torch;

namespace Elbo.Workflows.Exporting;

/// <summary>Options of <c>elbo import</c>.</summary>
public sealed record ImportOptions
{
    /// <summary>
    /// Folder of a run with the same networks; null takes them from the file, if <c>elbo export</c> wrote it.
    /// </summary>
    public string? Like { get; init; }

    /// <summary>Folder to write; null writes to the folder <c>runs</c>.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing run folder may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ImportOptions>> List { get; } =
    [
        OptionOf<ImportOptions>.Text(
            "like",
            "a run with the same networks, whose options the new one gets; by default those named in the file, or the "
                + "options of a model that are given",
            o => o.Like,
            (o, v) => o with { Like = v }
        ) with
        {
            ValueName = "RUN",
        },
        CommonOptions.Output<ImportOptions>(
            "run folder to write; by default one in 'runs' whose name ends in -imported",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<ImportOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
    ];
}

/// <summary>
/// The <c>elbo import</c> command: a run folder from weights of PyTorch, as <c>elbo export --format torch</c> and its
/// module write them.
/// </summary>
public static class ImportWorkflow
{
    private const string Mark = "config.json";

    /// <summary>Imports a file.</summary>
    /// <param name="file">A safetensors file in PyTorch's order.</param>
    /// <param name="options">The options.</param>
    /// <param name="described">
    /// Options of the model, for a file without metadata and no run like it; null for none.
    /// </param>
    /// <returns>The folder, which has no metrics and no checkpoints.</returns>
    /// <exception cref="ArgumentException">The options do not say, or not clearly, what the weights are of.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or the folder exists.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or has weights of another model.</exception>
    public static RunFolder Run(string file, ImportOptions options, RunConfig? described = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!File.Exists(file))
            throw new FileNotFoundException($"there is no file '{file}'.", file);
        if (ModelFile.IsOwn(file))
            throw new InvalidDataException(
                $"{file} has its weights in Elbo's order already; commands read it as part of its run."
            );
        var (config, shape, name) = Plan(file, options, described);
        using var output = OutputFolder.Choose(
            options.Output,
            Path.Combine("runs", $"{name}-imported"),
            Mark,
            options.Overwrite
        );
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(file, config, shape, device, isDescribed: options.Like is null && described is null);
        TorchWeights.Load(model, file);
        RunFolder.SaveModel(
            output.Staging,
            overwrite: false,
            folder =>
            {
                RunSettings.Save(config, folder);
                ModelFile.Save(model, folder.Model);
            }
        );
        output.Complete();
        return RunFolder.Open(output.Path);
    }

    /// <summary>A model for the weights of a file, which may describe it itself.</summary>
    private static GenerativeModel Create(
        string file,
        RunConfig config,
        ImageShape shape,
        Device device,
        bool isDescribed
    )
    {
        try
        {
            return new GenerativeModel(
                config.ModelOptions,
                shape,
                device,
                new Rng(config.Seed),
                tensors => CheckSize(file, tensors)
            );
        }
        catch (ArgumentException e) when (isDescribed)
        {
            throw new InvalidDataException($"{file}: {FormatBoundary.Reason(e)}", e);
        }
    }

    /// <summary>Refuses a model that needs more weights than the file can hold, before memory is allocated.</summary>
    private static void CheckSize(string file, IEnumerable<(string Name, Shape Shape)> tensors)
    {
        long length = new FileInfo(file).Length,
            needed = ModelFile.SizeOf(tensors);
        if (needed > length)
            throw new InvalidDataException(
                $"{file} has {length:N0} bytes; the weights of the model it is said to hold take {needed:N0}."
            );
    }

    /// <summary>The options of the new run, the shape of its images, and a name.</summary>
    private static (RunConfig Config, ImageShape Shape, string Name) Plan(
        string file,
        ImportOptions options,
        RunConfig? described
    )
    {
        if (options.Like is { } like)
        {
            if (described is not null)
                throw new ArgumentException(
                    $"like is {like}, and options of a model were given; leave out one of them."
                );
            var run = RunFolder.Open(like);
            var shape =
                (File.Exists(run.Model) ? ModelFile.ReadShape(run.Model) : null)
                ?? throw new InvalidDataException($"{like} has no weights yet, so the size of its images is unknown.");
            return (RunSettings.Load(run), shape, run.Name);
        }
        if (described is not null)
        {
            var (config, shape) = DescribeWorkflow.Complete(described);
            return (config, shape, RunName.Of(config));
        }
        return OfMetadata(file);
    }

    private static (RunConfig Config, ImageShape Shape, string Name) OfMetadata(string file)
    {
        var shape =
            ModelFile.ReadShape(file)
            ?? throw new ArgumentException(
                $"{file} does not say what its weights are of. Name a run with the same networks with --like RUN, or "
                    + "give the options of the model, such as --model cnn-vae --dataset mnist --latent-dim 10."
            );
        using var reader = new SafetensorsReader(file);
        var notes = reader.Metadata;
        var training = new FitOptions
        {
            Binarize = notes.TryGetValue(ExportNotes.Binarize, out string? binarize)
                ? OptionName.Parse<Binarization>(
                    binarize,
                    problem => new InvalidDataException($"{file}: {FormatBoundary.Excerpt(problem)}")
                )
                : Binarization.None,
        };
        var model = ModelFile.ReadOptions(file);
        string dataset = notes.GetValueOrDefault(ExportNotes.Dataset, "unknown");
        var config = RunConfig.Of(model, training, dataset, seed: 0);
        string name = Path.GetFileName(notes.GetValueOrDefault(ExportNotes.Run, ""));
        return (config, shape, name.Length > 0 ? name : config.Model);
    }
}
