using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>
/// A figure with one pair of axes: title, ticks at round numbers, light grid, data, and a legend outside.
/// </summary>
public sealed record Plot : IFigure
{
    /// <inheritdoc/>
    public double Width { get; init; } = 480;

    /// <inheritdoc/>
    public double Height { get; init; } = 340;

    /// <summary>Title above the plot; default none.</summary>
    public string Title { get; init; } = "";

    /// <summary>The horizontal axis.</summary>
    public Axis XAxis { get; init; } = new();

    /// <summary>The vertical axis.</summary>
    public Axis YAxis { get; init; } = new();

    /// <summary>The data series, in drawing order.</summary>
    public IReadOnlyList<ISeries> Series { get; init; } = [];

    /// <summary>Position of the legend. A plot without named series has none.</summary>
    public LegendPlacement Legend { get; init; } = LegendPlacement.Right;

    /// <summary>Title of the legend, such as <c>digit</c>; default none.</summary>
    public string LegendTitle { get; init; } = "";

    /// <summary>
    /// A note in the upper right corner of the plot area, for example on values outside it; default none.
    /// </summary>
    public string Note { get; init; } = "";

    /// <summary>
    /// Whether both axes have the same scale. The limits then grow to fill the figure; if both axes have fixed limits,
    /// the plot area shrinks instead.
    /// </summary>
    public bool EqualAspect { get; init; }

    /// <summary>Width of the plot area divided by its height; null fills the figure.</summary>
    public double? AreaAspect { get; init; }

    /// <summary>All entries of the legend, without duplicates.</summary>
    public IReadOnlyList<LegendEntry> LegendEntries => [.. Series.SelectMany(s => s.Legend).Distinct()];

    /// <summary>The same plot with the figure size at which its plot area has the given size.</summary>
    /// <remarks>Plots side by side are compared by their areas, whatever the space for labels and legends.</remarks>
    public Plot WithArea(double width, double height)
    {
        Require.Positive(width);
        Require.Positive(height);
        var plot = this;
        // Another size may have other ticks with labels of other widths. The third round no longer changes anything.
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
        Require.Entries(Series);
        foreach (string? text in (string?[])[Title, Note, LegendTitle])
            Require.Given(text, "a text of the plot");
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
