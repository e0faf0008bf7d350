using System.Text;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;
using Elbo.Figures.Plotting;
using Elbo.Formats;
using Elbo.Projection;

namespace Elbo.Workflows;

/// <summary>
/// Codes of test images as they are plotted: as they are in two or three dimensions, or brought to a plane.
/// </summary>
public sealed record LatentPlot
{
    /// <summary>Points of a picture.</summary>
    public const int FigureCount = 5_000;

    /// <summary>Points of an interactive page.</summary>
    public const int PageCount = 10_000;

    /// <summary>
    /// Latent dimensions from which a plane is found without being asked: covariances take time with the square of
    /// their number.
    /// </summary>
    internal const int MostDimensions = 256;

    private readonly ReadOnlyMemory<float> _points;
    private readonly int _dimensions;
    private readonly PlaneProjection? _projection;
    private readonly ImageDataset _images;

    private LatentPlot(ReadOnlyMemory<float> points, int dimensions, ImageDataset images, PlaneProjection? projection)
    {
        (_points, _dimensions, _images, _projection) = (points, dimensions, images, projection);
        ClassWord = WordOf(images);
    }

    /// <summary>What was done to the codes, as a sentence or two; empty where nothing was.</summary>
    public string Caption => _projection?.Caption ?? "";

    private int Count => _points.Length / _dimensions;

    /// <summary>What the coordinates of a code are called.</summary>
    public string Symbol { get; init; } = "z";

    /// <summary>What the classes are called, for legends: <c>digit</c>, <c>class</c> or <c>cluster</c>.</summary>
    public string ClassWord { get; private init; }

    /// <summary>The run whose codes they are, for the title; empty leaves it out.</summary>
    public string Run { get; init; } = "";

    private string Title =>
        $"{(Run.Length > 0 ? $"{Run} · " : "")}{_images.Name} · {(Symbol == "z" ? "latent space" : $"codes {Symbol}")} of {Count:N0} test "
        + $"images{(_projection is { } p ? $" by {p.Name}" : "")}";

    private IReadOnlyList<string>? AxisLabels =>
        _projection?.AxisLabels ?? (Symbol == "z" ? null : [$"{Symbol}₁", $"{Symbol}₂", $"{Symbol}₃"]);

    /// <summary>The plot of codes.</summary>
    /// <param name="codes">(N, <paramref name="dimensions"/>), N at most the number of images.</param>
    /// <param name="dimensions">Length of a code.</param>
    /// <param name="images">The images that were encoded.</param>
    /// <param name="projection">How to bring the codes to a plane; null leaves two or three dimensions as they are, and
    /// takes PCA for others.</param>
    /// <param name="options">For t-SNE; null takes the defaults.</param>
    /// <param name="seed">For t-SNE: where points begin.</param>
    /// <exception cref="ArgumentException">The projection cannot be had of these codes.</exception>
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
        if (projection is null && dimensions is 2 or 3)
            return new LatentPlot(codes, dimensions, images, null);
        var plane = PlaneProjection.Create(projection ?? ProjectionMethod.Pca, codes, dimensions, options, seed);
        return new LatentPlot(plane.Coordinates, 2, images, plane);
    }

    /// <summary>What a dataset's classes are called: <c>digit</c> where all are, else <c>class</c>.</summary>
    internal static string WordOf(ImageDataset images) =>
        images.ClassNames.Count > 0 && images.ClassNames.All(name => name.Length == 1 && char.IsAsciiDigit(name[0]))
            ? "digit"
            : "class";

    /// <summary>"by digit | by cluster", panels of one size; the clusters alone where labels are unknown.</summary>
    /// <param name="clusters">The cluster of each point.</param>
    /// <param name="names">Names of the clusters.</param>
    public IFigure BesideClusters(ReadOnlyMemory<byte> clusters, IReadOnlyList<string> names)
    {
        var byCluster = Panel(_images.WithLabels(clusters, names), "cluster", ColorScheme.Clusters);
        return new FigureGrid(
            _images.Labels is null ? [byCluster] : [Panel(_images, ClassWord, ColorScheme.Labels), byCluster],
            Title
        );
    }

    private Plot Panel(ImageDataset images, string word, ColorScheme colors) =>
        LatentScatter.Create(
            _points.Span,
            images.Labels!.Value.Span[..Count],
            images.ClassNames,
            $"by {word}",
            axisLabels: AxisLabels,
            legendTitle: word,
            colors: colors
        );

    /// <summary>
    /// Whether codes can be plotted without a choice of projection: a plane needs two dimensions, and principal
    /// components two codes.
    /// </summary>
    internal static bool IsPossible(int dimensions, int count) =>
        dimensions is 2 or 3 || (dimensions is > 3 and <= MostDimensions && count > 1);

    /// <summary>The picture; angles, in degrees, are for three dimensions.</summary>
    /// <exception cref="ArgumentException">An angle is out of range.</exception>
    public IFigure ToFigure(double azimuth = -60, double elevation = 25)
    {
        ReadOnlySpan<byte> labels = _images.Labels is { } given ? given.Span[..Count] : [];
        IReadOnlyList<string> names = _images.Labels is null ? [] : _images.ClassNames;
        return _dimensions == 3
            ? LatentScatter.CreateSpace(_points.Span, labels, names, Title, azimuth, elevation, ClassWord)
            : LatentScatter.Create(_points.Span, labels, names, Title, axisLabels: AxisLabels, legendTitle: ClassWord);
    }

    /// <summary>The interactive scatter: a page of its own, or an element for another page.</summary>
    public InteractiveScatter ToInteractive() =>
        InteractiveScatter.Of(_points, _dimensions, _images) with
        {
            Title = Title,
            Caption = Caption,
            LegendTitle = ClassWord,
            AxisLabels = AxisLabels,
        };

    /// <summary>Writes the interactive page, which is never left half-written.</summary>
    public void SavePage(string path) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(ToInteractive().ToPage()));
}
