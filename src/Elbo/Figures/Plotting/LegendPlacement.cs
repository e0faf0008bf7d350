namespace Elbo.Figures.Plotting;

/// <summary>Where a plot's legend stands, always outside the data.</summary>
public enum LegendPlacement
{
    /// <summary>To the right of the plot.</summary>
    Right,

    /// <summary>Under the plot.</summary>
    Below,

    /// <summary>Nowhere.</summary>
    None,
}
