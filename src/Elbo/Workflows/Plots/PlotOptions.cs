using Elbo.Figures;
using Elbo.Projection;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>Kinds of plots of a run.</summary>
public enum PlotKind
{
    /// <summary>Codes coloured by label.</summary>
    Latent,

    /// <summary>Images decoded from a grid over the latent plane.</summary>
    Manifold,

    /// <summary>Images beside their reconstructions, or for a run with noise: original, noisy and restored.</summary>
    Reconstruction,

    /// <summary>The loss and its terms over the epochs.</summary>
    Curves,

    /// <summary>Images generated from each cluster.</summary>
    Clusters,

    /// <summary>Images, their reconstructions, and their cluster probabilities.</summary>
    Assignments,

    /// <summary>Codes z coloured by label and, beside it, by cluster.</summary>
    LatentClusters,

    /// <summary>Codes w coloured by label and, beside it, by cluster.</summary>
    StyleClusters,
}

/// <summary>Options of a plot of a run.</summary>
public sealed record PlotOptions
{
    /// <summary>File extension of an interactive page.</summary>
    public const string PageEnding = ".html";

    /// <summary>The kind of plot.</summary>
    public PlotKind Kind { get; init; } = PlotKind.Latent;

    /// <summary>The images whose codes or clusters are drawn.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>
    /// For latent plots: the projection of codes to a plane; null keeps two or three dimensions, and uses PCA
    /// otherwise.
    /// </summary>
    public ProjectionMethod? Projection { get; init; }

    /// <summary>For t-SNE: effective number of neighbours of each point.</summary>
    public double Perplexity { get; init; } = new TSneOptions().Perplexity;

    /// <summary>For t-SNE: seed for the initial positions.</summary>
    public ulong Seed { get; init; }

    /// <summary>For three dimensions: angle of view about the z₃ axis, in degrees.</summary>
    public double Azimuth { get; init; } = -60;

    /// <summary>For three dimensions: angle of view above the plane of z₁ and z₂, −90 to 90 degrees.</summary>
    public double Elevation { get; init; } = 25;

    /// <summary>For reconstructions: size of the grids; null uses that of the run.</summary>
    public GridSize? ReconstructionGrid { get; init; }

    /// <summary>For the manifold: columns along z₁ and rows along z₂; null uses those of the run.</summary>
    public GridSize? ManifoldGrid { get; init; }

    /// <summary>For the manifold: the plane covers ±this value; null uses that of the run.</summary>
    public float? ManifoldRange { get; init; }

    /// <summary>
    /// For latent plots, and codes over a manifold: number of images, 0 for all; null uses that of the run, and
    /// <see cref="LatentPlot.PageCount"/> for an interactive page.
    /// </summary>
    public int? LatentPoints { get; init; }

    /// <summary>For the manifold: whether codes lie at the quantiles of the prior instead of a regular grid.</summary>
    public bool Quantiles { get; init; }

    /// <summary>For the manifold: whether to draw the codes of test images on top.</summary>
    public bool WithCodes { get; init; }

