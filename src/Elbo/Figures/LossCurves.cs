using System.Globalization;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>A term of the loss over the epochs, on one split.</summary>
/// <param name="Split">Name of the split: train, validation or test.</param>
/// <param name="Term">Name of the term: ELBO, reconstruction or KL.</param>
/// <param name="Values">Values in nats per image, one per epoch; NaN if not measured.</param>
/// <param name="Epochs">The epochs of the values; null means 1, 2, ….</param>
public sealed record LossCurve(
    string Split,
    string Term,
    IReadOnlyList<double> Values,
    IReadOnlyList<double>? Epochs = null
);

/// <summary>A figure of the loss terms over the epochs, with one panel per term and one line per split.</summary>
public static class LossCurves
{
    private const int Columns = 3;
    private const double AreaWidth = 210;
    private const double AreaHeight = 180;

    /// <summary>Maximum fraction of the epochs that may be cut off at the beginning.</summary>
    private const double MostCut = 0.2;

    /// <summary>Maximum ratio of a panel's range to the range of the later epochs.</summary>
    private const double MostSqueeze = 3;

    private static readonly string[] KnownSplits = ["train", "validation", "test"];
    private static readonly LineStyle[] Styles =
    [
        LineStyle.Solid,
        LineStyle.Dotted,
        LineStyle.Dashed,
        LineStyle.DashDotted,
    ];

    /// <summary>Creates the figure.</summary>
    /// <param name="curves">The curves, in the order of their panels.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="unit">Unit of the terms.</param>
    /// <exception cref="ArgumentException">
    /// There are no curves, or the numbers of epochs and values of a curve differ.
    /// </exception>
    public static FigureGrid Create(
        IReadOnlyList<LossCurve> curves,
        string title = "Loss",
        string unit = "nats per image"
    )
    {
        Require.Entries(curves);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(unit);
        string[] given = [.. curves.Select(c => c.Split).Distinct()];
        // Known splits keep their colours in every figure. Others, such as names of runs, begin with the first colour.
        string[] splits = given.Any(KnownSplits.Contains) ? [.. KnownSplits.Union(given)] : given;
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
                // Half an epoch of margin at both ends, so that no tick lies at an epoch that does not exist.
                Minimum = epochs.Length > 0 ? epochs.Min() - 0.5 : null,
                Maximum = epochs.Length > 0 ? epochs.Max() + 0.5 : null,
            },
            YAxis = limits,
            LegendTitle = splits.Any(KnownSplits.Contains) ? "split" : "run",
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
    /// Limits of an axis that large values of the first epochs do not stretch: as few epochs as necessary, and at most
    /// a fifth, extend beyond the top.
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
                $"got {epochs.Count} epochs with {curve.Values.Count} values of {curve.Term} ({curve.Split}); "
                    + "each value needs one.",
                nameof(curve)
            );
        return [.. curve.Values.Select((value, i) => new Point(curve.Epochs?[i] ?? i + 1, value))];
    }
}
