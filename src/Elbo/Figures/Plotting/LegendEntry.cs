using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A line of the legend.</summary>
/// <param name="Label">Its text.</param>
/// <param name="Color">Colour of its key.</param>
/// <param name="Marker">The sign shown, if points.</param>
/// <param name="Line">The dashes shown, if a line; a coloured box where neither is given.</param>
public sealed record LegendEntry(string Label, Rgba Color, MarkerShape? Marker = null, LineStyle? Line = null);
