namespace Elbo.Figures.Drawing;

/// <summary>How a line is interrupted, so that curves differ in greyscale too.</summary>
public enum LineStyle
{
    /// <summary>Without gaps.</summary>
    Solid,

    /// <summary>Dashes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>Dashes and dots by turns.</summary>
    DashDotted,
}
