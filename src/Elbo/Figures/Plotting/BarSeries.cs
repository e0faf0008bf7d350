using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Upright bars from zero at x = 0, 1, 2, …</summary>
/// <param name="name">Its legend; none if empty.</param>
/// <param name="values">Heights.</param>
/// <param name="color">Fill.</param>
/// <remarks>
/// With several series side by side, give each its <see cref="Offset"/> and a smaller <see cref="BarWidth"/>.
/// </remarks>
public sealed class BarSeries(string name, IReadOnlyList<double> values, Rgba color) : ISeries
{
    /// <summary>Width of a bar in data units; default 0.7.</summary>
    public double BarWidth { get; init; } = 0.7;

    /// <summary>Shift of every bar along x in data units; default 0.</summary>
    public double Offset { get; init; }

    /// <inheritdoc/>
    public DataBounds Bounds =>
        values
            .Select((value, i) => (Value: value, X: i + Offset))
            .Aggregate(
                DataBounds.Empty,
                (b, bar) => b.Include(bar.X - (BarWidth / 2), 0).Include(bar.X + (BarWidth / 2), bar.Value)
            );

    /// <inheritdoc/>
    public IReadOnlyList<LegendEntry> Legend => name.Length == 0 ? [] : [new LegendEntry(name, color)];

    /// <summary>Ticks that name the bars.</summary>
    public static IReadOnlyList<Tick> Categories(IReadOnlyList<string> names) =>
        [.. names.Select((name, i) => new Tick(i, name))];

    /// <inheritdoc/>
    public void Draw(ICanvas canvas, PlotScale scale)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
                continue;
            double left = scale.X(i + Offset - (BarWidth / 2)),
                right = scale.X(i + Offset + (BarWidth / 2));
            double top = scale.Y(Math.Max(values[i], 0)),
                bottom = scale.Y(Math.Min(values[i], 0));
            if (bottom > top)
                canvas.Rectangle(new Box(left, top, right - left, bottom - top), color);
        }
    }
}
