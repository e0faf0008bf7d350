using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>Figures of a selection: all images by group, and the chosen images among all.</summary>
/// <param name="Points">Positions of all images in a plane, (N, 2).</param>
/// <param name="AxisLabels">Labels of the two axes.</param>
public sealed record SelectionFigure(ReadOnlyMemory<float> Points, IReadOnlyList<string> AxisLabels)
{
    /// <summary>
    /// Maximum number of names in the legend; more would be unreadable and leave no space for the plot.
    /// </summary>
    private const int MostNames = 20;

    private const int MostPoints = 5_000;
    private const double PanelWidth = 340;
    private const double PanelHeight = 300;
    private const double ChosenSize = 6;

    private const double LabelledSize = 4;

    private static readonly Rgba Background = Rgba.FromHex("#D4D4D4");
    private static readonly Rgba Labelled = Rgba.FromHex("#202020");

    /// <summary>Title of the legends, such as <c>digit</c>; default none.</summary>
    public string LegendTitle { get; init; } = "";

    /// <summary>Palette of the groups; default that of labels.</summary>
    public ColorScheme Colors { get; init; }

    /// <summary>Whether both axes have the same scale; default true.</summary>
    public bool EqualAspect { get; init; } = true;

    /// <summary>Creates a figure of the images by group, with a convex hull around each group except −1.</summary>
    /// <param name="groups">N indices into the names.</param>
    /// <param name="names">Names of the groups.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="ungroupedName">Name of group −1 in the legend.</param>
    /// <exception cref="ArgumentException">The groups do not match the points or the names.</exception>
    public Plot Groups(
        IReadOnlyList<int> groups,
        IReadOnlyList<string> names,
        string title,
        string ungroupedName = "noise"
    )
    {
        ArgumentNullException.ThrowIfNull(title);
        var points = PlanePoints();
        RequireGroups(groups, names, points.Length);
        int[] all = [.. groups];
        int step = Math.Max(1, (points.Length + MostPoints - 1) / MostPoints);
        int[] shown = [.. Enumerable.Range(0, points.Length).Where(i => i % step == 0)];
        var scatter = new ScatterSeries([.. shown.Select(i => points[i])], [.. shown.Select(i => all[i])], names)
        {
            UnclassifiedName = ungroupedName,
            Colors = Colors,
        };
        return Panel(title, names.Count <= MostNames, scatter, new HullSeries(points, all) { Colors = Colors });
    }

    /// <summary>Creates a figure of the chosen images over all images.</summary>
    /// <param name="chosen">Indices of the chosen images.</param>
    /// <param name="groups">N indices into the names that colour the chosen images, or empty.</param>
    /// <param name="names">Names of the groups.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="ungroupedName">Name of group −1 in the legend.</param>
    /// <param name="labelled">Indices of images that were labelled before, drawn in black; null for none.</param>
    /// <exception cref="ArgumentException">The groups do not match the points or the names.</exception>
    public Plot Choice(
        IReadOnlyList<int> chosen,
        IReadOnlyList<int> groups,
        IReadOnlyList<string> names,
        string title,
        string ungroupedName = "noise",
        IReadOnlyList<int>? labelled = null
    )
    {
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(title);
        var points = PlanePoints();
        RequireGroups(groups.Count == 0 ? new int[points.Length] : groups, names, points.Length);
        foreach (int index in chosen.Concat(labelled ?? []))
            Require.Index(index, points.Length, "images");
        int step = Math.Max(1, (points.Length + MostPoints - 1) / MostPoints);
        var background = new ScatterSeries([.. points.Where((_, i) => i % step == 0)]) { Color = Background };
        var before = new ScatterSeries([.. (labelled ?? []).Select(i => points[i])])
        {
            Color = Labelled,
            MarkerSize = LabelledSize,
            Opacity = 1,
        };
        int[] classes = groups.Count == 0 ? [] : [.. chosen.Select(i => groups[i])];
        var marks = new ScatterSeries([.. chosen.Select(i => points[i])], classes, names)
        {
            MarkerSize = ChosenSize,
            Opacity = 1,
            UnclassifiedName = ungroupedName,
            Colors = Colors,
        };
        return Panel(title, names.Count <= MostNames, background, before, marks);
    }

    private void RequireGroups(IReadOnlyList<int> groups, IReadOnlyList<string> names, int points)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Require.Entries(names);
        Require.Entries(AxisLabels);
        if (AxisLabels.Count != 2)
            throw new ArgumentException($"got {AxisLabels.Count} labels of axes; a plane needs 2.");
        if (groups.Count != points)
            throw new ArgumentException(
                $"got {groups.Count} groups with {points} points; each point needs one.",
                nameof(groups)
            );
    }

    private Plot Panel(string title, bool legend, params IReadOnlyList<ISeries> series) =>
        new Plot
        {
            Title = title,
            Series = series,
            LegendTitle = LegendTitle,
            EqualAspect = EqualAspect,
            XAxis = new Axis { Label = AxisLabels[0] },
            YAxis = new Axis { Label = AxisLabels[1] },
            Legend = legend ? LegendPlacement.Right : LegendPlacement.None,
        }.WithArea(PanelWidth, PanelHeight);

    private Point[] PlanePoints()
    {
        var coordinates = Points.Span;
        if (coordinates.Length % 2 != 0)
            throw new ArgumentException(
                $"got {coordinates.Length} numbers; a figure of a plane needs points of (N, 2).",
                nameof(Points)
            );
        var points = new Point[coordinates.Length / 2];
        for (int i = 0; i < points.Length; i++)
            points[i] = new Point(coordinates[2 * i], coordinates[(2 * i) + 1]);
        return points;
    }
}
