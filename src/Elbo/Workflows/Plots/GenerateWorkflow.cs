using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>Options for the codes that <see cref="GenerateWorkflow"/> decodes.</summary>
public sealed record GenerateOptions
{
    /// <summary>Source of the codes: the prior or a regular grid.</summary>
    public GenerationMode Mode { get; init; }

    /// <summary>For <see cref="GenerationMode.Uniform"/>: the grid covers ±this value.</summary>
    public float Range { get; init; } = RunPictures.ManifoldRange;

    /// <summary>
    /// For <see cref="GenerationMode.Uniform"/>: the two latent dimensions of a grid, or the one of a line, counted
    /// from 1. The others are 0. Null uses the first two, or the only one.
    /// </summary>
    public IReadOnlyList<int>? Axes { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Random"/> of a model with clusters: the number, from 0, or the name of the cluster to
    /// sample from; null samples from all.
    /// </summary>
    public string? Cluster { get; init; }

    /// <summary>Whether to sample pixels instead of showing their means.</summary>
    public bool Sampled { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<GenerateOptions>> List { get; } =
    [
        OptionOf<GenerateOptions>.OneOf<GenerationMode>(
            "mode",
            "source of codes: random samples from the prior, or a uniform grid over latent dimensions",
            o => o.Mode,
            (o, v) => o with { Mode = v }
        ),
        CommonOptions.Range<GenerateOptions>(
            "with --mode uniform: the grid covers −N to N in each latent dimension",
            o => o.Range,
            (o, v) => o with { Range = v }
        ),
        OptionOf<GenerateOptions>.WholeNumbers(
            "axes",
            "with --mode uniform: the two latent dimensions of a grid, or the one of a line, counted from 1; by "
                + "default the first two",
            o => o.Axes,
            (o, v) => o with { Axes = v }
        ) with
        {
            ValueName = "I,J",
            Example = "1,2",
        },
        OptionOf<GenerateOptions>.Text(
            "cluster",
            "for a model with clusters: the cluster to sample from, by its number from 0 or by its name; by default all",
            o => o.Cluster,
            (o, v) => o with { Cluster = v }
        ) with
        {
            ValueName = "N",
        },
        OptionOf<GenerateOptions>.Flag(
            "sampled",
            "sample pixels from the decoder's distribution instead of showing its mean",
            o => o.Sampled,
            (o, v) => o with { Sampled = v }
        ),
    ];

    /// <summary>Checks everything that does not depend on the model.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not apply to this mode.</exception>
    public void Validate()
    {
        List.Validate(this);
        if (Cluster is { } cluster && Mode != GenerationMode.Random)
            throw new ArgumentException(
                $"--cluster {cluster} was given with --mode {OptionName.Name(Mode)}; it is for --mode random."
            );
    }
}

/// <summary>Sources of codes to decode.</summary>
public enum GenerationMode
{
    /// <summary>The prior.</summary>
    Random,

    /// <summary>A regular grid over two latent dimensions, or points along one.</summary>
    Uniform,
}

/// <summary>The <c>elbo generate</c> command: generates images from new codes.</summary>
public static class GenerateWorkflow
{
    /// <summary>
    /// Decodes codes sampled from the model's prior, of a regular grid over two latent dimensions, or of a line along
    /// one.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Source of the codes.</param>
    /// <param name="grid">Size and destination of the grid.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static string Run(LoadedRun run, GenerateOptions options, GridOptions grid)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(grid);
        grid.Validate();
        options.Validate();
        var rng = new Rng(grid.Seed);
        int? cluster = options.Cluster is { } chosen ? FindCluster(run, chosen) : null;
        string name = cluster is { } number
            ? $"generate-cluster-{number}"
            : $"generate-{OptionName.Name(options.Mode)}";
        var (codes, caption) =
            options.Mode == GenerationMode.Uniform
                ? Regular(run.Model.LatentDim, options, ref grid)
                : Random(run, cluster, grid, rng);
        var images = options.Sampled
            ? Inference.DecodeSampled(run.Model, codes, rng.Fork("pixels"))
            : Inference.Decode(run.Model, codes);
        string title = run.Folder.Title(run.Config.Dataset, "generated images");
        var panel = ReconstructionFigure.Panel(caption, images, run.Model.ImageShape, grid.Rows, grid.Columns);
        return GridWriter.Write(new ImagePanels([panel], title), run.Folder, name, grid, images, run.Model.ImageShape);
    }

    private static (float[] Codes, string Caption) Random(LoadedRun run, int? cluster, GridOptions grid, Rng rng)
    {
        int count = grid.Count ?? grid.Rows * grid.Columns;
        return cluster is { } chosen
            ? (Inference.SampleCluster(run.Model, chosen, count, rng), $"samples of {NamesOf(run).Caption(chosen)}")
            : (Inference.SamplePrior(run.Model, count, rng), "samples from the prior");
    }

    private static ClusterNames NamesOf(LoadedRun run) =>
        ClusterNames.Load(run.Folder, Inference.Clustering(run.Model).Clusters);

    /// <summary>The number of the cluster that the user chose by number or name.</summary>
    private static int FindCluster(LoadedRun run, string chosen)
    {
        if (run.Model.Prior is not IClusteringPrior)
            throw new ArgumentException($"cluster is {chosen}; {run.Config.Model} has no clusters.");
        return NamesOf(run).Find(chosen);
    }

    /// <summary>Codes of a grid or a line; a line returns its own <paramref name="grid"/>.</summary>
    private static (float[] Codes, string Caption) Regular(int latent, GenerateOptions options, ref GridOptions grid)
    {
        var axes = ChosenAxes(options.Axes, latent);
        string rest = $", ±{options.Range}{(latent > axes.Count ? ", all else 0" : "")}";
        if (axes.Count == 2)
            return (
                Grid(grid, latent, options.Range, axes[0] - 1, axes[1] - 1),
                $"z{axes[0]} to the right, z{axes[1]} upwards{rest}"
            );
        grid = OnALine(grid);
        return (Line(grid.Count!.Value, latent, options.Range, axes[0] - 1), $"z{axes[0]} to the right{rest}");
    }

    private static IReadOnlyList<int> ChosenAxes(IReadOnlyList<int>? axes, int latent)
    {
        axes ??= latent == 1 ? [1] : [1, 2];
        if (
            axes.Count is < 1 or > 2
            || axes.Any(axis => axis < 1 || axis > latent)
            || axes.Distinct().Count() < axes.Count
        )
            throw new ArgumentException(
                latent == 1
                    ? $"axes are {string.Join(',', axes)}; the run has one latent dimension, 1."
                    : $"axes are {string.Join(',', axes)}; they must be one or two different latent dimensions "
                        + $"from 1 to {latent}."
            );
        return axes;
    }

    /// <summary>One row, or as many rows as the requested number of images needs.</summary>
    private static GridOptions OnALine(GridOptions options)
    {
        int count = options.Count ?? options.Columns;
        return options with { Count = count, Rows = (count - 1) / options.Columns + 1 };
    }

    private static float[] Line(int count, int latent, float range, int axis)
    {
        var line = ManifoldGrid.Codes(count, 1, range);
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++)
            codes[i * latent + axis] = line[2 * i];
        return codes;
    }

    private static float[] Grid(GridOptions options, int latent, float range, int x, int y)
    {
        var plane = ManifoldGrid.Codes(options.Columns, options.Rows, range);
        int count = options.Count ?? plane.Length / 2;
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++)
        {
            // The first row of the plane is its lowest; the first row of the figure is its highest.
            int point = (options.Rows - 1 - i / options.Columns) * options.Columns + i % options.Columns;
            (codes[i * latent + x], codes[i * latent + y]) = (plane[2 * point], plane[2 * point + 1]);
        }
        return codes;
    }
}
