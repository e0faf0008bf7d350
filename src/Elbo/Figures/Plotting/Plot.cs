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

    /// <summary>
    /// Whether one unit is equally long in both directions. The limits grow to fill the figure; where both axes have
    /// given limits, the plot's area shrinks instead.
    /// </summary>
    public bool EqualAspect { get; init; }

    /// <summary>Width of the plot's area divided by its height; null fills the figure.</summary>
    public double? AreaAspect { get; init; }

    /// <summary>All lines of the legend, those with the same text and key once.</summary>
    public IReadOnlyList<LegendEntry> LegendEntries => [.. Series.SelectMany(s => s.Legend).Distinct()];

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
        layout.Legend.Draw(canvas, layout.LegendAt);
    }
}
