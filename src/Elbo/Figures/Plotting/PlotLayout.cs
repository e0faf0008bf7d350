using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Computes the positions of a plot's elements from the measured sizes of its texts.</summary>
internal sealed record PlotLayout(
    PlotScale Scale,
    IReadOnlyList<Tick> XTicks,
    IReadOnlyList<Tick> YTicks,
    bool TiltXTicks,
    LegendBlock Legend,
    Point LegendAt
)
{
    private const double LineHeight = 1.05;
    private const double PointsPerXTick = 40;
    private const double PointsPerYTick = 36;
    private const double TickLabelGap = 8;
    private const double SmallestArea = 20;
    private const double LargestLabelBeside = 0.3;
    private const double LargestLabelUnder = 0.45;

    /// <summary>
    /// Additional height of tilted tick labels compared with horizontal ones; 0 if they are horizontal.
    /// </summary>
    public double TiltedHeight => TiltXTicks ? Reach(XTicks) : 0;

    /// <summary>Height of the elements above a plot's area.</summary>
    public static double RoomAbove(Plot plot) =>
        PlotStyle.Margin + (plot.Title.Length > 0 ? (PlotStyle.Title.Size * LineHeight) + PlotStyle.TitleGap : 0);

    /// <summary>Height of the elements below a plot's area, without a legend.</summary>
    public static double RoomBelow(Plot plot) =>
        PlotStyle.TickLength
        + PlotStyle.TickGap
        + (PlotStyle.XTick.Size * LineHeight)
        + (plot.XAxis.Label.Length > 0 ? PlotStyle.LabelGap + (PlotStyle.Label.Size * LineHeight) : 0)
        + PlotStyle.Margin;

    /// <summary>Computes the layout of a plot.</summary>
    public static PlotLayout Compute(Plot plot)
    {
        var bounds = plot.Series.Aggregate(DataBounds.Empty, (all, s) => s.Bounds.IsEmpty ? all : all.Union(s.Bounds));
        var (xMin, xMax) = plot.XAxis.Limits(bounds.XMin, bounds.XMax);
        var (yMin, yMax) = plot.YAxis.Limits(bounds.YMin, bounds.YMax);
        var limits = new DataBounds(xMin, xMax, yMin, yMax);

        double top = RoomAbove(plot),
            below = RoomBelow(plot);
        double room =
            plot.Legend == LegendPlacement.Below
                ? plot.Width - (2 * PlotStyle.Margin)
                : plot.Height - top - PlotStyle.Margin;
        var legend = new LegendBlock(
            plot.LegendEntries,
            plot.Legend,
            room,
            plot.Width * (plot.Legend == LegendPlacement.Below ? LargestLabelUnder : LargestLabelBeside),
            plot.LegendTitle
        );
        bool beside = !legend.IsEmpty && plot.Legend == LegendPlacement.Right,
            under = !legend.IsEmpty && plot.Legend == LegendPlacement.Below;
        if (under)
            below += legend.Height + PlotStyle.LabelGap;
        double right = PlotStyle.Margin + (beside ? legend.Width + PlotStyle.LegendGap : 0);

        // Labels determine the area, the area the ticks, and the ticks the labels. The second round is final.
        double left = PlotStyle.Margin;
        Box area = default;
        bool tilt = false;
        IReadOnlyList<Tick> xTicks = [],
            yTicks = [];
        for (int round = 0; round < 3; round++)
        {
            area = new Box(
                left,
                top,
                Math.Max(SmallestArea, plot.Width - left - right),
                Math.Max(SmallestArea, plot.Height - top - below - (tilt ? Reach(xTicks) : 0))
            );
            bool keepLimits = plot.XAxis.IsFixed && plot.YAxis.IsFixed;
            if (plot.EqualAspect && !keepLimits)
                limits = Equalize(area, new DataBounds(xMin, xMax, yMin, yMax));
            double? aspect = plot.AreaAspect ?? (plot.EqualAspect && keepLimits ? (xMax - xMin) / (yMax - yMin) : null);
            if (aspect is { } ratio)
                area = Shrink(area, ratio);
            (xTicks, yTicks) = Ticks(plot, limits, area);
            double tickWidth = yTicks.Count == 0 ? 0 : yTicks.Max(t => PlotStyle.YTick.Measure(t.Label));
            left =
                PlotStyle.Margin
                + (plot.YAxis.Label.Length > 0 ? (PlotStyle.Label.Size * LineHeight) + PlotStyle.LabelGap : 0)
                + tickWidth
                + PlotStyle.TickGap
                + PlotStyle.TickLength;
            if (xTicks.Count == 0)
                continue;
            tilt = plot.XAxis.Ticks is not null && Collide(xTicks, limits, area);
            var scale = new PlotScale(area, limits);
            double overhang = tilt
                ? 0
                : scale.X(xTicks[^1].Value) + (PlotStyle.XTick.Measure(xTicks[^1].Label) / 2) - area.Right;
            right = Math.Max(right, PlotStyle.Margin + overhang);
        }
        var legendAt = under
            ? new Point(
                Math.Max(PlotStyle.Margin, area.CenterX - (legend.Width / 2)),
                plot.Height - PlotStyle.Margin - legend.Height
            )
            : new Point(area.Right + PlotStyle.LegendGap, area.Y);
        if (under)
            legendAt = legendAt with
            {
                X = Math.Max(PlotStyle.Margin, Math.Min(legendAt.X, plot.Width - PlotStyle.Margin - legend.Width)),
            };
        return new PlotLayout(new PlotScale(area, limits), xTicks, yTicks, tilt, legend, legendAt);
    }

    private static (IReadOnlyList<Tick> X, IReadOnlyList<Tick> Y) Ticks(Plot plot, DataBounds limits, Box area)
    {
        int xCount = Math.Max(2, (int)(area.Width / PointsPerXTick) + 1),
            yCount = Math.Max(2, (int)(area.Height / PointsPerYTick) + 1);
        if (!plot.EqualAspect || plot.XAxis.Ticks is not null || plot.YAxis.Ticks is not null)
        {
            var xTicks = plot.XAxis.TicksWithin(limits.XMin, limits.XMax, xCount);
            while (plot.XAxis.Ticks is null && xCount > 2 && Collide(xTicks, limits, area))
                xTicks = plot.XAxis.TicksWithin(limits.XMin, limits.XMax, --xCount);
            return (xTicks, plot.YAxis.TicksWithin(limits.YMin, limits.YMax, yCount));
        }

        // Axes with equal scales get equal steps.
        double step = NiceTicks.Step(
            Math.Max((limits.XMax - limits.XMin) / (xCount - 1), (limits.YMax - limits.YMin) / (yCount - 1))
        );
        return (
            NiceTicks.Multiples(limits.XMin, limits.XMax, step),
            NiceTicks.Multiples(limits.YMin, limits.YMax, step)
        );
    }

    private static bool Collide(IReadOnlyList<Tick> ticks, DataBounds limits, Box area)
    {
        var scale = new PlotScale(area, limits);
        for (int i = 1; i < ticks.Count; i++)
        {
            double half = (PlotStyle.XTick.Measure(ticks[i - 1].Label) + PlotStyle.XTick.Measure(ticks[i].Label)) / 2;
            if (scale.X(ticks[i].Value) - scale.X(ticks[i - 1].Value) < half + TickLabelGap)
                return true;
        }
        return false;
    }

    private static double Reach(IReadOnlyList<Tick> ticks) =>
        ticks.Count == 0
            ? 0
            : ticks.Max(t => PlotStyle.XTick.Measure(t.Label)) * Math.Sin(PlotStyle.Tilt * Math.PI / 180);

    private static Box Shrink(Box area, double aspect)
    {
        double width = Math.Min(area.Width, area.Height * aspect);
        return new Box(area.CenterX - (width / 2), area.Y, width, width / aspect);
    }

    private static DataBounds Equalize(Box area, DataBounds limits)
    {
        double x = limits.XMax - limits.XMin,
            y = limits.YMax - limits.YMin;
        double unitsPerPoint = Math.Max(x / area.Width, y / area.Height);
        double growX = ((unitsPerPoint * area.Width) - x) / 2,
            growY = ((unitsPerPoint * area.Height) - y) / 2;
        return new DataBounds(limits.XMin - growX, limits.XMax + growX, limits.YMin - growY, limits.YMax + growY);
    }
}

/// <summary>Draws a plot's grid, frame, ticks and labels.</summary>
internal static class AxisPainter
{
    /// <summary>Draws the light grid lines below the data.</summary>
    public static void DrawGrid(Canvas canvas, Plot plot, PlotLayout layout)
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

    /// <summary>Draws the frame, ticks, tick labels and axis labels above the data.</summary>
    public static void DrawAxes(Canvas canvas, Plot plot, PlotLayout layout)
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
