namespace Elbo.Figures.Drawing;

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
