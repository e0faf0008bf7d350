using System.Globalization;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>How one term of the loss went on one split of the data.</summary>
/// <param name="Split">Which images: train, validation, test.</param>
/// <param name="Term">Which term: ELBO, reconstruction, KL.</param>
/// <param name="Values">Nats per image, one for each epoch; NaN where it was not measured.</param>
/// <param name="Epochs">The epochs of the values; null numbers them from 1.</param>
public sealed record LossCurve(
    string Split,
    string Term,
    IReadOnlyList<double> Values,
    IReadOnlyList<double>? Epochs = null
);

/// <summary>Losses over the epochs: a panel for each term, since their sizes differ, and a line for each split.</summary>
public static class LossCurves
{
    private const int Columns = 3;
    private const double AreaWidth = 210;
    private const double AreaHeight = 180;

    /// <summary>The first epochs may be cut off as long as no more than this share of them is.</summary>
    private const double MostCut = 0.2;

    /// <summary>How many times as high as the later epochs a panel may become for the sake of the first.</summary>
    private const double MostSqueeze = 3;

    private static readonly string[] KnownSplits = ["train", "validation", "test"];
    private static readonly LineStyle[] Styles =
    [
        LineStyle.Solid,
        LineStyle.Dotted,
        LineStyle.Dashed,
        LineStyle.DashDotted,
    ];

    /// <summary>The figure of all curves.</summary>
    /// <param name="curves">In the order of their panels.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="unit">What the terms are measured in.</param>
    /// <exception cref="ArgumentException">There are no curves, or one has not one epoch for each value.</exception>
    public static FigureGrid Create(
        IReadOnlyList<LossCurve> curves,
        string title = "Loss",
        string unit = "nats per image"
    )
    {
        ArgumentNullException.ThrowIfNull(curves);
        string[] splits = [.. KnownSplits.Concat(curves.Select(c => c.Split)).Distinct()];
        var terms = curves.GroupBy(c => c.Term).ToArray();
        return new FigureGrid(
            [
                .. terms
                    .Select(
                        (term, k) =>
                            Panel([.. term], splits) with
                            {
                                Title = term.Key,
                                Legend =
                                    k == Math.Min(Columns, terms.Length) - 1
                                        ? LegendPlacement.Right
                                        : LegendPlacement.None,
                            }
                    )
                    .Select(
                        (plot, k) => k % Columns == 0 ? plot with { YAxis = plot.YAxis with { Label = unit } } : plot
                    )
                    .Select(plot => plot.WithArea(AreaWidth, AreaHeight)),
            ],
            title,
            Columns
        );
    }

    private static Plot Panel(LossCurve[] curves, string[] splits)
    {
        var points = curves.Select(Points).ToArray();
        double[] epochs = [.. points.SelectMany(line => line).Select(p => p.X)];
        var limits = Limits(curves);
        double top = limits.Maximum ?? double.PositiveInfinity;
        var cut = points.SelectMany(line => line).Where(p => p.Y > top).ToArray();
        return new Plot
        {
            XAxis = new Axis
            {
                Label = "epoch",
                IntegersOnly = true,
                // Half an epoch beside the first and the last, so that no tick stands at an epoch that never was.
                Minimum = epochs.Length > 0 ? epochs.Min() - 0.5 : null,
                Maximum = epochs.Length > 0 ? epochs.Max() + 0.5 : null,
            },
            YAxis = limits,
            LegendTitle = "split",
            Note =
                cut.Length == 0 ? ""
                : cut.Max(p => p.X) is var last && last == epochs.Min()
                    ? $"↑ epoch {last:0}: up to {Number(cut.Max(p => p.Y))}"
                : $"↑ to epoch {last:0}: up to {Number(cut.Max(p => p.Y))}",
            Series =
            [
                .. curves.Select(
                    (curve, k) =>
                        new LineSeries(
                            curve.Split,
                            points[k],
                            new Stroke(
                                Palette.LineColor(Array.IndexOf(splits, curve.Split)),
                                PlotStyle.LineWidth,
                                Styles[Array.IndexOf(splits, curve.Split) % Styles.Length]
                            )
                        )
                ),
            ],
        };
    }

    /// <summary>
    /// Limits that the first epochs do not blow up: as few of them as needed, and at most a fifth, reach beyond the top.
    /// </summary>
    private static Axis Limits(LossCurve[] curves)
    {
        var points = curves.SelectMany(Points).Where(p => double.IsFinite(p.Y)).ToArray();
        double[] epochs = [.. points.Select(p => p.X).Distinct().Order()];
        int most = (int)Math.Ceiling(MostCut * epochs.Length);
        if (epochs.Length <= most + 1)
            return new Axis();
        double settled = Height(most);
        int cut = Enumerable.Range(0, most + 1).First(k => k == most || Height(k) <= MostSqueeze * settled);
        if (cut == 0 || settled == 0)
            return new Axis();
        double room = Height(cut) * 0.04,
            top = points.Where(p => p.X >= epochs[cut]).Max(p => p.Y) + room;
        return points.Any(p => p.Y > top)
            ? new Axis { Minimum = points.Min(p => p.Y) - room, Maximum = top }
            : new Axis();

        double Height(int first)
        {
            var rest = points.Where(p => p.X >= epochs[first]).Select(p => p.Y).ToArray();
            return rest.Max() - rest.Min();
        }
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) < 10 ? "0.##" : "0", CultureInfo.InvariantCulture).Replace('-', '−');

    private static Point[] Points(LossCurve curve)
    {
        if (curve.Epochs is { } epochs && epochs.Count != curve.Values.Count)
            throw new ArgumentException(
                $"{epochs.Count} epochs came with {curve.Values.Count} values of {curve.Term} ({curve.Split}); "
                    + "each value needs one.",
                nameof(curve)
            );
        return [.. curve.Values.Select((value, i) => new Point(curve.Epochs?[i] ?? i + 1, value))];
    }
}
