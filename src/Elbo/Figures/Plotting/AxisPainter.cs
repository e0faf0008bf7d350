using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Draws a plot's grid, frame, ticks and labels.</summary>
internal static class AxisPainter
{
    /// <summary>The light lines under the data.</summary>
    public static void DrawGrid(ICanvas canvas, Plot plot, PlotLayout layout)
    {
        var area = layout.Scale.Area;
        if (plot.XAxis.Grid)
        {
            foreach (var tick in layout.XTicks)
            {
                double x = layout.Scale.X(tick.Value);
                canvas.Polyline([new(x, area.Y), new(x, area.Bottom)], PlotStyle.GridLine);
            }
        }
        if (!plot.YAxis.Grid)
            return;
        foreach (var tick in layout.YTicks)
        {
            double y = layout.Scale.Y(tick.Value);
            canvas.Polyline([new(area.X, y), new(area.Right, y)], PlotStyle.GridLine);
        }
    }

    /// <summary>The frame with ticks and their numbers, and the names of the axes, over the data.</summary>
    public static void DrawAxes(ICanvas canvas, Plot plot, PlotLayout layout)
    {
        var area = layout.Scale.Area;
        canvas.Rectangle(area, null, PlotStyle.Frame);
        double widest = 0;
        foreach (var tick in layout.XTicks)
        {
            double x = layout.Scale.X(tick.Value);
            canvas.Polyline([new(x, area.Bottom), new(x, area.Bottom + PlotStyle.TickLength)], PlotStyle.Frame);
            canvas.Text(
                new Point(x, area.Bottom + PlotStyle.TickLength + PlotStyle.TickGap),
                tick.Label,
                layout.TiltXTicks ? PlotStyle.TiltedXTick : PlotStyle.XTick
            );
        }
        foreach (var tick in layout.YTicks)
        {
            double y = layout.Scale.Y(tick.Value);
            canvas.Polyline([new(area.X - PlotStyle.TickLength, y), new(area.X, y)], PlotStyle.Frame);
            canvas.Text(new Point(area.X - PlotStyle.TickLength - PlotStyle.TickGap, y), tick.Label, PlotStyle.YTick);
            widest = Math.Max(widest, PlotStyle.YTick.Measure(tick.Label));
        }

        double ticks = PlotStyle.TickLength + PlotStyle.TickGap;
        if (plot.XAxis.Label.Length > 0)
        {
            var (text, style) = TextFit.Fit(plot.XAxis.Label, PlotStyle.Label, plot.Width - (2 * PlotStyle.Margin));
            canvas.Text(
                new Point(
                    area.CenterX,
                    area.Bottom + ticks + PlotStyle.XTick.Size + PlotStyle.LabelGap + layout.TiltedHeight
                ),
                text,
                style
            );
        }
        if (plot.YAxis.Label.Length > 0)
        {
            var (text, style) = TextFit.Fit(plot.YAxis.Label, PlotStyle.Label, plot.Height - (2 * PlotStyle.Margin));
            var at = new Point(area.X - ticks - widest - PlotStyle.LabelGap, area.CenterY);
            canvas.Text(at, text, style with { Rotation = 90, Vertical = VerticalAlignment.Bottom });
        }
    }
}
