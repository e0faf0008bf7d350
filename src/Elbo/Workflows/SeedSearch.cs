using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// The same training from several seeds, each into a run folder of its own, to keep the one with the lowest loss.
/// </summary>
public static class SeedSearch
{
    /// <summary>Trains with one seed after the other.</summary>
    /// <param name="config">Options of all runs; its seed is the first, each next one is larger by one. Folders are
    /// called as it says, and by the seed.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="train">Trains one of them.</param>
    /// <returns>The runs in order of their seeds.</returns>
    /// <exception cref="ArgumentException">There are not that many seeds.</exception>
    public static IReadOnlyList<SeedRun> Run(RunConfig config, int seeds, Func<RunConfig, RunFolder> train)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(train);
        if (seeds < 1)
            throw new ArgumentException($"seeds is {seeds}; it must be 1 or more.");
        if (config.Seed > ulong.MaxValue - (ulong)(seeds - 1))
            throw new ArgumentException(
                $"seed is {config.Seed}; from there on there are no {seeds} seeds, the largest is {ulong.MaxValue}."
            );
        var runs = new List<SeedRun>(seeds);
        for (int i = 0; i < seeds; i++)
        {
            ulong seed = config.Seed + (ulong)i;
            var run = train(config with { Seed = seed, Name = $"{config.RunName}-seed{seed}" });
            runs.Add(new SeedRun(run, seed, Result(MetricsTable.Load(run.Metrics).Rows, config.EarlyStopping > 0)));
        }
        return runs;
    }

    /// <summary>
    /// The run with the lowest loss, of several the first. Labels and what else is known of the runs play no part.
    /// </summary>
    public static SeedRun Best(IReadOnlyList<SeedRun> runs) => runs.MinBy(run => run.Result.Loss)!;

    /// <summary>
    /// The figures of the last epoch, or of the best one where training goes on beyond that and then takes its weights.
    /// </summary>
    private static EpochMetrics Result(IReadOnlyList<EpochMetrics> rows, bool endsWithBest) =>
        endsWithBest ? MetricsTable.HeldOut(rows).MinBy(row => row.Loss)! : MetricsTable.HeldOut(rows).Last();
}

/// <summary>One of several runs that differ in their seed.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Result">Figures of the weights it ended with, on validation images where there are any, else on test
/// images.</param>
public sealed record SeedRun(RunFolder Run, ulong Seed, EpochMetrics Result);
