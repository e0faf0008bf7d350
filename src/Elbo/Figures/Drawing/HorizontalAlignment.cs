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
