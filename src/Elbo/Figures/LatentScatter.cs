using System.Numerics;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>
/// Scatter plots of latent codes in two or three dimensions, coloured by class, with equal scales on all axes.
/// </summary>
public static class LatentScatter
{
    private const double AreaWidth = 380;
    private const double AreaHeight = 330;

    private static readonly string[] Names = ["z₁", "z₂", "z₃"];

    /// <summary>Creates a scatter plot of two-dimensional codes with classes.</summary>
    /// <param name="codes">Codes (N, 2), row-major: z₁ to the right, z₂ upwards.</param>
    /// <param name="labels">N class indices (−1 for none, such as noise in a clustering), or empty.</param>
    /// <param name="classNames">Names of the classes. The legend lists all of them.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="unclassifiedName">Name of class −1 in the legend.</param>
    /// <param name="axisLabels">Labels of the two axes; null labels them z₁ and z₂.</param>
    /// <param name="legendTitle">Word for the classes, such as <c>digit</c>.</param>
    /// <param name="colors">Palette of the classes.</param>
    /// <exception cref="ArgumentException">
    /// The codes are not (N, 2), or the labels do not match the codes or the names.
    /// </exception>
    public static Plot Create<TLabel>(
        ReadOnlySpan<float> codes,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string> classNames,
        string title = "Latent space",
        string unclassifiedName = "none",
        IReadOnlyList<string>? axisLabels = null,
        string legendTitle = "",
        ColorScheme colors = ColorScheme.Labels
    )
        where TLabel : IBinaryInteger<TLabel>
    {
        Require.Entries(classNames);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(unclassifiedName);
        ArgumentNullException.ThrowIfNull(legendTitle);
        Require.Defined(colors);
        if (axisLabels is { Count: not 2 })
            throw new ArgumentException($"got {axisLabels.Count} labels of axes; a plane needs 2.", nameof(axisLabels));
        if (codes.Length % 2 != 0)
            throw new ArgumentException($"got {codes.Length} numbers; a scatter needs codes of (N, 2).", nameof(codes));
        var points = new Point[codes.Length / 2];
        for (int i = 0; i < points.Length; i++)
            points[i] = new Point(codes[2 * i], codes[(2 * i) + 1]);
        var classes = new int[labels.Length];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = int.CreateChecked(labels[i]);
        return new Plot
        {
            Title = title,
            EqualAspect = true,
            XAxis = Axis.OfCodes(axisLabels?[0] ?? "z₁", points.Select(p => p.X)),
            YAxis = Axis.OfCodes(axisLabels?[1] ?? "z₂", points.Select(p => p.Y)),
            LegendTitle = legendTitle,
            Series =
            [
                new ScatterSeries(points, classes, classNames) { UnclassifiedName = unclassifiedName, Colors = colors },
            ],
        }.WithArea(AreaWidth, AreaHeight);
    }

    /// <summary>The same scatter plot without its legend, with a plot area of the same size.</summary>
    internal static Plot WithoutLegend(Plot plot) =>
        (plot with { Legend = LegendPlacement.None }).WithArea(AreaWidth, AreaHeight);

    /// <summary>
    /// Creates a scatter plot of two-dimensional codes without classes, in one colour and without a legend.
    /// </summary>
    /// <exception cref="ArgumentException">The codes are not (N, 2).</exception>
    public static Plot Create(ReadOnlySpan<float> codes, string title = "Latent space") =>
        Create<int>(codes, [], [], title);

    /// <summary>Creates a scatter plot of three-dimensional codes with classes, in perspective.</summary>
    /// <param name="codes">Codes (N, 3), row-major; z₃ points upwards.</param>
    /// <param name="labels">N class indices (−1 for none), or empty.</param>
    /// <param name="classNames">Names of the classes. The legend lists all of them.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="azimuth">Angle of view about the z₃ axis, in degrees.</param>
    /// <param name="elevation">Angle of view above the plane of z₁ and z₂, −90 to 90 degrees.</param>
    /// <param name="legendTitle">Word for the classes, such as <c>digit</c>.</param>
    /// <exception cref="ArgumentException">
    /// The codes are not (N, 3), the labels do not match the codes or the names, or an angle is out of range.
    /// </exception>
    public static SpacePlot CreateSpace<TLabel>(
        ReadOnlySpan<float> codes,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string> classNames,
        string title = "Latent space",
        double azimuth = -60,
        double elevation = 25,
        string legendTitle = ""
    )
        where TLabel : IBinaryInteger<TLabel>
    {
        Require.Entries(classNames);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(legendTitle);
        if (codes.Length % 3 != 0)
            throw new ArgumentException(
                $"got {codes.Length} numbers; a scatter in space needs codes of (N, 3).",
                nameof(codes)
            );
        if (!double.IsFinite(azimuth))
            throw new ArgumentException($"azimuth is {azimuth}; it must be a number of degrees.", nameof(azimuth));
        if (!(elevation is >= -90 and <= 90))
            throw new ArgumentException(
                $"elevation is {elevation}; it must be from -90 to 90 degrees.",
                nameof(elevation)
            );
        var points = new SpacePoint[codes.Length / 3];
        for (int i = 0; i < points.Length; i++)
            points[i] = new SpacePoint(codes[3 * i], codes[(3 * i) + 1], codes[(3 * i) + 2]);
        var classes = new int[labels.Length];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = int.CreateChecked(labels[i]);
        bool[] collapsed = [.. Enumerable.Range(0, 3).Select(axis => Axis.IsCollapsed(Span(points, axis)))];
        return new SpacePlot(points, classes, classNames)
        {
            Title = title,
            LegendTitle = legendTitle,
            AxisLabels = [.. Names.Select((name, axis) => collapsed[axis] ? $"{name} (collapsed)" : name)],
            SmallestSide = collapsed.Contains(false) ? 0 : 2,
            Azimuth = azimuth,
            Elevation = elevation,
        };
    }

    /// <summary>The extent of the points along an axis; infinite for fewer than two points.</summary>
    private static double Span(SpacePoint[] points, int axis)
    {
        double[] finite = [.. points.Where(p => p.IsFinite).Select(p => p[axis])];
        return finite.Length > 1 ? finite.Max() - finite.Min() : double.PositiveInfinity;
    }
}
