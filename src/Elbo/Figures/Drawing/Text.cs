using SkiaSharp;

namespace Elbo.Figures.Drawing;

/// <summary>The part of a text, along its reading direction, that is placed at the given point.</summary>
public enum HorizontalAlignment
{
    /// <summary>The start.</summary>
    Start,

    /// <summary>The centre.</summary>
    Center,

    /// <summary>The end.</summary>
    End,
}

/// <summary>The height of a line of text that is placed at the given point.</summary>
public enum VerticalAlignment
{
    /// <summary>The baseline.</summary>
    Baseline,

    /// <summary>The top of capital letters.</summary>
    Top,

    /// <summary>Half the height of capital letters.</summary>
    Middle,

    /// <summary>The bottom of descenders.</summary>
    Bottom,
}

/// <summary>Style of a line of text in DejaVu Sans.</summary>
/// <param name="Size">Font size (em) in points.</param>
/// <param name="Color">Text colour.</param>
/// <param name="Horizontal">Horizontal alignment along the reading direction.</param>
/// <param name="Vertical">Vertical alignment.</param>
/// <param name="Rotation">Counter-clockwise rotation about the point, in degrees.</param>
/// <param name="Bold">Whether the text is bold.</param>
public readonly record struct TextStyle(
    double Size,
    Rgba Color,
    HorizontalAlignment Horizontal = HorizontalAlignment.Start,
    VerticalAlignment Vertical = VerticalAlignment.Baseline,
    double Rotation = 0,
    bool Bold = false
)
{
    private const double CapitalHeight = 0.729;
    private const double DescenderDepth = 0.236;

    /// <summary>Width of <paramref name="text"/> in points.</summary>
    public double Measure(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var font = CreateFont();
        return font.MeasureText(text);
    }

    /// <summary>
    /// The font in this size, without hinting and with subpixel positions, so that letters keep their exact widths.
    /// </summary>
    internal SKFont CreateFont() =>
        new(Typeface.Of(Bold), (float)Size)
        {
            Hinting = SKFontHinting.None,
            Edging = SKFontEdging.Antialias,
            Subpixel = true,
            LinearMetrics = true,
        };

    /// <summary>Distance of the baseline below the given point before rotation, in points.</summary>
    internal double BaselineOffset =>
        Size
        * Vertical switch
        {
            VerticalAlignment.Top => CapitalHeight,
            VerticalAlignment.Middle => CapitalHeight / 2,
            VerticalAlignment.Bottom => -DescenderDepth,
            VerticalAlignment.Baseline => 0,
            _ => throw new ArgumentException($"the vertical alignment is {Vertical:D}, which does not exist."),
        };

    /// <summary>The pen position at the start of <paramref name="text"/> placed at <paramref name="at"/>.</summary>
    internal Point PenStart(Point at, string text)
    {
        double along = Horizontal switch
        {
            HorizontalAlignment.Center => -Measure(text) / 2,
            HorizontalAlignment.End => -Measure(text),
            HorizontalAlignment.Start => 0,
            _ => throw new ArgumentException($"the horizontal alignment is {Horizontal:D}, which does not exist."),
        };
        var (sin, cos) = Math.SinCos(Rotation * Math.PI / 180);
        return new Point(at.X + (cos * along) + (sin * BaselineOffset), at.Y - (sin * along) + (cos * BaselineOffset));
    }
}

/// <summary>
/// The fonts embedded in this assembly, DejaVu Sans regular and bold: Latin-1, Greek and mathematical symbols. System
/// fonts are never used, so figures look the same on every machine, even without fonts.
/// </summary>
internal static class Typeface
{
    private static readonly Lazy<SKTypeface> Regular = new(() => Load("DejaVuSans"));
    private static readonly Lazy<SKTypeface> Bold = new(() => Load("DejaVuSans-Bold"));

    /// <summary>The typeface of the requested weight.</summary>
    public static SKTypeface Of(bool bold) => bold ? Bold.Value : Regular.Value;

    private static SKTypeface Load(string name)
    {
        string resource = $"Elbo.Fonts.{name}.ttf";
        using var stream =
            typeof(Typeface).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"the assembly carries no resource {resource}.");
        return SKTypeface.FromStream(stream)
            ?? throw new InvalidDataException($"SkiaSharp cannot read the resource {resource}.");
    }
}

/// <summary>Fits a line of text into a width: first with a smaller size, then by truncating it.</summary>
internal static class TextFit
{
    private const double SmallestShare = 0.75;

    /// <summary>The text and style that fit.</summary>
    public static (string Text, TextStyle Style) Fit(string text, TextStyle style, double width)
    {
        double natural = style.Measure(text);
        if (natural <= width)
            return (text, style);
        style = style with { Size = style.Size * Math.Max(SmallestShare, width / natural) };
        return (Shorten(text, style, width), style);
    }

    /// <summary>The text, or as much of its beginning as fits with an ellipsis.</summary>
    public static string Shorten(string text, TextStyle style, double width)
    {
        // A small tolerance, for sizes chosen such that the text has exactly the available width.
        if (style.Measure(text) <= width * (1 + 1e-9))
            return text;
        int length = text.Length;
        while (length > 1 && style.Measure(text[..length] + "…") > width)
            length--;
        return text[..length].TrimEnd() + "…";
    }
}
