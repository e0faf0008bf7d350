using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Runs;

/// <summary>Trains the same options with several seeds, each in its own run folder, to find the lowest loss.</summary>
public static class SeedSearch
{
    /// <summary>Trains one run per seed.</summary>
    /// <param name="config">
    /// Options of all runs. Its seed is the first; each further seed is larger by one. The seed is appended to the name
    /// of each run, unless the name has <c>{seed}</c>.
    /// </param>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="train">Trains one run.</param>
    /// <returns>The runs in order of their seeds.</returns>
    /// <exception cref="ArgumentException">The number of seeds is out of range.</exception>
    public static IReadOnlyList<SeedRun> Run(RunConfig config, int seeds, Func<RunConfig, RunFolder> train)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(train);
        if (seeds < 1)
            throw new ArgumentException($"num-seeds is {seeds}; it must be 1 or more.");
        if (config.Seed > ulong.MaxValue - (ulong)(seeds - 1))
            throw new ArgumentException(
                $"seed is {config.Seed}; from there on there are no {seeds} seeds, the largest is {ulong.MaxValue}."
            );
        var runs = new List<SeedRun>(seeds);
        for (int i = 0; i < seeds; i++)
        {
            ulong seed = config.Seed + (ulong)i;
            var run = train(config with { Seed = seed, Name = RunName.WithSeed(config.Name) });
            runs.Add(new SeedRun(run, seed, Result(MetricsTable.Load(run.Metrics).Rows, config.EarlyStopping > 0)));
        }
        return runs;
    }

    /// <summary>The run with the lowest loss. Ties go to the first. Labels and other metrics are not used.</summary>
    public static SeedRun Best(IReadOnlyList<SeedRun> runs) => runs.MinBy(run => run.Result.Loss)!;

    /// <summary>
    /// The metrics of the last epoch, or of the best one if training continued beyond it and restored its weights.
    /// </summary>
    private static EpochMetrics Result(IReadOnlyList<EpochMetrics> rows, bool endsWithBest) =>
        endsWithBest ? MetricsTable.HeldOut(rows).MinBy(row => row.Loss)! : MetricsTable.HeldOut(rows).Last();
}

/// <summary>One of several runs that differ in their seed.</summary>
/// <param name="Run">Folder of the run.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Result">
/// Metrics of its final weights, on validation images if there are any, else on test images.
/// </param>
public sealed record SeedRun(RunFolder Run, ulong Seed, EpochMetrics Result);
