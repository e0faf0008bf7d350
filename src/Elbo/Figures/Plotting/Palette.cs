using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Palettes of classes. Clusters must look different from the labels beside them.</summary>
public enum ColorScheme
{
    /// <summary>The palette for labels given by people.</summary>
    Labels,

    /// <summary>The palette for clusters found by an algorithm.</summary>
    Clusters,
}

/// <summary>Colours that people with colour-vision deficiencies can distinguish.</summary>
/// <remarks>
/// Paul Tol, "Colour Schemes", SRON/EPS/TN/09-002: <i>muted</i> for classes, with the dark grey of scheme <i>pale and
/// dark</i> as the tenth, and <i>bright</i> for lines, with its grey for data without a class. On a dark background,
/// classes use scheme <i>light</i> in the order of the corresponding hues, with an additional purple. Colours of
/// clusters are at least 30 units of CIELAB apart from each other, also as seen without red or green cones (Machado,
/// Oliveira and Fernandes 2009), and at least 19 from every colour of a class.
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

    /// <summary>
    /// Number of classes with different colours. Further classes repeat the colours with other markers.
    /// </summary>
    public static int ClassCount => ClassColors.Length;

    /// <summary>Number of lines with different colours.</summary>
    public static int LineCount => LineColors.Length;

    /// <summary>Colour of data without a class.</summary>
    public static Rgba Unclassified { get; } = Rgba.FromHex("#BBBBBB");

    /// <summary>Colour of data without a class on a dark background.</summary>
    public static Rgba DarkUnclassified { get; } = Rgba.FromHex("#777777");

    /// <summary>Colour of class <paramref name="index"/> on a dark background.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static Rgba DarkClassColor(int index) => Of(DarkClassColors, index);

    /// <summary>Colour of class <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative, or the palette is not known.</exception>
    public static Rgba ClassColor(int index, ColorScheme scheme = ColorScheme.Labels)
    {
        Require.Defined(scheme);
        return Of(scheme == ColorScheme.Clusters ? ClusterColors : ClassColors, index);
    }

    /// <summary>
    /// Marker of class <paramref name="index"/>: discs for the first ten, then squares, triangles and so on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static MarkerShape ClassMarker(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Shapes[index / ClassColors.Length % Shapes.Length];
    }

    /// <summary>Colour of line <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static Rgba LineColor(int index) => Of(LineColors, index);

    private static Rgba Of(Rgba[] colors, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return colors[index % colors.Length];
    }
}
