using System.Numerics;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>
/// Where images lie in a latent space of two or three dimensions, coloured by class, one unit equally long in all
/// directions.
/// </summary>
public static class LatentScatter
{
    private const double AreaWidth = 380;
    private const double AreaHeight = 330;

    private static readonly string[] Names = ["z₁", "z₂", "z₃"];

    /// <summary>The scatter of codes with a class each.</summary>
    /// <param name="codes">(N, 2), row by row: z₁ to the right, z₂ upwards.</param>
    /// <param name="labels">N class indices (−1 for none, as of noise in a clustering), or none at all.</param>
    /// <param name="classNames">Names for the legend, which lists all of them.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="unclassifiedName">What the legend calls images of class −1.</param>
    /// <param name="axisLabels">Names of the two axes; null names them z₁ and z₂.</param>
    /// <param name="legendTitle">What the classes are, such as <c>digit</c>.</param>
    /// <param name="colors">The palette of the classes.</param>
    /// <exception cref="ArgumentException">The codes are not (N, 2), or the labels do not match them or the
    /// names.</exception>
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
        if (codes.Length % 2 != 0)
            throw new ArgumentException(
                $"{codes.Length} numbers came; a scatter needs codes of (N, 2).",
                nameof(codes)
            );
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

    /// <summary>The scatter of codes whose classes are unknown, in one colour without a legend.</summary>
    /// <exception cref="ArgumentException">The codes are not (N, 2).</exception>
    public static Plot Create(ReadOnlySpan<float> codes, string title = "Latent space") =>
        Create<int>(codes, [], [], title);

    /// <summary>The scatter of codes of three dimensions with a class each, in perspective.</summary>
    /// <param name="codes">(N, 3), row by row: z₁, z₂ and upwards z₃.</param>
    /// <param name="labels">N class indices (−1 for none), or none at all.</param>
    /// <param name="classNames">Names for the legend, which lists all of them.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="azimuth">Degrees about z₃ from which the space is seen.</param>
    /// <param name="elevation">Degrees above the plane of z₁ and z₂, −90 to 90.</param>
    /// <param name="legendTitle">What the classes are, such as <c>digit</c>.</param>
    /// <exception cref="ArgumentException">The codes are not (N, 3), the labels do not match them or the names, or an
    /// angle is out of range.</exception>
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
        if (codes.Length % 3 != 0)
            throw new ArgumentException(
                $"{codes.Length} numbers came; a scatter in space needs codes of (N, 3).",
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

    /// <summary>How far points reach along an axis; of one alone or none this says nothing.</summary>
    private static double Span(SpacePoint[] points, int axis)
    {
        double[] finite = [.. points.Where(p => p.IsFinite).Select(p => p[axis])];
        return finite.Length > 1 ? finite.Max() - finite.Min() : double.PositiveInfinity;
    }
}
