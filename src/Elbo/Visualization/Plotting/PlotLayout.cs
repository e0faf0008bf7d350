using Elbo.Visualization.Drawing;

namespace Elbo.Visualization.Plotting;

/// <summary>Where everything in a plot stands, found from the sizes of its texts.</summary>
internal sealed record PlotLayout(PlotScale Scale, IReadOnlyList<Tick> XTicks, IReadOnlyList<Tick> YTicks, LegendBlock Legend, Point LegendAt)
{
    private const double LineHeight = 1.05;
    private const double PointsPerXTick = 58;
    private const double PointsPerYTick = 36;
    private const double SmallestArea = 20;
    private const double LargestLegendShare = 0.3;

    /// <summary>Lays out <paramref name="plot"/>.</summary>
    public static PlotLayout Compute(Plot plot)
    {
        var bounds = plot.Series.Aggregate(DataBounds.Empty, (all, s) => s.Bounds.IsEmpty ? all : all.Union(s.Bounds));
        var (xMin, xMax) = plot.XAxis.Limits(bounds.XMin, bounds.XMax);
        var (yMin, yMax) = plot.YAxis.Limits(bounds.YMin, bounds.YMax);
        var limits = new DataBounds(xMin, xMax, yMin, yMax);

        double top = PlotStyle.Margin + (plot.Title.Length > 0 ? (PlotStyle.Title.Size * LineHeight) + PlotStyle.TitleGap : 0);
        double below = PlotStyle.TickLength + PlotStyle.TickGap + (PlotStyle.XTick.Size * LineHeight)
            + (plot.XAxis.Label.Length > 0 ? PlotStyle.LabelGap + (PlotStyle.Label.Size * LineHeight) : 0) + PlotStyle.Margin;
        double room = plot.Legend == LegendPlacement.Below ? plot.Width - (2 * PlotStyle.Margin) : plot.Height - top - PlotStyle.Margin;
        var legend = new LegendBlock(plot.LegendEntries, plot.Legend, room, plot.Width * LargestLegendShare);
        bool beside = !legend.IsEmpty && plot.Legend == LegendPlacement.Right, under = !legend.IsEmpty && plot.Legend == LegendPlacement.Below;
        if (under) below += legend.Height + PlotStyle.LabelGap;
        double right = PlotStyle.Margin + (beside ? legend.Width + PlotStyle.LegendGap : 0);

        // Labels decide the area, the area the ticks, the ticks the labels: the second round settles it.
        double left = PlotStyle.Margin;
        Box area = default;
        IReadOnlyList<Tick> xTicks = [], yTicks = [];
        for (int round = 0; round < 3; round++)
        {
            area = new Box(left, top, Math.Max(SmallestArea, plot.Width - left - right), Math.Max(SmallestArea, plot.Height - top - below));
            if (plot.EqualAspect) (area, limits) = Equalize(area, new DataBounds(xMin, xMax, yMin, yMax), plot.XAxis.IsFixed && plot.YAxis.IsFixed);
            xTicks = plot.XAxis.TicksWithin(limits.XMin, limits.XMax, (int)(area.Width / PointsPerXTick) + 1);
            yTicks = plot.YAxis.TicksWithin(limits.YMin, limits.YMax, (int)(area.Height / PointsPerYTick) + 1);
            double tickWidth = yTicks.Count == 0 ? 0 : yTicks.Max(t => PlotStyle.YTick.Measure(t.Label));
            left = PlotStyle.Margin + (plot.YAxis.Label.Length > 0 ? (PlotStyle.Label.Size * LineHeight) + PlotStyle.LabelGap : 0)
                + tickWidth + PlotStyle.TickGap + PlotStyle.TickLength;
            if (xTicks.Count == 0) continue;
            var scale = new PlotScale(area, limits);
            double overhang = scale.X(xTicks[^1].Value) + (PlotStyle.XTick.Measure(xTicks[^1].Label) / 2) - area.Right;
            right = Math.Max(right, PlotStyle.Margin + overhang);
        }
        var legendAt = under
            ? new Point(Math.Max(PlotStyle.Margin, area.CenterX - (legend.Width / 2)), plot.Height - PlotStyle.Margin - legend.Height)
            : new Point(area.Right + PlotStyle.LegendGap, area.Y);
        if (under) legendAt = legendAt with { X = Math.Max(PlotStyle.Margin, Math.Min(legendAt.X, plot.Width - PlotStyle.Margin - legend.Width)) };
        return new PlotLayout(new PlotScale(area, limits), xTicks, yTicks, legend, legendAt);
    }

    private static (Box Area, DataBounds Limits) Equalize(Box area, DataBounds limits, bool keepLimits)
    {
        double x = limits.XMax - limits.XMin, y = limits.YMax - limits.YMin;
        if (keepLimits)
        {
            double pointsPerUnit = Math.Min(area.Width / x, area.Height / y);
            double width = x * pointsPerUnit, height = y * pointsPerUnit;
            return (new Box(area.CenterX - (width / 2), area.Y, width, height), limits);
        }
        double unitsPerPoint = Math.Max(x / area.Width, y / area.Height);
        double growX = ((unitsPerPoint * area.Width) - x) / 2, growY = ((unitsPerPoint * area.Height) - y) / 2;
        return (area, new DataBounds(limits.XMin - growX, limits.XMax + growX, limits.YMin - growY, limits.YMax + growY));
    }
}
