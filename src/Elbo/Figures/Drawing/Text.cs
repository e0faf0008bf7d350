using SkiaSharp;

namespace Elbo.Figures.Drawing;

/// <summary>Which part of a text, along its direction of reading, lies at the given point.</summary>
public enum HorizontalAlignment
{
    /// <summary>Its beginning.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Center,

    /// <summary>Its end.</summary>
    End,
}

/// <summary>Which height of a line of text lies at the given point.</summary>
public enum VerticalAlignment
{
    /// <summary>The baseline.</summary>
    Baseline,

    /// <summary>The top of capitals.</summary>
    Top,

    /// <summary>Half the height of capitals.</summary>
    Middle,

    /// <summary>The bottom of descenders.</summary>
    Bottom,
}

/// <summary>How a line of text is set in DejaVu Sans.</summary>
/// <param name="Size">Em in points.</param>
/// <param name="Color">Ink.</param>
/// <param name="Horizontal">What of the text lies at the point, along the reading direction.</param>
/// <param name="Vertical">What height of the text lies at the point.</param>
/// <param name="Rotation">Degrees counter-clockwise about the point.</param>
/// <param name="Bold">Bold instead of regular.</param>
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
        using var font = CreateFont();
        return font.MeasureText(text);
    }

    /// <summary>The font in this size; neither hints nor whole pixels move or widen its letters.</summary>
    internal SKFont CreateFont() =>
        new(Typeface.Of(Bold), (float)Size)
        {
            Hinting = SKFontHinting.None,
            Edging = SKFontEdging.Antialias,
            Subpixel = true,
            LinearMetrics = true,
        };

    /// <summary>How far below the given point the baseline lies, before rotation, in points.</summary>
    internal double BaselineOffset =>
        Size
        * Vertical switch
        {
            VerticalAlignment.Top => CapitalHeight,
            VerticalAlignment.Middle => CapitalHeight / 2,
            VerticalAlignment.Bottom => -DescenderDepth,
            _ => 0,
        };

    /// <summary>Where the pen starts when <paramref name="text"/> is set at <paramref name="at"/>.</summary>
    internal Point PenStart(Point at, string text)
    {
        double along = Horizontal switch
        {
            HorizontalAlignment.Center => -Measure(text) / 2,
            HorizontalAlignment.End => -Measure(text),
            _ => 0,
        };
        var (sin, cos) = Math.SinCos(Rotation * Math.PI / 180);
        return new Point(at.X + (cos * along) + (sin * BaselineOffset), at.Y - (sin * along) + (cos * BaselineOffset));
    }
}

/// <summary>
/// The fonts embedded in this assembly, DejaVu Sans regular and bold: Latin-1, Greek and mathematical signs. Fonts of
/// the system are never used, so that figures look the same everywhere, also where there are none.
/// </summary>
internal static class Typeface
{
    private static readonly Lazy<SKTypeface> Regular = new(() => Load("DejaVuSans"));
    private static readonly Lazy<SKTypeface> Bold = new(() => Load("DejaVuSans-Bold"));

    /// <summary>The face of the weight asked for.</summary>
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

/// <summary>Keeps a line of text within a width: first by a smaller size, then by leaving out its end.</summary>
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
        // A hair of tolerance, for a size that was chosen to make the text exactly as wide as the room.
        if (style.Measure(text) <= width * (1 + 1e-9))
            return text;
        int length = text.Length;
        while (length > 1 && style.Measure(text[..length] + "…") > width)
            length--;
        return text[..length].TrimEnd() + "…";
    }
}
