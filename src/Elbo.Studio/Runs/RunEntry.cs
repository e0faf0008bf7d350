using System.Text.Json;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Studio.Runs;

/// <summary>What becomes of a run.</summary>
public enum RunState
{
    /// <summary>A process trains it.</summary>
    Training,

    /// <summary>All its epochs are done, or early stopping has ended it.</summary>
    Finished,

    /// <summary>It can be resumed.</summary>
    Stopped,

    /// <summary>Its files cannot be read.</summary>
    Damaged,
}

/// <summary>A run in the list of runs, as its files were when they last changed.</summary>
/// <param name="Id">Path below the folder of the studio, with slashes: what the pages know the run by.</param>
/// <param name="Folder">The folder.</param>
/// <param name="State">What becomes of it.</param>
public sealed record RunEntry(string Id, RunFolder Folder, RunState State)
{
    /// <summary>Options of the run; null if they cannot be read.</summary>
    public RunConfig? Config { get; init; }

    /// <summary>Metrics of all epochs.</summary>
    public IReadOnlyList<EpochMetrics> Rows { get; init; } = [];

    /// <summary>Size of the run and the processes that trained it; null if it has no record yet.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>The newest evaluation of test images; null if there is none.</summary>
    public ModelEvaluation? Evaluated { get; init; }

    /// <summary>When its metrics or options last changed, in UTC.</summary>
    public DateTime Changed { get; init; }

    /// <summary>What is wrong with its files; null if nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether it has weights that can be used.</summary>
    public bool HasModel { get; init; }

    /// <summary>Number of completed epochs.</summary>
    public int Epochs => Rows.Count == 0 ? 0 : Rows[^1].Epoch;

    /// <summary>Metrics of the last completed epoch on held-out images; null before the first.</summary>
    public EpochMetrics? HeldOut => MetricsTable.HeldOut(Rows).LastOrDefault();

    /// <summary>Metrics of the last completed epoch on a split; null if there are none.</summary>
    public EpochMetrics? Last(string split) => Rows.LastOrDefault(row => row.Split == split);

    /// <summary>Training time in seconds.</summary>
    public double Seconds => Rows.Count == 0 ? 0 : Rows[^1].Seconds;

    /// <summary>Reads a run. Damaged files are reported in <see cref="Problem"/>.</summary>
    internal static RunEntry Read(string id, RunFolder folder)
    {
        bool trains = RunLock.IsHeld(folder);
        var entry = new RunEntry(id, folder, trains ? RunState.Training : RunState.Stopped)
        {
            Changed = File.GetLastWriteTimeUtc(File.Exists(folder.Metrics) ? folder.Metrics : folder.Config),
            HasModel = File.Exists(folder.Model),
        };
        try
        {
            var config = RunSettings.Load(folder);
            entry = entry with
            {
                Config = config,
                Record = RunRecord.TryLoad(folder),
                Evaluated = ModelEvaluation.LoadAll(folder).MaxBy(e => (e.Epoch is null, e.Epoch)),
                Rows = File.Exists(folder.Metrics) ? MetricsTable.Load(folder.Metrics).Rows : [],
            };
            return !trains && entry.IsComplete(config) ? entry with { State = RunState.Finished } : entry;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or ArgumentException
                        or JsonException
            )
        {
            return entry with { State = RunState.Damaged, Problem = e.Message };
        }
    }

    private bool IsComplete(RunConfig config)
    {
        if (Epochs >= config.Epochs)
            return true;
        // Early stopping leaves an ended session, and as many epochs as it waits for since the best one.
        return config.EarlyStopping > 0
            && Record is { Sessions: [.., { LastEpoch: { } last }] }
            && last == Epochs
            && MetricsTable.HeldOut(Rows).MinBy(row => row.Loss) is { } best
            && Epochs - best.Epoch >= config.EarlyStopping;
    }
}
