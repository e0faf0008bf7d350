using System.Globalization;
using Elbo.Figures.Plotting;
using Elbo.Training;

namespace Elbo.Workflows.Reports;

/// <summary>
/// A line chart over the epochs with one line per split, as SVG in the page's colours. Pointing at an epoch shows its
/// values. Initial values that would compress the others are outside the chart and listed below it.
/// </summary>
/// <remarks>
/// Drawn here instead of on a canvas, so that it follows the page's light or dark colours and its text size.
/// </remarks>
internal static class CurveChart
{
    private const double Width = 360,
        Height = 230,
        Left = 46,
        Right = 8,
        Top = 24,
        Bottom = 34;
    private const double Margin = 0.05;
    private const int MostEpochs = 300,
        MostDots = 40,
        MostTicks = 6,
        MostNamed = 3;

    /// <summary>Creates the chart of <paramref name="value"/>; empty if no row has a finite value.</summary>
    public static Html Compose(string name, IReadOnlyList<EpochMetrics> rows, Func<EpochMetrics, double?> value) =>
        Compose(name, "nats per image", rows.Select(row => (row.Split, row.Epoch, value(row) ?? double.NaN)));

    /// <summary>Creates the chart of values after epochs; empty if none is finite.</summary>
    public static Html Compose(string name, string unit, IEnumerable<(string Split, int Epoch, double Value)> values) =>
        Compose(
            name,
            unit,
            [
                .. values
                    .GroupBy(p => p.Split, p => new EpochValue(p.Epoch, p.Value))
                    .Select(split => new ChartLine(split.Key, Class(split.Key), [.. split])),
            ]
        );

    /// <summary>Creates the chart of lines; empty if none has a finite value.</summary>
    public static Html Compose(string name, string unit, IReadOnlyList<ChartLine> lines)
    {
        Curve[] curves =
        [
            .. lines
                .Select(line => new Curve(line, Thinned([.. line.Points.Where(p => double.IsFinite(p.Value))])))
                .Where(curve => curve.Points.Length > 0),
        ];
        if (curves.Length == 0)
            return Html.Empty;
        EpochValue[] all = [.. curves.SelectMany(curve => curve.Points)];
        var x = Axis.Over(all.Min(p => p.Epoch), all.Max(p => p.Epoch), Left, Width - Right, margin: 0);
        var (lowest, highest) = ChartRange.Of(all);
        var y = Axis.Over(lowest, highest, Height - Bottom, Top, Margin);
        string ends = string.Join(
            "; ",
            curves.Select(c => $"{c.Name} from {Number(c.Points[0].Value)} to {Number(c.Points[^1].Value)}")
        );
        var drawn = curves.Select(curve => Line(curve, x, y));
        return Html.Of(
            $"""
            <figure class="chart"><h3>{name}</h3>
            <svg viewBox="0 0 {Width} {Height}" role="img"
            aria-label="{name} over the epochs, in {unit}: {ends}">
            {Axes(x, y)}{drawn}{Readings(curves, x)}</svg>{Outside(curves, y)}</figure>

            """
        );
    }

    /// <summary>A legend with a swatch per split.</summary>
    public static Html Legend(IEnumerable<string> splits) =>
        Legend([.. splits.Select(split => new ChartLine(split, Class(split), []))]);

    /// <summary>A legend with a swatch per line.</summary>
    public static Html Legend(IReadOnlyList<ChartLine> lines)
    {
        var entries = lines.Select(line => Html.Of($"<li class=\"{line.Class}\"><span>{line.Name}</span></li>"));
        return Html.Of($"<ul class=\"legend\">{entries}</ul>\n");
    }

    private static EpochValue[] Thinned(EpochValue[] points) =>
        [.. Thinning.Evenly(points.Length, MostEpochs).Select(i => points[i])];

