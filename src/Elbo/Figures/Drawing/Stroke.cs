namespace Elbo.Figures.Drawing;

/// <summary>A pen: colour, width in points, dashes.</summary>
public readonly record struct Stroke(Rgba Color, double Width = 1, LineStyle Style = LineStyle.Solid)
{
    /// <summary>Lengths of dashes and gaps by turns, in points; empty for a solid line.</summary>
    public double[] DashLengths =>
        Style switch
        {
            LineStyle.Dashed => [4.2 * Width, 2.2 * Width],
            LineStyle.Dotted => [1.2 * Width, 1.8 * Width],
            LineStyle.DashDotted => [5 * Width, 2 * Width, 1.2 * Width, 2 * Width],
            _ => [],
        };
}
