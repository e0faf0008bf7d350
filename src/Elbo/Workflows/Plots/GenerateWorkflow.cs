using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>Options for the codes that <see cref="GenerateWorkflow"/> decodes.</summary>
public sealed record GenerateOptions
{
    /// <summary>Source of the codes: random samples or a regular grid.</summary>
    public GenerationMode Mode { get; init; }

    /// <summary>For <see cref="GenerationMode.Random"/>: the distribution of the codes.</summary>
    public CodeSampler Sampler { get; init; }

    /// <summary>For <see cref="CodeSampler.Mixture"/>: number of Gaussians; null is 10.</summary>
    public int? MixtureComponents { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Uniform"/>: size of the grid; null uses that of the run. A line has the columns.
    /// </summary>
    public GridSize? ManifoldGrid { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Uniform"/>: the grid covers ±this value; null uses that of the run.
    /// </summary>
    public float? ManifoldRange { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Uniform"/>: the two latent dimensions of a grid, or the one of a line, counted
    /// from 1. The others are 0. Null uses the first two, or the only one.
    /// </summary>
    public IReadOnlyList<int>? Axes { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Random"/> of a model with clusters: the number, from 0, or the name of the cluster
    /// to sample from; null samples from all.
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
        OptionOf<GenerateOptions>.OneOf<CodeSampler>(
            "sampler",
            "with --mode random: the prior, or a Gaussian mixture fitted to the codes of the training images",
            o => o.Sampler,
            (o, v) => o with { Sampler = v }
        ),
        OptionOf<GenerateOptions>.WholeNumber(
            "mixture-components",
            "with --sampler mixture: number of Gaussians",
            o => o.MixtureComponents,
            (o, v) => o with { MixtureComponents = v }
        ) with
        {
            Range = OptionRange.From(1),
            Default = "10",
        },
        PictureOption.ManifoldGrid<GenerateOptions>(o => o.ManifoldGrid, (o, v) => o with { ManifoldGrid = v }),
        PictureOption.ManifoldRange<GenerateOptions>(o => o.ManifoldRange, (o, v) => o with { ManifoldRange = v }),
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
            "for a model with clusters: the cluster to sample from, by its number from 0 or by its name; by default "
                + "all",
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
        ManifoldGrid?.Validate();
        if (Mode != GenerationMode.Uniform && (ManifoldGrid is not null || ManifoldRange is not null))
            throw new ArgumentException(
                $"--manifold-{(ManifoldGrid is null ? "range" : "grid")} was given with --mode "
                    + $"{OptionName.Name(Mode)}; it is for --mode uniform."
            );
        if (Cluster is { } cluster && Mode != GenerationMode.Random)
            throw new ArgumentException(
                $"--cluster {cluster} was given with --mode {OptionName.Name(Mode)}; it is for --mode random."
            );
        if (Sampler != CodeSampler.Prior && Mode != GenerationMode.Random)
            throw new ArgumentException(
                $"--sampler {OptionName.Name(Sampler)} was given with --mode {OptionName.Name(Mode)}; it is for --mode "
                    + "random."
            );
        if (Sampler != CodeSampler.Prior && Cluster is { } one)
            throw new ArgumentException(
                $"--cluster {one} was given with --sampler {OptionName.Name(Sampler)}; the clusters are those of the "
                    + "prior. Leave out one of the two."
            );
        if (MixtureComponents is { } components && Sampler != CodeSampler.Mixture)
            throw new ArgumentException(
                $"--mixture-components {components} was given with --sampler {OptionName.Name(Sampler)}; it is for "
                    + "--sampler mixture."
            );
    }
}

/// <summary>Sources of codes to decode.</summary>
public enum GenerationMode
{
    /// <summary>Random samples, by default from the prior.</summary>
    Random,

    /// <summary>A regular grid over two latent dimensions, or points along one.</summary>
    Uniform,
}

/// <summary>Distributions of random codes.</summary>
public enum CodeSampler
{
    /// <summary>The model's prior.</summary>
    Prior,

    /// <summary>A Gaussian mixture fitted to the codes of the training images, see <see cref="RunSampler"/>.</summary>
    Mixture,
}

/// <summary>The <c>elbo generate</c> command: generates images from new codes.</summary>
public static class GenerateWorkflow
{
    private const int DefaultComponents = 10;

    /// <summary>
    /// Decodes codes sampled from the model's prior or from a mixture fitted to the codes of its training images, codes
    /// of a regular grid over two latent dimensions, or of a line along one.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Source of the codes.</param>
    /// <param name="grid">Size and destination of the grid.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">
    /// The file exists or cannot be written, or the training images, which a mixture needs, cannot be read.
    /// </exception>
    public static string Run(LoadedRun run, GenerateOptions options, GridOptions grid)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(grid);
        grid.Validate();
        options.Validate();
        var rng = new Rng(grid.Seed);
        int? cluster = options.Cluster is { } chosen ? FindCluster(run, chosen) : null;
        string name =
            cluster is { } number ? $"generate-cluster-{number}"
            : run.Model.Class is { } label ? $"generate-class-{label}"
            : options.Sampler != CodeSampler.Prior ? $"generate-{OptionName.Name(options.Sampler)}"
            : $"generate-{OptionName.Name(options.Mode)}";
        bool allClasses = run.Model.NeedsClass && options.Mode == GenerationMode.Random;
        var (codes, draw) =
            options.Mode == GenerationMode.Uniform ? Regular(run, options, grid)
            : allClasses ? AllClasses(run, options, grid, rng)
            : Random(run, options, cluster, grid, rng);
        var pixels = options.Sampled ? rng.Fork("pixels") : null;
        var model = run.Model.GivenOr(0);
        var images =
            allClasses ? ClassRows.Decode(run.Model, codes, pixels)
            : pixels is null ? Inference.Decode(model, codes)
            : Inference.DecodeSampled(model, codes, pixels);
        return GridWriter.Write(
            draw(images),
            run.Folder,
            name,
            grid,
            run.Model.ImageShape,
            [new NamedImages("images", images)]
        );
    }

    private static (float[] Codes, Func<float[], IFigure> Draw) Random(
        LoadedRun run,
        GenerateOptions options,
        int? cluster,
        GridOptions grid,
        Rng rng
    )
    {
        var size = grid.Size(run.Config.Pictures.ReconstructionGrid);
        size.RequirePixels("reconstruction-grid", run.Model.ImageShape);
        int count = grid.Count ?? (int)size.Count;
        size = size.For(count);
        if (cluster is { } chosen)
            return (
                Inference.SampleCluster(run.Model, chosen, count, rng),
                images => Panel(run, size, images, $"samples of {NamesOf(run).Caption(chosen)}")
            );
        var (codes, from) = Sample(run, options, count, rng);
        return (codes, images => Panel(run, size, images, $"samples from {from}{run.Model.AsClass}"));
    }

    /// <summary>Codes from the prior, or from a mixture fitted to codes, and the name of that distribution.</summary>
    internal static (float[] Codes, string From) Sample(LoadedRun run, GenerateOptions options, int count, Rng rng)
    {
        if (options.Sampler != CodeSampler.Mixture)
            return (Inference.SamplePrior(run.Model, count, rng), "the prior");
        var mixture = RunSampler.Get(run, options.MixtureComponents ?? DefaultComponents);
        string of = mixture.Components == 1 ? "a Gaussian" : $"a mixture of {mixture.Components} Gaussians";
        return (mixture.Sample(count, rng), of);
    }

    /// <summary>Codes that are decoded as every class of a conditional model, one row per class.</summary>
    private static (float[] Codes, Func<float[], IFigure> Draw) AllClasses(
        LoadedRun run,
        GenerateOptions options,
        GridOptions grid,
        Rng rng
    )
    {
        int classes = run.Model.Options.Condition!.Count;
        if (grid.Rows is not null || grid.Count is not null)
            throw new ArgumentException(
                $"{(grid.Rows is null ? $"count is {grid.Count}" : $"rows is {grid.Rows}")}; without --class there is "
                    + $"one row for each of {classes} classes. Give --columns, or --class."
            );
        var size = grid.Size(run.Config.Pictures.ReconstructionGrid) with { Rows = classes };
        size.RequirePixels("reconstruction-grid", run.Model.ImageShape);
        var (codes, from) = Sample(run, options, size.Columns, rng);
        string title = run.Folder.Title(run.Config.Dataset, $"samples from {from} as each class");
        return (codes, images => ClassRows.Figure(run.Model, images, title));
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

    private static ImagePanels Panel(LoadedRun run, GridSize size, float[] images, string caption) =>
        new(
            [ReconstructionFigure.Panel(caption, images, run.Model.ImageShape, size.Rows, size.Columns)],
            run.Folder.Title(run.Config.Dataset, "generated images")
        );

    /// <summary>Codes of a grid or a line, and their figure with axes.</summary>
    private static (float[] Codes, Func<float[], IFigure> Draw) Regular(
        LoadedRun run,
        GenerateOptions options,
        GridOptions grid
    )
    {
        if (grid.ReconstructionGrid is not null)
            throw new ArgumentException(
                "--reconstruction-grid was given with --mode uniform, whose grid is --manifold-grid."
            );
        int latent = run.Model.LatentDim;
        var shape = run.Model.ImageShape;
        var axes = ChosenAxes(options.Axes, latent);
        var size = grid.Size(options.ManifoldGrid ?? run.Config.Pictures.ManifoldGrid);
        float range = options.ManifoldRange ?? run.Config.Pictures.ManifoldRange;
        string rest = (latent > axes.Count ? ", all else 0" : "") + run.Model.GivenOr(0).AsClass;
        string title = run.Folder.Title(run.Config.Dataset, $"generated images{rest}");
        if (axes.Count == 2)
        {
            size.RequirePixels("manifold-grid", shape);
            return (
                Plane(size, grid.Count, latent, range, axes[0] - 1, axes[1] - 1),
                images =>
                    ManifoldFigure.CreatePlane(images, shape, size.Columns, size.Rows, range, title, (axes[0], axes[1]))
            );
        }
        size = OnALine(size, grid);
        size.RequirePixels("manifold-grid", shape);
        int count = grid.Count ?? size.Columns;
        return (
            Line(count, latent, range, axes[0] - 1),
            images =>
                size.Rows == 1
                    ? ManifoldFigure.CreateLine(images, shape, range, title, axes[0])
                    // Rows that continue one another have no common axis.
                    : Panel(run, size, images, $"z{axes[0]} to the right, ±{range}{rest}")
        );
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

    /// <summary>One row, unless a number of columns is given that is too small for the number of images.</summary>
    private static GridSize OnALine(GridSize size, GridOptions options)
    {
        int count = options.Count ?? size.Columns;
        int columns = options.Columns is { } given ? Math.Min(given, count) : count;
        var line = new GridSize(columns, ((count - 1) / columns) + 1);
        line.Validate();
        return line;
    }

    private static float[] Line(int count, int latent, float range, int axis)
    {
        var line = ManifoldGrid.Codes(count, 1, range);
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++)
            codes[i * latent + axis] = line[2 * i];
        return codes;
    }

    private static float[] Plane(GridSize size, int? wanted, int latent, float range, int x, int y)
    {
        var plane = ManifoldGrid.Codes(size.Columns, size.Rows, range);
        int count = wanted ?? (int)size.Count;
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++)
        {
            // The first row of the plane is its lowest; the first row of the figure is its highest.
            int point = (size.Rows - 1 - i / size.Columns) * size.Columns + i % size.Columns;
            (codes[i * latent + x], codes[i * latent + y]) = (plane[2 * point], plane[2 * point + 1]);
        }
        return codes;
    }
}
