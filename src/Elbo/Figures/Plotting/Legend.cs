using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Position of a plot's legend, always outside the data.</summary>
public enum LegendPlacement
{
    /// <summary>To the right of the plot.</summary>
    Right,

    /// <summary>Under the plot.</summary>
    Below,

    /// <summary>No legend.</summary>
    None,
}

/// <summary>An entry of the legend.</summary>
/// <param name="Label">Text of the entry.</param>
/// <param name="Color">Colour of its key.</param>
/// <param name="Marker">The marker, for points.</param>
/// <param name="Line">The dash pattern, for lines; without both, the key is a coloured box.</param>
public sealed record LegendEntry(string Label, Rgba Color, MarkerShape? Marker = null, LineStyle? Line = null);

/// <summary>A legend in columns of equal width within the available space.</summary>
internal sealed class LegendBlock
{
    private readonly IReadOnlyList<LegendEntry> _entries;
    private readonly string[] _labels;
    private readonly int _rows;
    private readonly double _columnWidth;
    private readonly double _keyWidth;
    private readonly string _title;

    /// <summary>Lays out entries column by column (beside a plot) or row by row (below it).</summary>
    /// <param name="entries">Entries of the legend; an empty list gives an empty block.</param>
    /// <param name="placement">Position of the legend.</param>
    /// <param name="room">Available height beside the plot, or width below it.</param>
    /// <param name="widest">Maximum width of a label in points.</param>
    /// <param name="title">Title of the legend; none if empty.</param>
    public LegendBlock(
        IReadOnlyList<LegendEntry> entries,
        LegendPlacement placement,
        double room,
        double widest,
        string title = ""
    )
    {
        Require.Defined(placement);
        _title = TextFit.Shorten(title, PlotStyle.LegendTitle, widest);
        _entries = placement == LegendPlacement.None ? [] : entries;
        _labels = [.. _entries.Select(e => TextFit.Shorten(e.Label, PlotStyle.Legend, widest))];
        if (_entries.Count == 0)
            return;
        _keyWidth = _entries.Any(e => e.Marker is null) ? PlotStyle.LegendKey : PlotStyle.LegendMarkerKey;
        _columnWidth = _keyWidth + PlotStyle.LegendKeyGap + _labels.Max(PlotStyle.Legend.Measure) + PlotStyle.LegendGap;
        int columns =
            placement == LegendPlacement.Below
                ? Math.Clamp((int)((room + PlotStyle.LegendGap) / _columnWidth), 1, _entries.Count)
                : (_entries.Count + RowsWithin(room - Top) - 1) / RowsWithin(room - Top);
        _rows = (_entries.Count + columns - 1) / columns;
        columns = (_entries.Count + _rows - 1) / _rows;
        Width = Math.Max((columns * _columnWidth) - PlotStyle.LegendGap, PlotStyle.LegendTitle.Measure(_title));
        Height = Top + (_rows * PlotStyle.LegendRow);
    }

    /// <summary>Whether there is nothing to draw.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Width in points.</summary>
    public double Width { get; }

    /// <summary>Height in points.</summary>
    public double Height { get; }

    /// <summary>Height of the title.</summary>
    private double Top => _title.Length > 0 ? PlotStyle.LegendRow : 0;

    /// <summary>Draws the legend with its top left corner at <paramref name="at"/>.</summary>
    public void Draw(Canvas canvas, Point at)
    {
        if (IsEmpty)
            return;
        if (_title.Length > 0)
            canvas.Text(new Point(at.X, at.Y + (PlotStyle.LegendRow / 2)), _title, PlotStyle.LegendTitle);
        for (int i = 0; i < _entries.Count; i++)
        {
            double x = at.X + (i / _rows * _columnWidth),
                y = at.Y + Top + (((i % _rows) + 0.5) * PlotStyle.LegendRow);
            DrawKey(canvas, _entries[i], x, y);
            canvas.Text(new Point(x + _keyWidth + PlotStyle.LegendKeyGap, y), _labels[i], PlotStyle.Legend);
        }
    }

    private static int RowsWithin(double height) => Math.Max(1, (int)(height / PlotStyle.LegendRow));

    private void DrawKey(Canvas canvas, LegendEntry entry, double x, double y)
    {
        const double boxHeight = 7;
        if (entry.Line is { } style)
            canvas.Polyline([new(x, y), new(x + _keyWidth, y)], new Stroke(entry.Color, PlotStyle.LineWidth, style));
        if (entry.Marker is { } shape)
            canvas.Markers([new(x + (_keyWidth / 2), y)], new Marker(shape, PlotStyle.LegendMarker, entry.Color));
        if (entry.Line is null && entry.Marker is null)
            canvas.Rectangle(new Box(x + 4, y - (boxHeight / 2), _keyWidth - 8, boxHeight), entry.Color);
    }
}
