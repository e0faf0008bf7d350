using Elbo.Figures;
using Elbo.Projection;

namespace Elbo.Workflows;

/// <summary>What to plot of a run, and how.</summary>
public sealed record PlotOptions
{
    /// <summary>The ending of an interactive page.</summary>
    public const string PageEnding = ".html";

    /// <summary>Images along each side of the largest manifold; more would be too small to look at.</summary>
    public const int LargestGrid = 100;

    /// <summary>What to draw.</summary>
    public PlotKind Kind { get; init; } = PlotKind.Latent;

    /// <summary>
    /// For the latent plot: how codes are brought to a plane; null leaves two or three dimensions as they are, and
    /// takes PCA for others.
    /// </summary>
    public ProjectionMethod? Projection { get; init; }

    /// <summary>For t-SNE: about how many neighbours each point keeps close.</summary>
    public double Perplexity { get; init; } = new TSneOptions().Perplexity;

    /// <summary>For t-SNE: where points begin.</summary>
    public ulong Seed { get; init; }

    /// <summary>For three dimensions: degrees about z₃ from which they are seen.</summary>
    public double Azimuth { get; init; } = -60;

    /// <summary>For three dimensions: degrees above the plane of z₁ and z₂, −90 to 90.</summary>
    public double Elevation { get; init; } = 25;

    /// <summary>For the manifold: the plane covers ±this.</summary>
    public float Range { get; init; } = RunPictures.ManifoldRange;

    /// <summary>For the manifold: images along each side, 1 to <see cref="LargestGrid"/>.</summary>
    public int GridSize { get; init; } = RunPictures.ManifoldSize;

    /// <summary>For the manifold: whether codes lie at the prior's quantiles instead.</summary>
    public bool Quantiles { get; init; }

    /// <summary>For the manifold: whether the codes of test images are drawn over it.</summary>
    public bool WithCodes { get; init; }

    /// <summary>Threads for t-SNE, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The file to write, its ending deciding the format; null writes a PNG into the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether a file that is there may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>For t-SNE: its own options.</summary>
    internal TSneOptions TSneOptions => new() { Perplexity = Perplexity, Threads = Threads };

    private bool IsScatter => Kind is PlotKind.Latent or PlotKind.LatentClusters or PlotKind.StyleClusters;

    /// <summary>Whether an interactive page is to be written.</summary>
    internal bool IsPage => PageEnding.Equals(Path.GetExtension(Output), StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range, or is not for this kind of plot.</exception>
    public void Validate()
    {
        IReadOnlyList<string> endings =
            Kind == PlotKind.Latent ? [.. FigureWriter.Endings, PageEnding] : FigureWriter.Endings;
        if (Output is not null && !endings.Contains(Path.GetExtension(Output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{Output}'; the file name's ending must be one of "
                    + $"{string.Join(", ", endings)}{(IsPage ? ", and .html with --kind latent" : "")}."
            );
        if (!(Range > 0 && float.IsFinite(Range)))
            throw new ArgumentException($"range is {Range}; it must be a positive number.");
        if (GridSize is < 1 or > LargestGrid)
            throw new ArgumentException($"grid-size is {GridSize}; it must be from 1 to {LargestGrid}.");
        if (!(Perplexity > 1 && double.IsFinite(Perplexity)))
            throw new ArgumentException($"perplexity is {Perplexity}; it must be more than 1.");
        if (!double.IsFinite(Azimuth))
            throw new ArgumentException($"azimuth is {Azimuth}; it must be a number of degrees.");
        if (!(Elevation is >= -90 and <= 90))
            throw new ArgumentException($"elevation is {Elevation}; it must be from -90 to 90 degrees.");
        if (Kind != PlotKind.Manifold && (Quantiles || WithCodes))
            throw new ArgumentException(
                $"--{(Quantiles ? "quantiles" : "with-codes")} came with --kind {OptionName.Name(Kind)}; it is "
                    + "for --kind manifold."
            );
        if (!IsScatter && Projection is { } projection)
            throw new ArgumentException(
                $"--projection {OptionName.Name(projection)} came with --kind {OptionName.Name(Kind)}; it is for "
                    + "--kind latent, latent-clusters or style-clusters."
            );
    }
}
