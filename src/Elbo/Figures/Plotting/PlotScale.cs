using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Where data lies on the canvas: x to the right and y upwards within <paramref name="Area"/>.</summary>
public readonly record struct PlotScale(Box Area, DataBounds Limits)
{
    /// <summary>Canvas position of a data value along x.</summary>
    public double X(double value) => Area.X + ((value - Limits.XMin) / (Limits.XMax - Limits.XMin) * Area.Width);

    /// <summary>Canvas position of a data value along y.</summary>
    public double Y(double value) => Area.Bottom - ((value - Limits.YMin) / (Limits.YMax - Limits.YMin) * Area.Height);

    /// <summary>Canvas position of a data point.</summary>
    public Point Map(Point data) => new(X(data.X), Y(data.Y));
}
