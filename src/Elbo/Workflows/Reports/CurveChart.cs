using System.Globalization;
using Elbo.Figures.Plotting;
using Elbo.Training;

namespace Elbo.Workflows.Reports;

/// <summary>
/// One figure over the epochs, a line for each split, as SVG in the page's own colours; pointing at an epoch shows its
/// values.
/// </summary>
/// <remarks>
/// Drawn here rather than by a canvas because its colours follow the page's, light or dark, and its text the page's
/// size.
/// </remarks>
internal static class CurveChart
{
    private const double Width = 360,
        Height = 230,
        Left = 46,
        Right = 8,
        Top = 24,
        Bottom = 34;
    private const int MostEpochs = 300,
        MostDots = 40,
        MostTicks = 6;

    /// <summary>The chart of <paramref name="value"/>; empty where no row has one that is finite.</summary>
    public static Html Compose(string name, IReadOnlyList<EpochMetrics> rows, Func<EpochMetrics, double?> value)
    {
        var splits = rows.Select(row => (row.Split, row.Epoch, Value: value(row) ?? double.NaN))
            .Where(p => double.IsFinite(p.Value))
            .GroupBy(p => p.Split, p => (p.Epoch, p.Value))
            .Select(split => (Name: split.Key, Points: Thinned([.. split])))
            .ToArray();
        if (splits.Length == 0)
            return Html.Empty;
        var all = splits.SelectMany(s => s.Points).ToArray();
        var x = Scale(all.Min(p => (double)p.Epoch), all.Max(p => (double)p.Epoch), Left, Width - Right, margin: 0);
        var y = Scale(all.Min(p => p.Value), all.Max(p => p.Value), Height - Bottom, Top, margin: 0.05);
        string ends = string.Join(
            "; ",
            splits.Select(s => $"{s.Name} from {Number(s.Points[0].Value)} to {Number(s.Points[^1].Value)}")
        );
        return Html.Of(
            $"""
            <figure class="chart"><h3>{name}</h3>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{name} over the epochs, in nats per image: {ends}">
            {Axes(x, y)}{splits.Select(s => Line(s.Name, s.Points, x, y))}{Readings(splits, x)}</svg></figure>

            """
        );
    }

    /// <summary>A swatch for each split.</summary>
    public static Html Legend(IEnumerable<string> splits) =>
        Html.Of(
            $"<ul class=\"legend\">{splits.Select(split => Html.Of($"<li class=\"{Class(split)}\"><span>{split}</span></li>"))}</ul>\n"
        );

    private static (int Epoch, double Value)[] Thinned((int Epoch, double Value)[] points) =>
        [.. Thinning.Evenly(points.Length, MostEpochs).Select(i => points[i])];

    private static Axis Scale(double minimum, double maximum, double from, double to, double margin)
    {
        // One value alone gets room on either side.
        double pad = maximum > minimum ? (maximum - minimum) * margin : Math.Max(1, Math.Abs(minimum) * 0.05);
        return new Axis(minimum - pad, maximum + pad, from, to);
    }

    private static Html Axes(Axis x, Axis y)
    {
        var values = NiceTicks
            .Choose(y.Minimum, y.Maximum, MostTicks)
            .Select(tick => (At: y.Place(tick.Value), tick.Label));
        var epochs = NiceTicks
            .Choose(x.Minimum, x.Maximum, MostTicks, integersOnly: true)
            .Where(tick => tick.Value >= 1)
            .Select(tick => (At: x.Place(tick.Value), tick.Label));
        return Html.Of(
            $"""
            <g>{values.Select(t =>
                Html.Of(
                    $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{t.At:0.#}\" y2=\"{t.At:0.#}\" /><text x=\"{Left - 5}\" y=\"{t.At + 4:0.#}\" text-anchor=\"end\">{t.Label}</text>"
                )
            )}
            {epochs.Select(t =>
                Html.Of($"<text x=\"{t.At:0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{t.Label}</text>")
            )}
            <text x="{Width - Right}" y="{Height - 3}" text-anchor="end">epoch</text></g>

            """
        );
    }

    private static Html Line(string split, (int Epoch, double Value)[] points, Axis x, Axis y)
    {
        string path = string.Join(
            ' ',
            points.Select(p =>
                string.Create(CultureInfo.InvariantCulture, $"{x.Place(p.Epoch):0.#},{y.Place(p.Value):0.#}")
            )
        );
        var dots =
            points.Length > MostDots
                ? []
                : points.Select(p =>
                    Html.Of($"<circle cx=\"{x.Place(p.Epoch):0.#}\" cy=\"{y.Place(p.Value):0.#}\" r=\"2\" />")
                );
        return Html.Of($"<g class=\"{Class(split)}\"><polyline points=\"{path}\" />{dots}</g>\n");
    }

    /// <summary>Over each epoch an invisible strip, and what shows while the pointer is on it.</summary>
    private static Html Readings((string Name, (int Epoch, double Value)[] Points)[] splits, Axis x)
    {
        int[] epochs = [.. splits.SelectMany(s => s.Points.Select(p => p.Epoch)).Distinct().Order()];
        var values = splits.Select(s => (s.Name, At: s.Points.ToLookup(p => p.Epoch, p => p.Value))).ToArray();
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
                    return Html.Of(
                        $"<g class=\"epoch\"><rect x=\"{left:0.#}\" y=\"{Top}\" width=\"{right - left:0.#}\" height=\"{Height - Top - Bottom}\" /><line x1=\"{at:0.#}\" x2=\"{at:0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" /><text x=\"{Left}\" y=\"{Top - 9}\">epoch {epoch}: {string.Join(", ", reading)}</text></g>\n"
                    );
                }
            )
        );
    }

    private static string Class(string split) => split is "train" or "validation" or "test" ? split : "other";

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private sealed record Axis(double Minimum, double Maximum, double From, double To)
    {
        public double Place(double value) => From + ((value - Minimum) / (Maximum - Minimum) * (To - From));
    }
}