    private static Html Axes(Axis x, Axis y)
    {
        var values = NiceTicks
            .Choose(y.Minimum, y.Maximum, MostTicks)
            .Select(tick => (At: y.Place(tick.Value), tick.Label))
            .Select(t =>
                Html.Of(
                    $"""
                    <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{t.At:0.#}" y2="{t.At:0.#}" />
                    <text x="{Left - 5}" y="{t.At + 4:0.#}" text-anchor="end">{t.Label}</text>

                    """
                )
            );
        var epochs = NiceTicks
            .Choose(x.Minimum, x.Maximum, MostTicks, integersOnly: true)
            .Where(tick => tick.Value >= 1)
            .Select(tick => (At: x.Place(tick.Value), tick.Label))
            .Select(t =>
                Html.Of(
                    $"<text x=\"{t.At:0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{t.Label}</text>\n"
                )
            );
        return Html.Of(
            $"""
            <g>{values}{epochs}<text x="{Width - Right}" y="{Height - 3}" text-anchor="end">epoch</text></g>

            """
        );
    }

    /// <summary>
    /// The line inside the chart, with a dot for each value there and an arrow for each value outside.
    /// </summary>
    private static Html Line(Curve curve, Axis x, Axis y)
    {
        var corners = new List<string>();
        for (int i = 0; i < curve.Points.Length; i++)
        {
            var point = curve.Points[i];
            if (i > 0)
                corners.AddRange(Crossings(curve.Points[i - 1], point, x, y));
            if (y.Holds(point.Value))
                corners.Add(Place(x.Place(point.Epoch), y.Place(point.Value)));
        }
        var dots =
            curve.Points.Length > MostDots
                ? []
                : curve
                    .Points.Where(p => y.Holds(p.Value))
                    .Select(p =>
                        Html.Of($"<circle cx=\"{x.Place(p.Epoch):0.#}\" cy=\"{y.Place(p.Value):0.#}\" r=\"2\" />")
                    );
        var arrows = curve
            .Points.Where(p => !y.Holds(p.Value))
            .Select(p =>
            {
                double at = x.Place(p.Epoch),
                    tip = p.Value > y.Maximum ? Top : Height - Bottom,
                    back = p.Value > y.Maximum ? 6 : -6;
                string corner = $"{Place(at, tip)} {Place(at - 4, tip + back)} {Place(at + 4, tip + back)}";
                return Html.Of($"<polygon class=\"outside\" points=\"{corner}\" />");
            });
        return Html.Of(
            $"""
            <g class="{curve.Class}"><polyline points="{string.Join(' ', corners)}" />{dots}{arrows}</g>

            """
        );
    }

    /// <summary>The points where the line between two values crosses the border of the chart, in order.</summary>
    private static IEnumerable<string> Crossings(EpochValue from, EpochValue to, Axis x, Axis y) =>
        ((double[])[y.Minimum, y.Maximum])
            .Select(limit => (Limit: limit, At: (limit - from.Value) / (to.Value - from.Value)))
            .Where(crossing => crossing.At is > 0 and < 1)
            .OrderBy(crossing => crossing.At)
            .Select(crossing =>
                Place(x.Place(from.Epoch + (crossing.At * (to.Epoch - from.Epoch))), y.Place(crossing.Limit))
            );

    /// <summary>An invisible strip over each epoch, and the values it shows while the pointer is on it.</summary>
    private static Html Readings(Curve[] curves, Axis x)
    {
        double[] epochs = [.. curves.SelectMany(curve => curve.Points.Select(p => p.Epoch)).Distinct().Order()];
        var values = curves.Select(c => (c.Name, At: c.Points.ToLookup(p => p.Epoch, p => p.Value))).ToArray();
        return Html.Join(
            epochs.Select(
                (epoch, i) =>
                {
                    double at = x.Place(epoch);
                    double left = i == 0 ? Left : (at + x.Place(epochs[i - 1])) / 2,
                        right = i == epochs.Length - 1 ? Width - Right : (at + x.Place(epochs[i + 1])) / 2;
                    var reading = values
                        .Where(s => s.At.Contains(epoch))
                        .Select(s => $"{s.Name} {Number(s.At[epoch].Last())}");
                    var strip = Html.Of($"<rect x=\"{left:0.#}\" y=\"{Top}\" width=\"{right - left:0.#}\"");
                    return Html.Of(
                        $"""
                        <g class="epoch">{strip} height="{Height - Top - Bottom}" />
                        <line x1="{at:0.#}" x2="{at:0.#}" y1="{Top}" y2="{Height - Bottom}" />
                        <text x="{Left}" y="{Top - 9}">epoch {epoch}: {string.Join(", ", reading)}</text></g>

                        """
                    );
                }
            )
        );
    }

