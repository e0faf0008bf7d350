using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>Accuracy over the number of labelled images, for one way to choose them.</summary>
/// <param name="Name">Name for the legend.</param>
/// <param name="Budgets">Numbers of labelled images, ascending.</param>
/// <param name="Means">Mean accuracies, each in [0, 1].</param>
/// <param name="HalfWidths">Half the width of the band around each mean.</param>
public sealed record AccuracyCurve(
    string Name,
    IReadOnlyList<int> Budgets,
    IReadOnlyList<double> Means,
    IReadOnlyList<double> HalfWidths
);

/// <summary>
/// A figure of accuracy over the number of labelled images, on a logarithmic axis, with a line and a band per way to
/// choose them.
/// </summary>
public static class AccuracyCurves
{
    private const double AreaWidth = 330;
    private const double AreaHeight = 270;

    private static readonly LineStyle[] Styles =
    [
        LineStyle.Solid,
        LineStyle.Dashed,
        LineStyle.Dotted,
        LineStyle.DashDotted,
    ];

    /// <summary>Creates the figure.</summary>
    /// <param name="curves">At least one curve.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="legend">Whether to draw a legend; for figures side by side, one suffices.</param>
    /// <exception cref="ArgumentException">The numbers of means, widths and budgets of a curve differ.</exception>
    public static Plot Create(IReadOnlyList<AccuracyCurve> curves, string title, bool legend = true)
    {
        Require.Entries(curves);
        ArgumentNullException.ThrowIfNull(title);
        foreach (var curve in curves)
            if (curve.Means.Count != curve.Budgets.Count || curve.HalfWidths.Count != curve.Budgets.Count)
                throw new ArgumentException(
                    $"got {curve.Means.Count} means and {curve.HalfWidths.Count} widths of {curve.Name} with "
                        + $"{curve.Budgets.Count} budgets; each budget needs one.",
                    nameof(curves)
                );
        var bands = curves.Select(
            (curve, k) => (ISeries)new BandSeries(Edge(curve, -1), Edge(curve, 1), Palette.LineColor(k))
        );
        var lines = curves.Select(
            (curve, k) =>
                (ISeries)
                    new LineSeries(
                        curve.Name,
                        Edge(curve, 0),
                        new Stroke(
                            Palette.LineColor(k),
                            PlotStyle.LineWidth,
                            Styles[k / Palette.LineCount % Styles.Length]
                        )
                    )
        );
        int[] budgets = [.. curves.SelectMany(curve => curve.Budgets).Distinct().Order()];
        return new Plot
        {
            Title = title,
            XAxis = new Axis
            {
                Label = "labelled images",
                Ticks = [.. budgets.Select(budget => new Tick(Math.Log10(budget), budget.ToString()))],
            },
            YAxis = new Axis { Label = "test accuracy (%)" },
            Series = [.. bands, .. lines],
            Legend = legend ? LegendPlacement.Right : LegendPlacement.None,
            LegendTitle = "strategy",
        }.WithArea(AreaWidth, AreaHeight);
    }

    /// <summary>
    /// The line <paramref name="side"/> half widths above the means, in percent over the logarithm of the budget,
    /// clamped to 0–100 %.
    /// </summary>
    private static Point[] Edge(AccuracyCurve curve, int side) =>
        [
            .. curve.Budgets.Select(
                (budget, i) =>
                    new Point(Math.Log10(budget), 100 * Math.Clamp(curve.Means[i] + (side * curve.HalfWidths[i]), 0, 1))
            ),
        ];
}
