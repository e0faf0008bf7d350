using System.Text;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;
using Elbo.Figures.Plotting;
using Elbo.Formats;
using Elbo.Projection;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>
/// A plot of latent codes of test images, either unchanged in two or three dimensions or projected to a plane.
/// </summary>
public sealed record LatentPlot
{
    /// <summary>Maximum number of points in a figure, unless the option <c>latent-points</c> says otherwise.</summary>
    public const int FigureCount = PictureOptions.UsualLatentPoints;

    /// <summary>Maximum number of points in an interactive page.</summary>
    public const int PageCount = 10_000;

    /// <summary>
    /// Maximum number of latent dimensions that are projected by default, since the time for covariances grows with its
    /// square.
    /// </summary>
    internal const int MostDimensions = 256;

    /// <summary>Maximum number of names in a legend; more would leave no space for the plot.</summary>
    private const int MostNames = 64;

    private readonly ReadOnlyMemory<float> _points;
    private readonly int _dimensions;
    private readonly PlaneProjection? _projection;
    private readonly ImageDataset _images;

    private LatentPlot(ReadOnlyMemory<float> points, int dimensions, ImageDataset images, PlaneProjection? projection)
    {
        (_points, _dimensions, _images, _projection) = (points, dimensions, images, projection);
        ClassWord = WordOf(images);
        if (images.Labels is not null)
            (Groups, GroupNames) = (images.LabelIndices(Count), images.ClassNames);
    }

    /// <summary>Description of the projection in a sentence or two; empty without one.</summary>
    public string Caption => _projection?.Caption ?? "";

    /// <summary>Number of points.</summary>
    internal int Count => _points.Length / _dimensions;

    /// <summary>Symbol of the code's coordinates.</summary>
    public string Symbol { get; init; } = "z";

    /// <summary>Word for the classes in legends: <c>digit</c>, <c>class</c> or <c>cluster</c>.</summary>
    public string ClassWord { get; private init; }

    /// <summary>The class or cluster of each point; empty if unknown.</summary>
    private int[] Groups { get; init; } = [];

    private IReadOnlyList<string> GroupNames { get; init; } = [];

    /// <summary>Name of the run for the title; empty omits it.</summary>
    public string Run { get; init; } = "";

    /// <summary>What the images are, for the title.</summary>
    public string Subject { get; init; } = "test images";

    private string Title =>
        $"{(Run.Length > 0 ? $"{Run} · " : "")}{_images.Name} · "
        + $"{(Symbol == "z" ? "latent space" : $"codes {Symbol}")} of {Count:N0} {Subject}"
        + $"{(_projection is { } p ? $" by {p.Name}" : "")}";

    private IReadOnlyList<string>? AxisLabels =>
        _projection?.AxisLabels
        ?? (Symbol == "z" ? null : [.. ((string[])[$"{Symbol}₁", $"{Symbol}₂", $"{Symbol}₃"]).Take(_dimensions)]);

    /// <summary>Creates a plot of codes.</summary>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>), with N at most the number of images.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="images">The encoded images.</param>
    /// <param name="projection">
    /// Projection to a plane; null keeps two or three dimensions, and uses PCA otherwise.
    /// </param>
    /// <param name="options">Options of t-SNE; null uses the defaults.</param>
    /// <param name="seed">Seed for t-SNE's initial positions.</param>
    /// <exception cref="ArgumentException">The codes cannot be projected in this way.</exception>
    public static LatentPlot Of(
        float[] codes,
        int dimensions,
        ImageDataset images,
        ProjectionMethod? projection = null,
        TSneOptions? options = null,
        ulong seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        return projection is null && dimensions is 2 or 3
            ? new LatentPlot(codes, dimensions, images, null)
            : Of(PlaneProjection.Create(projection ?? ProjectionMethod.Pca, codes, dimensions, options, seed), images);
    }

    /// <summary>Creates a plot of projected codes of the first images.</summary>
    internal static LatentPlot Of(PlaneProjection plane, ImageDataset images) =>
        new(plane.Coordinates, 2, images, plane);

    /// <summary>Word for a dataset's classes: <c>digit</c> if all class names are digits, else <c>class</c>.</summary>
    internal static string WordOf(ImageDataset images) =>
        images.ClassNames.Count > 0 && images.ClassNames.All(name => name.Length == 1 && char.IsAsciiDigit(name[0]))
            ? "digit"
            : "class";

    /// <summary>"by label | by cluster" in panels of equal size; only the clusters if labels are unknown.</summary>
    /// <param name="clusters">The cluster of each point; −1 for noise.</param>
    /// <param name="names">Names of the clusters. A figure of many clusters has no legend.</param>
    /// <exception cref="ArgumentException">
    /// The points are not in a plane, or the clusters do not match the points or the names.
    /// </exception>
    public IFigure BesideClusters(ReadOnlySpan<int> clusters, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var byCluster = Panel(clusters, names, "cluster", ColorScheme.Clusters);
        return _images.Labels is null
            ? new FigureGrid([byCluster], Title)
            : new FigureGrid([Panel(Groups, GroupNames, ClassWord, ColorScheme.Labels), byCluster], Title);
    }

    /// <summary>The same plot, coloured by cluster instead of by label.</summary>
    /// <param name="clusters">The cluster of each point.</param>
    /// <param name="names">Names of the clusters.</param>
    internal LatentPlot ByCluster(int[] clusters, IReadOnlyList<string> names) =>
        this with
        {
            Groups = clusters,
            GroupNames = names,
            ClassWord = "cluster",
        };

    private Plot Panel(ReadOnlySpan<int> groups, IReadOnlyList<string> names, string word, ColorScheme colors)
    {
        var plot = LatentScatter.Create(
            _points.Span,
            groups,
            names,
            $"by {word}",
            unclassifiedName: "noise",
            axisLabels: AxisLabels,
            legendTitle: word,
            colors: colors
        );
        return names.Count <= MostNames ? plot : LatentScatter.WithoutLegend(plot);
    }

    /// <summary>
    /// Whether codes can be plotted with the default projection: a plane needs two dimensions, and PCA needs two codes.
    /// </summary>
    internal static bool IsPossible(int dimensions, int count) =>
        dimensions is 2 or 3 || (dimensions is > 3 and <= MostDimensions && count > 1);

    /// <summary>Creates the figure. The angles, in degrees, apply to three dimensions.</summary>
    /// <exception cref="ArgumentException">An angle is out of range.</exception>
    public IFigure ToFigure(double azimuth = -60, double elevation = 25) =>
        _dimensions == 3
            ? LatentScatter.CreateSpace<int>(_points.Span, Groups, GroupNames, Title, azimuth, elevation, ClassWord)
            : LatentScatter.Create<int>(
                _points.Span,
                Groups,
                GroupNames,
                Title,
                axisLabels: AxisLabels,
                legendTitle: ClassWord
            );

    /// <summary>Creates the interactive scatter plot, as a page or as an element for another page.</summary>
    public InteractiveScatter ToInteractive() =>
        InteractiveScatter.Of(_points, _dimensions, _images) with
        {
            Title = Title,
            Caption = Caption,
            Classes = Groups,
            ClassNames = GroupNames,
            LegendTitle = ClassWord,
            AxisLabels = AxisLabels,
        };

    /// <summary>Writes the interactive page, atomically.</summary>
    public void SavePage(string path) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(ToInteractive().ToPage()));
}
