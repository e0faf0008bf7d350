using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Data that a plot shows.</summary>
public interface ISeries
{
    /// <summary>Where the data lies, for automatic limits.</summary>
    DataBounds Bounds { get; }

    /// <summary>What the legend says about it; may be nothing.</summary>
    IReadOnlyList<LegendEntry> Legend { get; }

    /// <summary>Draws the data; the canvas is clipped to the plot's area.</summary>
    void Draw(ICanvas canvas, PlotScale scale);
}
