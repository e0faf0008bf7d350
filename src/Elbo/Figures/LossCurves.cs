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

/// <summary>Losses over the epochs: a colour for each term, dashes for each split.</summary>
public static class LossCurves
{
    private static readonly Dictionary<string, LineStyle> KnownSplits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = LineStyle.Solid,
        ["validation"] = LineStyle.Dotted,
        ["test"] = LineStyle.Dashed,
    };

    private static readonly LineStyle[] OtherSplits =
    [
        LineStyle.DashDotted,
        LineStyle.Dashed,
        LineStyle.Dotted,
        LineStyle.Solid,
    ];

    /// <summary>The figure of all curves; with a single term, splits differ in colour as well.</summary>
    /// <exception cref="ArgumentException">A curve has not one epoch for each value.</exception>
    public static Plot Create(IReadOnlyList<LossCurve> curves, string title = "Loss", string unit = "nats per image")
    {
        ArgumentNullException.ThrowIfNull(curves);
        string[] terms = [.. curves.Select(c => c.Term).Distinct()];
        string[] splits = [.. curves.Select(c => c.Split).Distinct()];
        string[] unknown = [.. splits.Where(s => !KnownSplits.ContainsKey(s))];
        var series = curves.Select(curve =>
        {
            int color = terms.Length > 1 ? Array.IndexOf(terms, curve.Term) : Array.IndexOf(splits, curve.Split);
            var style = KnownSplits.TryGetValue(curve.Split, out var known)
                ? known
                : OtherSplits[Array.IndexOf(unknown, curve.Split) % OtherSplits.Length];
            return new LineSeries(
                Label(curve, terms.Length, splits.Length),
                Points(curve),
                new Stroke(Palette.LineColor(color), PlotStyle.LineWidth, style)
            );
        });
        return new Plot
        {
            Title = title,
            Width = 480,
            Height = 300,
            XAxis = new Axis { Label = "epoch", IntegersOnly = true },
            YAxis = new Axis { Label = unit },
            Series = [.. series],
        };
    }

    private static string Label(LossCurve curve, int terms, int splits) =>
        terms == 1 ? curve.Split
        : splits == 1 ? curve.Term
        : $"{curve.Term}, {curve.Split}";

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