    /// <summary>Number of threads for t-SNE; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>File to write, whose extension selects the format; null writes a PNG to the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<PlotOptions>> List { get; } =
    [
        OptionOf<PlotOptions>.OneOf<PlotKind>("kind", "what to draw", o => o.Kind, (o, v) => o with { Kind = v }),
        .. ImageChoice.List.Select(option =>
            option.Within<PlotOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<PlotOptions>.OneOf<ProjectionMethod>(
            "projection",
            "for the latent plot: projection of codes onto a plane; by default two or three dimensions are drawn "
                + "unchanged, others by pca",
            o => o.Projection,
            (o, v) => o with { Projection = v }
        ),
        CommonOptions.Perplexity<PlotOptions>(o => o.Perplexity, (o, v) => o with { Perplexity = v }),
        CommonOptions.Seed<PlotOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        OptionOf<PlotOptions>.Number(
            "azimuth",
            "for three dimensions: horizontal viewing angle, about the axis z3, in degrees",
            o => o.Azimuth,
            (o, v) => o with { Azimuth = v }
        ),
        OptionOf<PlotOptions>.Number(
            "elevation",
            "for three dimensions: viewing angle above the plane of z1 and z2, in degrees",
            o => o.Elevation,
            (o, v) => o with { Elevation = v }
        ) with
        {
            Range = OptionRange.Between(-90, 90) with { Text = "from -90 to 90 degrees" },
        },
        PictureOption.ReconstructionGrid<PlotOptions>(
            o => o.ReconstructionGrid,
            (o, v) => o with { ReconstructionGrid = v }
        ),
        PictureOption.ManifoldGrid<PlotOptions>(o => o.ManifoldGrid, (o, v) => o with { ManifoldGrid = v }),
        PictureOption.ManifoldRange<PlotOptions>(o => o.ManifoldRange, (o, v) => o with { ManifoldRange = v }),
        PictureOption.LatentPoints<PlotOptions>(o => o.LatentPoints, (o, v) => o with { LatentPoints = v }),
        OptionOf<PlotOptions>.Flag(
            "quantiles",
            "for the manifold: codes at the quantiles of the prior instead of a regular grid",
            o => o.Quantiles,
            (o, v) => o with { Quantiles = v }
        ),
        OptionOf<PlotOptions>.Flag(
            "with-codes",
            "for the manifold: draw the codes of the test images on top",
            o => o.WithCodes,
            (o, v) => o with { WithCodes = v }
        ),
        CommonOptions.Output<PlotOptions>(
            "file to write: .png, .pdf, .svg, or for scatter plots .html, which is interactive; by default a PNG "
                + "in the run's folder plots",
            o => o.Output,
            (o, v) => o with { Output = v }
        ),
        CommonOptions.Overwrite<PlotOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<PlotOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>The options of the run with those that are given here.</summary>
    internal PictureOptions Over(PictureOptions run) =>
        run with
        {
            ReconstructionGrid = ReconstructionGrid ?? run.ReconstructionGrid,
            ManifoldGrid = ManifoldGrid ?? run.ManifoldGrid,
            ManifoldRange = ManifoldRange ?? run.ManifoldRange,
            LatentPoints = LatentPoints ?? (IsPage ? LatentPlot.PageCount : run.LatentPoints),
        };

    /// <summary>The options of t-SNE.</summary>
    internal TSneOptions TSneOptions => new() { Perplexity = Perplexity, Threads = Threads };

    private bool IsScatter => Kind is PlotKind.Latent or PlotKind.LatentClusters or PlotKind.StyleClusters;

    /// <summary>Whether the output is an interactive page.</summary>
    internal bool IsPage => PageEnding.Equals(Path.GetExtension(Output), StringComparison.OrdinalIgnoreCase);

    private bool UsesImages => Kind != PlotKind.Curves && (Kind != PlotKind.Manifold || WithCodes);

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or does not apply to this kind of plot.
    /// </exception>
    public void Validate()
    {
        Require.Defined(Kind);
        IReadOnlyList<string> endings = IsScatter ? [.. FigureWriter.Endings, PageEnding] : FigureWriter.Endings;
        if (Output is not null && !endings.Contains(Path.GetExtension(Output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{Output}'; the file name's ending must be one of "
                    + $"{string.Join(", ", endings)}{(IsPage ? ", and .html with --kind latent, latent-clusters or style-clusters" : "")}."
            );
        Require.Given(Choice, "the choice of images");
        List.Validate(this);
        Choice.Validate();
        if (!UsesImages && Choice != new ImageChoice())
            throw new ArgumentException(
                $"a plot of kind {OptionName.Name(Kind)} shows no images of a dataset{(Kind == PlotKind.Manifold ? " without --with-codes" : "")}; leave out --split and --images."
            );
        if (!double.IsFinite(Azimuth))
            throw new ArgumentException($"azimuth is {Azimuth}; it must be a number of degrees.");
        ReconstructionGrid?.Validate();
        ManifoldGrid?.Validate();
        RequireUse();
    }

    /// <summary>Rejects options that have no effect on this kind of plot.</summary>
    private void RequireUse()
    {
        const string scatters = "latent, latent-clusters or style-clusters";
        bool isManifold = Kind == PlotKind.Manifold;
        (bool IsUnused, string Option, string Use)[] options =
        [
            (Quantiles && !isManifold, "quantiles", "manifold"),
            (WithCodes && !isManifold, "with-codes", "manifold"),
            (ManifoldGrid is not null && !isManifold, "manifold-grid", "manifold"),
            (ManifoldRange is not null && !isManifold, "manifold-range", "manifold"),
            (ManifoldRange is not null && Quantiles, "manifold-range", "manifold without --quantiles"),
            (
                ReconstructionGrid is not null && Kind != PlotKind.Reconstruction,
                "reconstruction-grid",
                "reconstruction"
            ),
            (
                LatentPoints is not null && !IsScatter && !WithCodes,
                "latent-points",
                $"{scatters}, or manifold with --with-codes"
            ),
            (
                Projection is not null && !IsScatter,
                $"projection {(Projection is { } given ? OptionName.Name(given) : "")}",
                scatters
            ),
        ];
        if (Array.Find(options, o => o.IsUnused) is { Option: not null } unused)
            throw new ArgumentException(
                $"--{unused.Option} was given with --kind {OptionName.Name(Kind)}; it is for --kind {unused.Use}."
            );
    }
}
