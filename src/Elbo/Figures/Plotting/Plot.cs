using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A figure of one pair of axes: title, axes with nice ticks, light grid, data, legend outside.</summary>
public sealed record Plot : IFigure
{
    /// <inheritdoc/>
    public double Width { get; init; } = 480;

    /// <inheritdoc/>
    public double Height { get; init; } = 340;

    /// <summary>What stands above the plot; default nothing.</summary>
    public string Title { get; init; } = "";

    /// <summary>The horizontal axis.</summary>
    public Axis XAxis { get; init; } = new();

    /// <summary>The vertical axis.</summary>
    public Axis YAxis { get; init; } = new();

    /// <summary>What is drawn, in this order.</summary>
    public IReadOnlyList<ISeries> Series { get; init; } = [];

    /// <summary>Where the legend stands; a plot without names has none.</summary>
    public LegendPlacement Legend { get; init; } = LegendPlacement.Right;

    /// <summary>What the entries of the legend are, such as <c>digit</c>; default nothing.</summary>
    public string LegendTitle { get; init; } = "";

    /// <summary>A remark in the upper right corner of the plot's area, such as what lies beyond; default nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>
    /// Whether one unit is equally long in both directions. The limits grow to fill the figure; where both axes have
    /// given limits, the plot's area shrinks instead.
    /// </summary>
    public bool EqualAspect { get; init; }

    /// <summary>Width of the plot's area divided by its height; null fills the figure.</summary>
    public double? AreaAspect { get; init; }

    /// <summary>All lines of the legend, those with the same text and key once.</summary>
    public IReadOnlyList<LegendEntry> LegendEntries => [.. Series.SelectMany(s => s.Legend).Distinct()];

    /// <summary>The same plot with a size that gives its area, between the axes, this one.</summary>
    /// <remarks>Plots beside each other are compared by their areas, whatever their labels and legends need.</remarks>
    public Plot WithArea(double width, double height)
    {
        var plot = this;
        // Another size may have other ticks, whose labels are of another width: the third round finds nothing to do.
        for (int round = 0; round < 3; round++)
        {
            var area = PlotLayout.Compute(plot).Scale.Area;
            plot = plot with { Width = plot.Width + width - area.Width, Height = plot.Height + height - area.Height };
        }
        return plot;
    }

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var layout = PlotLayout.Compute(this);
        var scale = layout.Scale;
        AxisPainter.DrawGrid(canvas, this, layout);
        canvas.PushClip(scale.Area);
        foreach (var series in Series)
            series.Draw(canvas, scale);
        canvas.Pop();
        AxisPainter.DrawAxes(canvas, this, layout);
        if (Title.Length > 0)
        {
            var (text, style) = TextFit.Fit(Title, PlotStyle.Title, Width - (2 * PlotStyle.Margin));
            double half = style.Measure(text) / 2;
            double x = Math.Max(PlotStyle.Margin + half, Math.Min(scale.Area.CenterX, Width - PlotStyle.Margin - half));
            canvas.Text(new Point(x, PlotStyle.Margin), text, style);
        }
        if (Note.Length > 0)
            canvas.Text(
                new Point(scale.Area.Right - PlotStyle.NoteGap, scale.Area.Y + PlotStyle.NoteGap),
                Note,
                PlotStyle.Note
            );
        layout.Legend.Draw(canvas, layout.LegendAt);
    }
}
