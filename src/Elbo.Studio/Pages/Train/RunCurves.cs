using Elbo.Training;

namespace Elbo.Studio.Pages.Train;

/// <summary>The metrics of a run as lines of charts.</summary>
internal static class RunCurves
{
    /// <summary>The loss and its terms, each with a line per split.</summary>
    public static IReadOnlyList<(
        string Label,
        IReadOnlyList<(string Name, IReadOnlyList<(double Epoch, double Loss)> Points)> Lines
    )> Of(IReadOnlyList<EpochMetrics> rows) =>
        [
            ("loss", Lines(rows, row => row.Loss)),
            .. rows.SelectMany(row => row.Terms.Select(term => term.Name))
                .Distinct()
                .Select(term =>
                    (
                        term,
                        Lines(
                            rows,
                            row => row.Terms.Where(t => t.Name == term).Select(t => (double?)t.Value).FirstOrDefault()
                        )
                    )
                ),
        ];

    private static IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Lines(
        IReadOnlyList<EpochMetrics> rows,
        Func<EpochMetrics, double?> value
    ) =>
        [
            .. rows.Where(row => value(row) is not null)
                .GroupBy(row => row.Split, row => ((double)row.Epoch, value(row)!.Value))
                .Select(split => (split.Key, (IReadOnlyList<(double, double)>)[.. split])),
        ];
}