    /// <summary>Lists the values outside the chart; empty if there are none.</summary>
    private static Html Outside(Curve[] curves, Axis y)
    {
        string[] epochs =
        [
            .. curves
                .SelectMany(curve => curve.Points.Select(p => (p.Epoch, p.Value, curve.Name)))
                .Where(p => !y.Holds(p.Value))
                .GroupBy(p => p.Epoch, p => $"{p.Name} {Number(p.Value)}")
                .OrderBy(epoch => epoch.Key)
                .Select(epoch => $"epoch {epoch.Key} ({string.Join(", ", epoch)})"),
        ];
        if (epochs.Length == 0)
            return Html.Empty;
        string more = epochs.Length > MostNamed ? $" and {epochs.Length - MostNamed} more" : "";
        string named = string.Join(", ", epochs.Take(MostNamed));
        return Html.Of($"<figcaption>Outside the chart: {named}{more}.</figcaption>");
    }

    private static string Class(string split) => split is "train" or "validation" or "test" ? split : "other";

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Place(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}");

    private sealed record Curve(ChartLine Line, EpochValue[] Points)
    {
        public string Name => Line.Name;

        public string Class => Line.Class;
    }

    private sealed record Axis(double Minimum, double Maximum, double From, double To)
    {
        public static Axis Over(double minimum, double maximum, double from, double to, double margin)
        {
            // A single value gets space on both sides.
            double pad = maximum > minimum ? (maximum - minimum) * margin : Math.Max(1, Math.Abs(minimum) * Margin);
            return new Axis(minimum - pad, maximum + pad, from, to);
        }

        public bool Holds(double value) => value >= Minimum && value <= Maximum;

        public double Place(double value) => From + ((value - Minimum) / (Maximum - Minimum) * (To - From));
    }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="Class">Class in the style sheet, which gives the line its colour.</param>
/// <param name="Points">Its values, in the order of the epochs. Those that are not finite are left out.</param>
internal sealed record ChartLine(string Name, string Class, IReadOnlyList<EpochValue> Points);

/// <summary>A value after an epoch.</summary>
internal readonly record struct EpochValue(double Epoch, double Value);

/// <summary>The range of values that a chart over the epochs shows.</summary>
internal static class ChartRange
{
    /// <summary>Maximum fraction of the epochs outside the chart.</summary>
    private const double MostOutside = 0.2;

    /// <summary>An initial epoch is outside if omitting it shrinks the range by more than this fraction.</summary>
    private const double Squeezed = 1.0 / 3;

    /// <summary>
    /// The range of all values, without initial epochs that each extend it by more than a third; with fewer than five
    /// epochs, all values.
    /// </summary>
    public static (double Lowest, double Highest) Of(IReadOnlyCollection<EpochValue> values)
    {
        var epochs = values.GroupBy(v => v.Epoch, v => v.Value).OrderBy(epoch => epoch.Key).ToArray();
        // The ranges of the values from each epoch to the last, computed backwards.
        var ranges = new (double Lowest, double Highest)[epochs.Length];
        for (int i = epochs.Length - 1; i >= 0; i--)
        {
            var (lowest, highest) = (epochs[i].Min(), epochs[i].Max());
            ranges[i] =
                i == epochs.Length - 1
                    ? (lowest, highest)
                    : (Math.Min(lowest, ranges[i + 1].Lowest), Math.Max(highest, ranges[i + 1].Highest));
        }
        int first = 0;
        while (first < (int)(epochs.Length * MostOutside) && Length(first + 1) < Length(first) * (1 - Squeezed))
            first++;
        return ranges[first];

        double Length(int i) => ranges[i].Highest - ranges[i].Lowest;
    }
}
