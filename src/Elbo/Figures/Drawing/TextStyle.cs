using Elbo.Figures.Fonts;

namespace Elbo.Figures.Drawing;

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
    public double Measure(string text) => Typeface.Of(Bold).Font.Measure(text, Size);

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
