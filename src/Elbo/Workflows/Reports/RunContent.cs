using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>What the files of a run folder say, read once for all sections of its page.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Config">Its options.</param>
/// <param name="Rows">Its figures; empty before the first epoch has ended.</param>
/// <param name="Record">Its size and sessions; null for a run that has none.</param>
internal sealed record RunContent(
    RunFolder Folder,
    RunConfig Config,
    IReadOnlyList<EpochMetrics> Rows,
    RunRecord? Record
)
{
    /// <summary>Reads them; the dataset is not needed.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public static RunContent Load(RunFolder folder) =>
        new(
            folder,
            RunSettings.Load(folder),
            File.Exists(folder.Metrics) ? MetricsTable.Load(folder.Metrics).Rows : [],
            RunRecord.Load(folder)
        );

    /// <summary>Epochs that have ended.</summary>
    public int Epochs => Rows.Count == 0 ? 0 : Rows[^1].Epoch;

    /// <summary>Names of the splits, in the order of the table.</summary>
    public IReadOnlyList<string> Splits => [.. Rows.Select(row => row.Split).Distinct()];

    /// <summary>Names of what the loss is made of.</summary>
    public IReadOnlyList<string> Terms => [.. Rows.SelectMany(row => row.Terms.Select(term => term.Name)).Distinct()];

    /// <summary>Names of what else is known of the splits.</summary>
    public IReadOnlyList<string> Figures =>
        [.. Rows.SelectMany(row => row.Figures.Select(figure => figure.Name)).Distinct()];

    /// <summary>The rows of one split.</summary>
    public IEnumerable<EpochMetrics> Of(string split) => Rows.Where(row => row.Split == split);

    /// <summary>The rows of the last epoch.</summary>
    public IEnumerable<EpochMetrics> Last => Rows.Where(row => row.Epoch == Epochs);

    /// <summary>
    /// The figures of the epoch whose validation loss is lowest, or test loss where there are no validation images;
    /// null where there is none.
    /// </summary>
    public EpochMetrics? Best => MetricsTable.HeldOut(Rows).MinBy(row => row.Loss);
}
