using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Which palette classes are drawn in: clusters must not look like the labels beside them.</summary>
public enum ColorScheme
{
    /// <summary>For labels, which people gave.</summary>
    Labels,

    /// <summary>For clusters, which an algorithm found.</summary>
    Clusters,
}

/// <summary>Colours that people with colour-vision deficiencies can tell apart.</summary>
/// <remarks>
/// Paul Tol, "Colour Schemes", SRON/EPS/TN/09-002: <i>muted</i> for classes, with the dark grey of scheme <i>pale and
/// dark</i> as the tenth, and <i>bright</i> for lines, with its grey for data without a class. On dark ground, scheme
/// <i>light</i> for classes in the order of the hues that they replace, with a purple that it lacks. Clusters have colours
/// that are at least 30 units of CIELAB apart from each other, also as people without red or green cones see them
/// (Machado, Oliveira and Fernandes 2009), and at least 19 from every colour of a class.
/// </remarks>
public static class Palette
{
    private static readonly Rgba[] ClassColors =
    [
        .. new[]
        {
            "#332288",
            "#88CCEE",
            "#117733",
            "#CC6677",
            "#DDCC77",
            "#AA4499",
            "#44AA99",
            "#882255",
            "#999933",
            "#555555",
        }.Select(Rgba.FromHex),
    ];

    private static readonly Rgba[] DarkClassColors =
    [
        .. new[]
        {
            "#77AADD",
            "#99DDFF",
            "#44BB99",
            "#EE8866",
            "#EEDD88",
            "#AA77CC",
            "#BBCC33",
            "#FFAABB",
            "#AAAA00",
            "#DDDDDD",
        }.Select(Rgba.FromHex),
    ];

    private static readonly Rgba[] ClusterColors =
    [
        .. new[]
        {
            "#0044FF",
            "#FFD92F",
            "#000000",
            "#009E73",
            "#C2A5CF",
            "#997700",
            "#648FFF",
            "#5B3A00",
            "#B2DF8A",
            "#004488",
        }.Select(Rgba.FromHex),
    ];

    private static readonly Rgba[] LineColors =
    [
        .. new[] { "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377" }.Select(Rgba.FromHex),
    ];

    private static readonly MarkerShape[] Shapes = Enum.GetValues<MarkerShape>();

    /// <summary>How many classes differ in colour alone; further ones repeat the colours with other marks.</summary>
    public static int ClassCount => ClassColors.Length;

    /// <summary>How many lines differ in colour.</summary>
    public static int LineCount => LineColors.Length;

    /// <summary>For data that belongs to no class.</summary>
    public static Rgba Unclassified { get; } = Rgba.FromHex("#BBBBBB");

    /// <summary>For data that belongs to no class, on dark ground.</summary>
    public static Rgba DarkUnclassified { get; } = Rgba.FromHex("#777777");

    /// <summary>Colour of class <paramref name="index"/> on dark ground.</summary>
    public static Rgba DarkClassColor(int index) => DarkClassColors[index % DarkClassColors.Length];

    /// <summary>Colour of class <paramref name="index"/>.</summary>
    public static Rgba ClassColor(int index, ColorScheme scheme = ColorScheme.Labels)
    {
        var colors = scheme == ColorScheme.Clusters ? ClusterColors : ClassColors;
        return colors[index % colors.Length];
    }

    /// <summary>
    /// Mark of class <paramref name="index"/>: discs for the first ten, then squares, triangles and so on.
    /// </summary>
    public static MarkerShape ClassMarker(int index) => Shapes[index / ClassColors.Length % Shapes.Length];

    /// <summary>Colour of line <paramref name="index"/>.</summary>
    public static Rgba LineColor(int index) => LineColors[index % LineColors.Length];
}
